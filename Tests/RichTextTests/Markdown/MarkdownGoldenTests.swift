import Foundation
import RichText
import Testing

/// Documents and what they look like. `RECORD_GOLDEN=1` writes the files anew.
@Suite struct MarkdownGoldenTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden")
    static let records = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

    @Test(
        "A document looks as recorded", arguments: ["everything", "reply", "lists", "tables", "hostile"],
        [80, 40, 20])
    func document(name: String, width: Int) throws {
        let source = try String(contentsOf: Self.folder.appending(path: "\(name).md"), encoding: .utf8)
        let drawn = Self.drawn(MarkdownLayout.laidOut(source, width: width))
        let file = Self.folder.appending(path: "\(name)@\(width).txt")
        if Self.records { try drawn.write(to: file, atomically: true, encoding: .utf8) }
        #expect(drawn == (try String(contentsOf: file, encoding: .utf8)))

        var streamed = MarkdownLayout(width: width)
        for chunk in source.unicodeScalars { streamed.append(String(Character(chunk))) }
        streamed.finish()
        #expect(Self.drawn(streamed) == drawn)
    }

    /// Rows that are filled to their end are marked with a shade.
    static func drawn(_ layout: MarkdownLayout) -> String {
        (0..<layout.lineCount).map { layout[$0].text + (layout[$0].fill == nil ? "" : "░") + "\n" }.joined()
    }
}
