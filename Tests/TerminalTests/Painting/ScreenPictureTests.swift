import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The pictures of screens that the README shows.
@Suite struct ScreenPictureTests {
    private static func picture(_ text: String) -> String {
        let screen = VTermScreen(columns: 20, rows: 4)
        screen.feed(text.utf8)
        let rows = (0..<4).map { row in (0..<20).map { screen.cell(row: row, column: $0) } }
        let palette = ScreenPicture.Palette(
            foreground: "#eeeeee", background: "#111111", named: (0..<16).map { "#0000\($0 + 10)" })
        return ScreenPicture(rows, cursor: nil, title: "a < b", palette: palette).svg
    }

    @Test func textIsTextInItsPlace() {
        let svg = Self.picture("a<b  c d\r\n  你好x\u{1B}[1;31mbold\u{1B}[m")
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.contains("<title>a &lt; b</title>"))
        #expect(
            svg.contains(
                #"<text x="0" y="13" textLength="24" lengthAdjust="spacingAndGlyphs" class="s0">a&lt;b</text>"#
            ))
        #expect(
            svg.contains(
                #"<text x="40" y="13" textLength="24" lengthAdjust="spacingAndGlyphs" class="s0">c d</text>"#)
        )
        #expect(
            svg.contains(
                #"<text x="16" y="30" textLength="16" lengthAdjust="spacingAndGlyphs" class="s0">你</text>"#))
        #expect(svg.contains(#"<text x="48" y="30" class="s0">x</text>"#))
        #expect(
            svg.contains(
                #"<text x="56" y="30" textLength="32" lengthAdjust="spacingAndGlyphs" class="s1">bold</text>"#
            ))
        #expect(svg.contains(".s1{fill:#000011;font-weight:bold}"))
    }

    @Test func linesAndGroundsAreShapesThatJoin() {
        let svg = Self.picture("┌──┐\r\n│  │\r\n\u{1B}[48;2;1;2;3m  \r\n  \u{1B}[m▌")
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(!svg.contains("<text x"))
        #expect(svg.contains("M4 8.5H28"))
        #expect(svg.contains("M4 8.5V34"))
        #expect(svg.contains(##"<rect x="0" y="34" width="16" height="34" fill="#010203"/>"##))
        #expect(svg.contains(##"<rect x="16" y="51" width="4" height="17" fill="#eeeeee"/>"##))
    }
}
