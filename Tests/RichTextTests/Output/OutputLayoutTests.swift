import TestSupport
import Testing

@testable import RichText

/// What programs print: as it is, or as a terminal would show it.
@Suite(.ownThread) struct OutputLayoutTests {
    /// The rows, after any split of the text the same.
    static func rows(_ text: String, _ form: OutputLayout.Form = .terminal, width: Int = 40) -> [String] {
        layout(text, form, width: width).lines.map(\.text)
    }

    static func layout(_ text: String, _ form: OutputLayout.Form = .terminal, width: Int = 40) -> OutputLayout
    {
        let whole = OutputLayout(width: width, form: form, finished: text)
        for longest in [1, 2, 7] {
            var random = SeededRandom(seed: UInt64(longest))
            var split = OutputLayout(width: width, form: form)
            for chunk in random.split(text, longest: longest) { split.append(chunk) }
            split.finish()
            #expect(split.lines == whole.lines, "\(text.debugDescription)")
        }
        return whole
    }

    // MARK: A terminal

    @Test(
        "A line that is written over has its last state",
        arguments: [
            ("one\ntwo\n", ["one", "two"]), ("one\r\ntwo", ["one", "two"]), ("a\n\nb", ["a", "", "b"]),
            (" 10 %\r 50 %\r100 %\ndone", ["100 %", "done"]), ("abc\rX", ["Xbc"]),
            ("abc\r\u{1B}[KX", ["X"]), ("working\u{1B}[2K\rdone", ["done"]), ("ab\u{8}c", ["ac"]),
            ("ab\u{8}\u{8}\u{8}c", ["cb"]), ("abc\u{1B}[2DX", ["aXc"]), ("abcd\u{1B}[2GX", ["aXcd"]),
            ("a\u{1B}[3CX", ["a   X"]), ("abcd\u{1B}[3G\u{1B}[1KX", ["  Xd"]), ("a\tb", ["a       b"]),
            ("12345678\tb", ["12345678        b"]), ("日本\rab", ["ab本"]), ("日本\rX", ["X 本"]),
            ("日本\u{8}X", ["日 X"]), ("e\u{301}\rX", ["X"]), ("a\u{1B}[2K", []), ("", []), ("\n", [""]),
            ("half\rfull\r\n50\r100", ["full", "100"]),
        ])
    func overwriting(text: String, expected: [String]) { #expect(Self.rows(text) == expected) }

    @Test(
        "All other sequences do nothing",
        arguments: [
            "\u{1B}[2J\u{1B}[Hab", "a\u{1B}[10;10Hb", "a\u{1B}[5Ab", "\u{1B}]0;title\u{7}ab",
            "\u{1B}]0;title\u{1B}\\ab", "\u{1B}Pq#0;1\u{1B}\\ab", "a\u{1B}(Bb", "\u{1B}[?1049hab",
            "\u{1B}[?25lab\u{1B}[?25h", "a\u{1B}cb", "\u{1B}[6nab", "\u{1B}[>cab", "a\u{1B}[200~b",
            "\u{7}ab\u{0}", "\u{9B}5Aab", "\u{1B}]52;c;cm0gLXJm\u{7}ab", "\u{1B}_Gi=1\u{1B}\\ab",
            "a\u{1B}[38;5;1\u{18}b", "\u{1B}[\u{1B}[31mab", "\u{1B}[1;2;3;4;5;6;7qab", "ab\u{1B}",
            "ab\u{1B}[",
            "ab\u{1B}[3", "a\u{1B}[99999999999999999999Zb",
            "\u{1B}]8;;http://a.b\u{1B}\\ab\u{1B}]8;;\u{1B}\\",
        ])
    func others(text: String) { #expect(Self.rows(text) == ["ab"], "\(text.debugDescription)") }

    @Test("A string without an end is text") func unendedString() {
        #expect(Self.rows("\u{1B}]0;never ends") == ["0;never ends"])
        let long = "\u{1B}]" + String(repeating: "x", count: 5000) + "\nend"
        #expect(Self.rows(long).last == "end")
        #expect(Self.rows(long).joined().count == 5003)
    }

    private static func style(_ parameters: String) -> Style {
        let spans = layout("\u{1B}[\(parameters)mx").lines.first?.spans
        return Style(
            foreground: spans?.first?.colors?.foreground, background: spans?.first?.colors?.background,
            attributes: spans?.first?.attributes ?? [])
    }

    @Test("Colours and attributes are styles") func styles() {
        #expect(Self.style("31") == Style(foreground: .indexed(1)))
        #expect(
            Self.style("1;97;44")
                == Style(foreground: .indexed(15), background: .indexed(4), attributes: .bold))
        #expect(Self.style("38;5;208;4") == Style(foreground: .indexed(208), attributes: .underline))
        #expect(
            Self.style("48;2;1;2;300") == Style(background: .rgb(red: 1, green: 2, blue: 255)))
        #expect(Self.style("38:2::1:2:3") == Style(foreground: .rgb(red: 1, green: 2, blue: 3)))
        #expect(Self.style("38:5:9") == Style(foreground: .indexed(9)))
        #expect(Self.style("58;5;1;32") == Style(foreground: .indexed(2)))
        #expect(Self.style("1;2;3;4;7;9;22;24") == Style(attributes: [.italic, .reverse, .strikethrough]))
        #expect(Self.style("4:0") == .plain)
        #expect(Self.style("31;0") == .plain)
        #expect(Self.style("38;5") == .plain)
        #expect(Self.style("31;?") == .plain)
        let spans = Self.layout("a\u{1B}[32mb\u{1B}[mc\n\u{1B}[35md\ne").lines.flatMap(\.spans)
        #expect(spans.map(\.text) == ["a", "b", "c", "d", "e"])
        #expect(spans.map(\.colors?.foreground) == [nil, .indexed(2), nil, .indexed(5), .indexed(5)])
    }

    @Test("Rows are no wider than they may be", arguments: 1...12)
    func widths(width: Int) {
        let text = "abc\u{1B}[31mdef日本語\u{1B}[m ghi e\u{301}🙂x\n\tz\n"
        for form in [OutputLayout.Form.text, .terminal] {
            let rows = Self.layout(text, form, width: width).lines
            #expect(rows.allSatisfy { $0.columns <= max(2, width) })
        }
    }

    @Test("A line without end is read once") func longLine() {
        let line = String(repeating: "0123456789", count: 5000)
        for form in [OutputLayout.Form.text, .terminal] {
            let rows = Self.rows(line, form, width: 77)
            #expect(rows.joined() == line)
            #expect(rows.dropLast().allSatisfy { $0.count == 77 })
        }
        #expect(Self.rows(line + "\rX\nend").last == "end")
        // A bar that is drawn over and over.
        let bar = (0...5000).map { "\r[\(String(repeating: "#", count: $0 % 60))] \($0)" }.joined()
        let rest = String(repeating: "#", count: 33) + "] 4979"
        #expect(Self.rows(bar, width: 100) == ["[####################] 5000" + rest])
    }

    @Test("Random bytes split anywhere", arguments: 0..<20)
    func random(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let pieces = [
            "\u{1B}", "[", "]", "m", "3", "1", ";", "K", "G", "\r", "\n", "\u{8}", "a", "日", "\u{301}", "\t",
            "\\",
            "P", "\u{7}", "C", " ", "D", "\u{18}", "38;5;", "🙂", "\u{200D}", "\u{1F3FD}",
        ]
        let text = (0..<400).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        for form in [OutputLayout.Form.text, .terminal] { _ = Self.rows(text, form, width: 9) }
    }

    @Test("Without styles") func plain() {
        #expect(OutputLayout.plain("\u{1B}[31m10 %\r\u{1B}[Kdone\u{1B}[m\nend\n") == "done\nend")
    }

    // MARK: Text

    @Test(
        "Text is as it is",
        arguments: [
            ("# no *heading*\n\n- no list", ["# no *heading*", "", "- no list"]),
            ("  a  b\n\tc", ["  a  b", "    c"]), ("a\r\nb\rc", ["a", "b", "c"]),
            ("a\u{1B}[31mb", ["a␛[31mb"]), ("a  \n  b\n", ["a", "  b"]),
        ])
    func text(text: String, expected: [String]) {
        #expect(Self.rows(text, .text).map { $0.trimmingEnd } == expected)
    }

    @Test("Words of text wrap") func wrapping() {
        #expect(Self.rows("one two three", .text, width: 8) == ["one two", "three"])
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
