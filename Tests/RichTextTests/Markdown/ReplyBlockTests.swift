import TestSupport
import Testing

@testable import RichText

/// What replies have and CommonMark does not: footnotes, alerts, mathematics, tags of HTML that are drawn.
@Suite(.ownThread) struct ReplyBlockTests {
    /// The rows as they are shown, without styles, after any split of the text the same.
    static func rows(_ text: String, width: Int = 60) -> [String] {
        let whole = MarkdownLayout(width: width, finished: text)
        for longest in [1, 2, 7] {
            var random = SeededRandom(seed: UInt64(longest))
            var split = MarkdownLayout(width: width)
            for chunk in random.split(text, longest: longest) { split.append(chunk) }
            split.finish()
            #expect(
                MarkdownStreamTests.Shown(split) == MarkdownStreamTests.Shown(whole),
                "\(text.debugDescription)")
        }
        return (0..<whole.lineCount).map { whole[$0].text }
    }

    static func roles(_ text: String) -> [(String, StyleRole)] {
        let layout = MarkdownLayout(width: 200, finished: text)
        return (0..<layout.lineCount).flatMap { layout[$0].spans.map { ($0.text, $0.role) } }
    }

    // MARK: Mathematics

    @Test(
        "A formula is shown as it is written, whatever its characters mean elsewhere",
        arguments: [
            "$x_1 + y_1$", "$a*b*c$ and $d*e$", "$$\\sum_{i=1}^n i * j * k$$", "\\(a_1 * b_2 * c\\)",
            "\\[ x_i^2 \\\\ y \\]",
            "($\\alpha_1$, $\\beta_1$).", "$\\text{if this that}$", "$E = mc^2$",
            "\\(\\{ x \\mid x < y \\}\\)",
            "$[a](b)$ and $<b>$",
        ])
    func formulas(source: String) {
        #expect(Self.rows(source) == [source])
        let shown = Self.roles(source)
        #expect(shown.contains { $0.1 == .math })
        #expect(!shown.contains { [.emphasis, .strong, .link, .muted].contains($0.1) })
    }

    @Test(
        "Dollar signs of money, variables and patterns are no formulas",
        arguments: [
            "It costs $5 or $10.", "From $HOME to $PATH", "US$5 and CA$7", "$5-$10", "a $ b $ c", "$x",
            "$$$ a $$$",
            "echo $a$b", "1$ and 2$", "paid $5 for this and got 3$", "\\$5 and \\$6$",
        ])
    func money(source: String) {
        #expect(Self.rows(source) == [source])
        #expect(!Self.roles(source).contains { $0.1 == .math })
    }

    @Test("Emphasis and links beside money and formulas stay")
    func besideMoney() {
        #expect(
            InlineTests.read("It costs $5 *now* and $10 **then**.")
                == "It costs $5 {em now} and $10 {strong then}.")
        #expect(InlineTests.read("**In all: $5** or **5$**") == "{strong In all: $5} or {strong 5$}")
        #expect(InlineTests.read("*a* $x_1$ *b*") == "{em a} $x_1$ {em b}")
        #expect(InlineTests.read("`\\(` and `\\)` *b*") == "{code \\(} and {code \\)} {em b}")
        #expect(InlineTests.read("$a `b$` c") == "$a {code b$} c")
    }

    @Test(
        "A formula of several lines keeps them",
        arguments: [
            "$$\na_1 \\\\\n- b\n= c\n$$", "\\[\nx *= y* 2\n# z\n\\]",
            "$$\\begin{aligned}\n1. x &= 2\n\\end{aligned}$$",
            "\\[ \\begin{cases}\n> 1\n\\end{cases} \\]",
        ])
    func blocks(source: String) {
        #expect(Self.rows(source) == source.split(separator: "\n").map(String.init))
        #expect(Self.roles(source).allSatisfy { $0.1 == .math })
        let after = Self.rows("Before:\n\(source)\nafter *this*")
        #expect(after.first == "Before:" && after.last == "after this")
    }

    @Test("What never closes ends with the paragraph")
    func unclosed() {
        #expect(Self.rows("$$\nx\n\n*y*") == ["$$", "x", "", "y"])
        #expect(Self.rows("\\[\n\n- a") == ["\\[", "", "• a"])
        #expect(Self.rows("$$ is *much*") == ["$$ is much"])
        #expect(Self.rows("\\[x] not *this*") == ["\\[x] not this"])
    }

    // MARK: HTML

    @Test(
        "Tags",
        arguments: [
            ("Press <kbd>Ctrl</kbd>+<kbd>C</kbd>.", "Press {code Ctrl}+{code C}."), ("H<sub>2</sub>O", "H₂O"),
            ("x<sup>2</sup> + 10<sup>-3</sup>", "x² + 10⁻³"), ("x<sub>max</sub>", "x_(max)"),
            ("e<sup>*i* x</sup>", "e^({em i} x)"),
            ("<b>a</b> <i>b</i> <em>c</em>", "{strong a} {em b} {em c}"),
            ("<strong>a</strong><del>b</del>", "{strong a}{del b}"), ("a <kbd>b", "a {html <kbd>}b"),
            ("a </sup> b", "a {html </sup>} b"), ("<sub>", "{html <sub>}"),
            ("<kbd class=\"k\">x</kbd>", "{html <kbd class=\"k\">}x{html </kbd>}"),
            ("`<kbd>x</kbd>`", "{code <kbd>x</kbd>}"),
        ])
    func tags(source: String, read: String) { #expect(InlineTests.read(source) == read) }

    @Test("What can be unfolded is shown below its summary, as Markdown")
    func details() {
        let text =
            "<details>\n<summary>The <b>log</b></summary>\n\nIt is *long*:\n\n```sh\nls\n```\n\n</details>\n\nEnd."
        let rows = Self.rows(text)
        #expect(rows.first == "▾ The log")
        #expect(rows.contains("It is long:") && rows.last == "End.")
        #expect(!rows.contains { $0.contains("<") })
        #expect(Self.rows("<details open><summary>a</summary>b *c*</details>") == ["▾ a", "", "b c"])
        #expect(Self.rows("<details>\n<summary>a</summary>\n- b\n- c\n</details>") == ["▾ a", "• b", "• c"])
        #expect(Self.rows("The `<details>` tag, <details> here") == ["The <details> tag, <details> here"])
        #expect(Self.rows("    <details>") == ["▌ <details>"])
    }

    /// The summaries of a text, each with the rows that it stands for.
    private static func details(_ text: String) -> [String] {
        _ = rows(text)
        let layout = MarkdownLayout(width: 60, finished: text)
        return layout.details.map { detail in
            let rows = [detail.summary, detail.content].map { rows in
                rows.map { layout[$0].text }.joined(separator: "|")
            }
            return rows[0] + (detail.isOpen ? " + " : " - ") + rows[1]
        }
    }

    @Test(
        "What a summary stands for ends with its tag, wherever that is",
        arguments: [
            ("<details><summary>a</summary>\n\nb\n\n</details>\n\nc", ["▾ a - |b"]),
            ("<details open>\n<summary>a</summary>\nb\n</details>\nc", ["▾ a + |b"]),
            ("<details><summary>a</summary>b</details>\nc", ["▾ a - |b"]),
            ("<details><summary>a</summary>\n\nb</details>\n\nc", ["▾ a - |b</details>"]),
            ("<details><summary>a</summary>\n\nb", ["▾ a - |b"]),
            ("<details><summary>a</summary></details>\n\nb", []),
            ("<summary>a</summary>\n\nb", []),
            ("</details>\n\n<details><summary>a</summary>\n\nb\n</details>", ["▾ a - |b"]),
            (
                "<details><summary>a</summary>\n\nb\n\n<details><summary>c</summary>\n\nd\n</details>\n\ne\n</details>\n\nf",
                ["▾ a - |b||▾ c||d||e", "▾ c - |d"]
            ),
            (
                "<details>\n\na\n\n<details><summary>b</summary>\n\nc\n</details>\n\n</details>\n\nd",
                ["▾ b - |c"]
            ),
            ("- x\n  <details><summary>a</summary>\n\n  b\n\n  </details>\n- c", ["  ▾ a - |  b"]),
        ])
    func extents(source: String, expected: [String]) { #expect(Self.details(source) == expected) }

    @Test("The mark of a summary shows that it is folded") func foldedSummary() {
        let layout = MarkdownLayout(width: 60, finished: "<details><summary>*a* b</summary>\n\nc\n</details>")
        #expect(Details.folded(layout[0]).text == "▸ a b")
        #expect(Details.folded(layout[2]).text == "c")
    }

    @Test("Line breaks of HTML on lines of their own") func breaks() {
        #expect(Self.rows("a\n\n<br>\n\nb") == ["a", "", "b"])
        #expect(Self.rows("a<br>\nb") == ["a", "", "b"])
        #expect(Self.rows("| a |\n|---|\n| x<br>y<br/>z |") == ["a", "─", "x", "y", "z"])
    }

    // MARK: Footnotes

    @Test("Footnotes") func footnotes() {
        let text = "One[^1] and two[^note].\n\n[^1]: First *note*\n    goes on.\n[^note]: https://a.b\n"
        #expect(
            Self.rows(text) == [
                "One[1] and two[note].", "", "[1] First note", "    goes on.", "[note] https://a.b",
            ])
        #expect(Self.rows("the class [^abc] and [^1]") == ["the class [^abc] and [^1]"])
        #expect(Self.rows("[^a-z]: not a letter\n\n[^0-9]: no digit").first == "[^a-z]: not a letter")
        #expect(Self.rows("[^1]: a\n\n    b\n\nc[^1]") == ["[1] a", "", "    b", "", "c[1]"])
    }

    // MARK: Alerts

    @Test("Alerts say what they are", arguments: Alert.allCases)
    func alerts(alert: Alert) {
        let rows = Self.rows("> [!\(alert.rawValue.uppercased())]\n> Do *this*.\n> - a")
        #expect(rows == ["│ " + alert.title, "│ Do this.", "│ • a"])
        #expect(Self.roles("> [!\(alert.rawValue)]\n> x").contains { $0.1 == alert.role })
    }

    @Test("A quote with other brackets is a quote") func otherQuotes() {
        #expect(Self.rows("> [!HINT]\n> a") == ["│ [!HINT]", "│ a"])
        #expect(Self.rows("> [!NOTE] a") == ["│ [!NOTE] a"])
        #expect(Self.rows("> a\n> [!NOTE]") == ["│ a", "│ [!NOTE]"])
        #expect(Self.rows("> [!NOTE]") == ["│ Note"])
    }

    // MARK: Marks

    private static func marked(_ text: String, _ marks: SyntaxMarks) -> String {
        let layout = MarkdownLayout(MarkdownForm(width: 60, marks: marks), finished: text)
        return (0..<layout.lineCount).map { layout[$0].text }.joined(separator: "\n")
    }

    @Test("Marks are shown where the terminal cannot draw what they stand for")
    func marks() {
        let text = "## A *b*\n\n**c** __d d__ *e* _f_ ~~g~~ ***h***"
        #expect(Self.marked(text, []) == "A b\n\nc d d e f g h")
        #expect(Self.marked(text, SyntaxMarks(attributes: .all)) == "A b\n\nc d d e f g h")
        #expect(Self.marked(text, SyntaxMarks(attributes: [])) == text)
        let vt100: Attributes = [.bold, .underline, .reverse]
        #expect(Self.marked(text, SyntaxMarks(attributes: vt100)) == "A *b*\n\nc d d *e* _f_ ~~g~~ *h*")
    }

    @Test("Headings of different levels differ") func levels() {
        let looks = (1...3).map { level in
            MarkdownLayout(width: 40, finished: String(repeating: "#", count: level) + " a")[0].spans[0]
                .attributes
        }
        #expect(Set(looks).count == 3)
        #expect(looks.allSatisfy { $0.contains(.bold) })
    }

    @Test("The work is proportional to the length, also of what never closes")
    func proportional() {
        for piece in [
            "$", "$a ", "$$", "\\(", "\\[a ", "$$\n", "<kbd>", "<sup>2", "[^1]", "[^1]: a\n", "> [!NOTE]\n",
            "<details>\n",
        ] {
            let works = [2_000, 16_000].map { size in
                let text = String(repeating: piece, count: size / piece.utf8.count)
                return MarkdownLayout(width: 80, finished: text).stream.work
            }
            #expect(works[1] < 16 * works[0], "\(piece.debugDescription)")
        }
    }
}
