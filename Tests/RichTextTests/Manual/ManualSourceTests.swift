import Testing

@testable import RichText

/// Manual pages: what becomes of a text in the source of a page, and of the source as plain text.
struct ManualSourceTests {
    private func page(_ markdown: String) -> String {
        var source = ManualSource(
            name: "x", section: 1, date: "2026-03-14", program: "X 1", manual: "Tests")
        source.section("Description")
        source.append(markdown: markdown)
        return source.text.components(after: ".SH DESCRIPTION\n")
    }

    @Test(arguments: [
        ("a line", "a line\n"),
        // What begins like a request is none.
        (".hidden file", "\\&.hidden file\n"), ("'quoted' word", "\\(aqquoted\\(aq word\n"),
        ("C:\\dir", "C:\\edir\n"),
        // A hyphen between letters, and what is typed.
        ("a well-known word", "a well-known word\n"), ("with --json or (-y)", "with \\-\\-json or (\\-y)\n"),
        ("`cmd -x 'a'`", "\\fBcmd\\fR \\fB\\-x\\fR \\fB\\(aqa\\(aq\\fR\n"),
        ("**bold** and *emphasis*", "\\fBbold\\fR and \\fIemphasis\\fR\n"),
        ("“quoted” … ✓", "\\(lqquoted\\(rq ... \\(OK\n"),
        // Each sentence begins a line.
        ("One. Two (`three`). Four", "One.\nTwo (\\fBthree\\fR).\nFour\n"),
        ("- one\n- two", ".IP \\(bu 2\none\n.IP \\(bu 2\ntwo\n"),
        ("1. one\n2. two", ".IP 1. 4\none\n.IP 2. 4\ntwo\n"),
        ("| a | b |\n|---|---|\n| `x` | what |", ".TP\n\\fBx\\fR\nwhat\n"),
        ("```\n.a \\ b\n\n- c\n```", ".RS 4\n.nf\n\\&.a \\e b\n\\&\n\\- c\n.fi\n.RE\n"),
        ("text\n\nmore", "text\n.PP\nmore\n"),
        ("[site](https://a.example/b) and [file](LICENSE)", "site <https://a.example/b> and file\n"),
    ])
    func textIsWrittenSoThatRoffReadsItAsItIs(markdown: String, source: String) {
        #expect(page(markdown) == source)
    }

    @Test func linesOfTextAreShort() {
        let lines = page(String(repeating: "some words and more ", count: 40)).split(separator: "\n")
        #expect(lines.count > 5)
        #expect(lines.allSatisfy { $0.utf8.count <= 72 })
    }

    @Test func aPageCanBeReadWithoutAFormatter() {
        var source = ManualSource(
            name: "x", section: 1, date: "2026-03-14", program: "X 1", manual: "Tests")
        source.name("x", about: "Do something.")
        source.section("Options")
        source.entry(RoffText(markdown: "`--all`"), "Everything, “more” than that.")
        source.append(markdown: "- one\n\n```\n\\a  .b\n```\n\nThe end.")
        let text = ManualText(source.text, width: 30) { "<\($0)>" }
        #expect(
            text.lines == [
                "<NAME>", "     x - do something", "", "<OPTIONS>", "", "     <--all>",
                "            Everything, “more”", "            than that.", "", "     • one", "",
                "         \\a  .b", "", "     The end.",
            ])
    }
}

extension String {
    fileprivate func components(after mark: String) -> String {
        guard let range = firstRange(of: mark) else { return self }
        return String(self[range.upperBound...])
    }
}
