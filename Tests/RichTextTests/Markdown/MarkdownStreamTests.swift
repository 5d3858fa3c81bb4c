import Settings
import TestSupport
import Testing

@testable import RichText

/// Streaming Markdown: the chunks make no difference to the screen, and what is final never changes.
@Suite(.ownThread) struct MarkdownStreamTests {
    /// Pieces that start and end every kind of block, at line starts and elsewhere.
    static let pieces = [
        "# ", "## Title\n", "word ", "two words ", "a", "b\n", "\n", "\n\n", "- ", "- item\n", "* ", "+ x\n",
        "1. ",
        "1. one\n", "2) two\n", "10. ten\n", "  ", "    ", "   - nested\n", "\t", "> ", "> quote\n", ">\n",
        "```\n", "```",
        "~~~\n", "```swift\nlet x = 1\n", "```lua\n--[[ x\n", "```haskell\n{- {- -}\n", "``", "`", "`code`",
        "**", "**bold**", "*", "_", "__", "~~",
        "~~old~~", "[",
        "](", ")", "[label](http://a.b)", "[ref]", "[ref]: /address\n", "[ref]: /address \"title\"\n\n",
        "![image](u)",
        "<b>", "<div>\n", "</div>\n\n", "<!-- ", "-->\n", "---\n", "***\n", "===\n", "-", "=", "| a | b |\n",
        "|---|--:|\n",
        "| 1 | 2 |\n", "|", "http://x.y/z", "www.a.b", "a@b.c", "\\", "\\*", "&amp;", "&am", "p;", "  \n",
        "\\\n", "\r\n", "\r",
        "- [ ] todo\n", "- [x] done\n", "[x] ", "日本語", "日本", "é", "e\u{301}", "\u{301}", "👍🏽", "👨‍👩‍👧",
        "\u{1B}[31m",
        "\u{202E}", "\u{0}", "\u{FEFF}", "\u{1112}", "\u{1161}", "!", ".", "1", ". ", ": ", "'", "\"", "(",
        "words, more-words. ",
        "let s = \"x\" // y\n", "/* ", "*/", "\u{1C}", "\u{1D}", "    code\n", "    \tcode\n", "   ```\n",
        "]:", "[a]:", "[^1]", "[^1]: note\n", "[^1]:", "[^note]", "> [!NOTE]\n", "[!TIP]", "$", "$$", "$x_1$",
        "$$\n", "\\(",
        "\\)", "\\[", "\\]\n", "\\[\n", "\\(a_1 * b_1\\)", "<details>\n", "<summary>", "</summary>\n",
        "</details>\n",
        "<kbd>", "</kbd>", "x<sub>2</sub>", "<sup>", "</sup>", "<br>", "<br>\n",
    ]

    static func document(_ random: inout SeededRandom, _ count: Int) -> String {
        (0..<random.number(0...count)).map { _ in random.pick(pieces) }.joined()
    }

    struct Shown: Equatable {
        var lines: [StyledLine]
        var links: [Link]
        var codeBlocks: [CodeBlock]
        var details: [Details]

        init(_ layout: MarkdownLayout) {
            lines = (0..<layout.lineCount).map { layout[$0] }
            links = layout.links
            codeBlocks = layout.codeBlocks
            details = layout.details
        }
    }

    func expectSame(_ split: MarkdownLayout, _ whole: MarkdownLayout, _ what: String) {
        let same = Shown(split) == Shown(whole)
        let texts = [split, whole].map { layout in
            (0..<layout.lineCount).map { layout[$0].text }.joined(separator: "\n")
        }
        #expect(same, "\(what):\n\(texts[0].debugDescription)\n\(texts[1].debugDescription)")
    }

    @Test("The chunks make no difference, before the end and after it", arguments: 0..<8)
    func splits(seed: Int) {
        var random = SeededRandom(seed: UInt64(100 + seed))
        for _ in 0..<300 {
            let text = Self.document(&random, 40)
            let width = random.pick([1, 2, 3, 7, 12, 20, 40, 80])
            let prose = random.pick([.max, .max, 5, 15])
            let marks = random.pick([[], SyntaxMarks(attributes: [])])
            var whole = MarkdownLayout(
                MarkdownForm(width: width, prose: prose, marks: marks, languages: .builtIn))
            whole.append(text)
            var split = MarkdownLayout(
                MarkdownForm(width: width, prose: prose, marks: marks, languages: .builtIn))
            for chunk in random.split(text, longest: random.pick([1, 3, 12])) { split.append(chunk) }
            expectSame(split, whole, "streaming \(text.debugDescription) at \(width), prose \(prose)")
            whole.finish()
            split.finish()
            expectSame(split, whole, "finished \(text.debugDescription) at \(width)")
            #expect(split.text == text)
        }
    }

    @Test(
        "The chunks make no difference when the tail is too long to be parsed with every chunk",
        arguments: 0..<8)
    func longTails(seed: Int) {
        var random = SeededRandom(seed: UInt64(400 + seed))
        for _ in 0..<300 {
            let text = Self.document(&random, 40)
            let (width, slice) = (random.pick([1, 2, 3, 7, 12, 20, 40]), random.pick([8, 16, 32, 64]))
            var whole = MarkdownLayout(MarkdownForm(width: width, languages: .builtIn), slice: slice)
            whole.append(text)
            var split = MarkdownLayout(MarkdownForm(width: width, languages: .builtIn), slice: slice)
            for chunk in random.split(text, longest: random.pick([1, 3, 12])) { split.append(chunk) }
            expectSame(split, whole, "streaming \(text.debugDescription) at \(width), slices of \(slice)")
            whole.finish()
            split.finish()
            expectSame(split, whole, "finished \(text.debugDescription) at \(width)")
        }
    }

    @Test(
        "Closers of open syntax do not change the kind of block and are not shown",
        arguments: ["``\n`\n:", "_+\n__\n\n", "~~=\n~\n\n", "*[* s.", "www.*1 rs", "http://z` o.", "]:_p m."])
    func openSyntax(text: String) {
        for width in [1, 3, 40] {
            var whole = MarkdownLayout(width: width)
            whole.append(text)
            var split = MarkdownLayout(width: width)
            for character in text { split.append(String(character)) }
            expectSame(split, whole, text.debugDescription)
        }
    }

    @Test("The work for a paragraph without an end is proportional to its length")
    func openParagraph() {
        let works = [50_000, 400_000].map { length in
            var layout = MarkdownLayout(width: 80)
            while layout.text.utf8.count < length { layout.append("words that *go* on ") }
            return Double(layout.stream.work) / Double(length)
        }
        #expect(works[1] < 2 * works[0])
    }

    @Test("What is final never changes", arguments: 0..<4)
    func finalRows(seed: Int) {
        var random = SeededRandom(seed: UInt64(200 + seed))
        for _ in 0..<200 {
            let text = Self.document(&random, 30)
            let width = random.pick([5, 20, 60])
            var layout = MarkdownLayout(width: width)
            var final: [StyledLine] = []
            for chunk in random.split(text, longest: 7) {
                layout.append(chunk)
                #expect(layout.stream.final.lines >= final.count)
                #expect((0..<final.count).allSatisfy { layout[$0] == final[$0] }, "\(text.debugDescription)")
                for line in final.count..<layout.stream.final.lines { final.append(layout[line]) }
            }
            layout.finish()
            #expect(layout.stream.final.lines == layout.lineCount)
            if !text.contains("]:") {
                #expect((0..<final.count).allSatisfy { layout[$0] == final[$0] }, "\(text.debugDescription)")
            }
        }
    }

    @Test("A row is never wider than it was made for, and safe", arguments: 0..<4)
    func rows(seed: Int) {
        var random = SeededRandom(seed: UInt64(300 + seed))
        for _ in 0..<300 {
            let text = Self.document(&random, 24)
            let width = random.number(1...30)
            var layout = MarkdownLayout(width: width)
            layout.append(text)
            for _ in 0..<2 {
                for line in 0..<layout.lineCount {
                    #expect(
                        layout[line].columns <= width,
                        "\(text.debugDescription) at \(width): \(layout[line].text)")
                    for span in layout[line].spans {
                        #expect(Glyphs(span.text).map { String($0.character) }.joined() == span.text)
                        #expect(span.link.map { layout.links.indices.contains($0) } ?? true)
                    }
                }
                #expect(
                    layout.codeBlocks.allSatisfy {
                        $0.lines.lowerBound >= 0 && $0.lines.upperBound <= layout.lineCount
                    })
                layout.finish()
            }
        }
    }
}
