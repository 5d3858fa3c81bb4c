import TestSupport
import Testing

@testable import RichText

/// The blocks of a text, and that nothing of it is lost.
@Suite(.ownThread) struct BlockTests {
    static func rows(_ text: String, width: Int = 60) -> [String] {
        let layout = MarkdownLayout(width: width, finished: text)
        return (0..<layout.lineCount).map { layout[$0].text }
    }

    /// Texts and their rows: each kind of block, beginning, going on and ending in each way.
    static let examples: [(String, [String])] = [
        ("# A\nb", ["A", "", "b"]), ("A\n===\nb", ["A", "", "b"]), ("A\n---", ["A"]),
        ("### a ###", ["a"]),
        ("#a", ["#a"]), ("    a\n    b", ["▌ a", "▌ b"]), ("a\n    b", ["a", "b"]),
        ("- a\n- b", ["• a", "• b"]),
        ("- a\n  - b\n    - c", ["• a", "  ◦ b", "    – c"]), ("3. a\n4. b", [" 3. a", " 4. b"]),
        ("- a\n+ b", ["• a", "• b"]),
        ("- a\n\n  b", ["• a", "", "  b"]), ("a\n- b", ["a", "• b"]), ("a\n2. b", ["a", "2. b"]),
        ("> a\nb\n> c", ["│ a", "│ b", "│ c"]),
        (">a\n\n>b", ["│ a", "", "│ b"]), ("> - a\n>   b", ["│ • a", "│   b"]),
        ("- [ ] a\n- [x] b", ["☐ a", "☑ b"]), ("1. [ ] a\n2. [x] b", [" 1. ☐ a", " 2. ☑ b"]),
        ("- [ ]", ["• [ ]"]),
        ("```\na\n  b\n```", ["▌ a", "▌   b"]), ("~~~\n```\n~~~", ["▌ ```"]),
        ("````\n```\n````", ["▌ ```"]), ("```\na", ["▌ a"]),
        ("- ```\n  a\n  ```", ["• ▌ a"]),
        ("<div>\n*a*\n</div>\n\n*b*", ["<div>", "*a*", "</div>", "", "b"]),
        ("a|b\n-|-\n1|2", ["a │ b", "──┼──", "1 │ 2"]),
        ("| a |\n|---|\n| x \\| y |", ["a", "─────", "x | y"]),
        ("|a|b|\n|-|-|\n|1|2|3|", ["a │ b", "──┼────", "1 │ 2|3"]), ("a\n|-|-|", ["a", "|-|-|"]),
        ("[a]: /b\n[a]", ["a"]),
        ("[a]: /b 'open\n\nend'\n\n[a]", ["[a]: /b 'open", "", "end'", "", "[a]"]),
        ("1. a\n\n   b\n2. c", [" 1. a", "", "    b", " 2. c"]), ("-\ta", ["• a"]),
        (" - a\n  - b", ["• a", "• b"]), ("---\na", [String(repeating: "─", count: 60), "", "a"]),
    ]

    @Test(arguments: examples)
    func block(text: String, rows: [String]) { #expect(Self.rows(text) == rows) }

    @Test("Where a text is cut makes no difference", arguments: examples.map(\.0) + InlineTests.examples)
    func cuts(text: String) {
        for width in [7, 60] {
            let whole = MarkdownLayout(width: width, finished: text)
            let scalars = Array(text.unicodeScalars)
            for cut in scalars.indices {
                var split = MarkdownLayout(width: width)
                split.append(String(String.UnicodeScalarView(scalars[..<cut])))
                split.append(String(String.UnicodeScalarView(scalars[cut...])))
                split.finish()
                #expect(
                    MarkdownStreamTests.Shown(split) == MarkdownStreamTests.Shown(whole),
                    "\(text.debugDescription) cut at \(cut)")
            }
        }
    }

    @Test("A block in a block is part of it, and the whole can be copied")
    func nestedFences() {
        let text = "```md\n# T\n\n```sh\nls\n```\n\nend\n```\n\nafter"
        let layout = MarkdownLayout(width: 40, finished: text)
        #expect(layout.codeBlocks.map(\.text) == ["# T\n\n```sh\nls\n```\n\nend"])
        #expect(layout[layout.lineCount - 1].text == "after")
        var streamed = MarkdownLayout(width: 40)
        for character in text { streamed.append(String(character)) }
        streamed.finish()
        #expect(streamed.codeBlocks.map(\.text) == layout.codeBlocks.map(\.text))
    }

    @Test("A run of markers deeper than quotes go is text")
    func separators() {
        let line = String(repeating: ">", count: 30) + " stop " + String(repeating: ">", count: 20)
        #expect(Self.rows(line) == [line])
        let deep = String(repeating: "> ", count: 30) + "end"
        #expect(Self.rows(deep, width: 200)[0].filter { $0 == "│" }.count == MarkdownTree.deepestQuote)
        #expect(Self.rows(deep, width: 200)[0].filter { $0 == ">" }.count == 30 - MarkdownTree.deepestQuote)
    }

    /// Syntax that hides nothing of the words between it.
    static let syntax = [
        "# ", "\n", "\n\n", "- ", "* ", "1. ", "> ", "  ", "    ", "```\n", "~~~\n", "`", "``", "**", "*",
        "_", "__", "~~", "[", "]", "(", ")",
        "![", "](", "|", "\n|---|---|\n", "---\n", "===\n", "\\", "<", ">", "<b>", "&", "&amp;", "http://",
        "www.", "@", ".", ":", "!", "- [ ] ",
        "\t", "日本", "。", "é", " ", " ", " ", "\r\n",
    ]

    @Test("No word of a text is lost, however it is written", arguments: 0..<12)
    func nothingLost(seed: Int) {
        var random = SeededRandom(seed: UInt64(700 + seed))
        for _ in 0..<200 {
            var words: [String] = []
            var text = ""
            for number in 0..<random.number(1...30) {
                for _ in 0..<random.number(0...3) { text += random.pick(Self.syntax) }
                words.append("word\(number)x")
                text += words[number]
            }
            let layout = MarkdownLayout(width: 1000, finished: text)
            let shown =
                (0..<layout.lineCount).map { layout[$0].text }.joined(separator: "\n")
                + layout.links.map(\.address).joined(separator: "\n")
            let lost = words.filter { !shown.contains($0) }
            #expect(lost.isEmpty, "\(lost) of \(text.debugDescription), seed \(seed)")
        }
    }

    /// Pieces of which a long text takes much more than a short one where the work is not proportional to the length.
    static let repeated = [
        "a@b.", ">", "> - ", "1. ", "[a](", "<", "![a](u)", "*a_ ", "[", "`a``", "\\*", "<a b=\"", "<!--",
        "|\n", "~~a ", "- a\n  ", "__a__",
        "[[a](u)](",
    ]

    @Test("The work for a text is proportional to its length, whatever is in it", arguments: repeated)
    func proportional(piece: String) {
        let counts = [10_000, 40_000].map { size -> Int in
            let text = String(repeating: piece, count: size / piece.utf8.count)
            let layout = MarkdownLayout(width: 80, finished: text)
            return (0..<layout.lineCount).reduce(0) { $0 + layout[$1].spans.count } + layout.stream.work
        }
        #expect(counts[1] < 6 * counts[0])
    }
}
