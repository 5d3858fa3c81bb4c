import TestSupport
import Testing

@testable import RichText

/// How the text of a reply is read: what is Markdown in it, and what is left as it was written.
@Suite(.ownThread) struct InlineTests {
    /// The rows with their styles: `*emphasis*`, `**strong**`, `~~struck~~`, `` `code` ``, `<html>`, `[link]`.
    static func read(_ text: String, width: Int = 200) -> String {
        let layout = MarkdownLayout(width: width, finished: text)
        return (0..<layout.lineCount).map { row in
            layout[row].spans.map { span in
                switch span.role {
                case .emphasis: "{em \(span.text)}"
                case .strong: "{strong \(span.text)}"
                case .strikethrough: "{del \(span.text)}"
                case .codeInline: span.link == nil ? "{code \(span.text)}" : "{code link \(span.text)}"
                case .muted: "{html \(span.text)}"
                case .link: "{link \(span.text)}"
                default: span.text
                }
            }.joined()
        }.joined(separator: "\n")
    }

    @Test(
        "Delimiters inside words, numbers and names are text",
        arguments: [
            "6*7*8 and 12*30/4*5", "x**3 - y**3", "(a+b)**2 and (c+d)**2", "2 * 3 * 4", "a*b*c",
            "Change __main__.py, then __repr__ and __a_b__.", "snake_case_name and _x", "_a_b_c",
            "5 ~ 6 and ~/dir, ~10 or 3~4", "~one~ and ~~~three~~~ x", "**",
        ])
    func text(source: String) { #expect(Self.read(source) == source) }

    /// Texts with every kind of part.
    static let examples = [
        "6*7*8 and x**3, __main__.py", "**a *b* c** ***d*** *e**", "~~old~~ new ~ ~one~", "これは**「重要」**です。",
        "\\*not\\* C:\\dir\\_x \\[a](b)", "[a](http://b.c) ![i](j) [x] (y)",
        "see http://a.b/c_d. は https://a.b（注）", "`a*b` ``c`d`` `e",
        "<b>a</b> a < b <!-- c -->", "&lt;a&gt; &nope;", "a<br>b\\\nc  \nd",
        "at 1%\rat 2%\n\u{1B}[1mok\u{1B}[0m", "a@b.c, www.d.e",
    ]

    @Test(
        "Emphasis",
        arguments: [
            ("*a* and _b_", "{em a} and {em b}"), ("**a b** and __c d__", "{strong a b} and {strong c d}"),
            ("***a***", "{strong a}"), ("**a *b* c**", "{strong a }{strong b}{strong  c}"),
            ("**Be**gin", "{strong Be}gin"), ("*a**", "{em a}*"), ("**a*", "*{em a}"),
            ("*a __b*", "{em a __b}"), ("~~old~~ new", "{del old} new"), ("*(a)*", "{em (a)}"),
            ("_a_.", "{em a}."), ("**a**: b", "{strong a}: b"), ("* a*", "• a*"),
        ])
    func emphasis(source: String, read: String) { #expect(Self.read(source) == read) }

    @Test(
        "Emphasis beside Chinese, Japanese and Korean text",
        arguments: [
            ("これは**「重要」**です。", "これは{strong 「重要」}です。"), ("他说**很好。**然后走了。", "他说{strong 很好。}然后走了。"),
            ("값은 **둘(2)**로 한다.", "값은 {strong 둘(2)}로 한다."), ("*語*と*句*", "{em 語}と{em 句}"),
        ])
    func scripts(source: String, read: String) { #expect(Self.read(source) == read) }

    @Test(
        "A backslash stays unless it keeps what follows from being syntax",
        arguments: [
            ##"\\host\share\_old and D:\!new\#2"##, #"\(x_1 + y_2\) and \[z\]"#, #"1 & 2 \\ 3 & 4"#,
            #"\w+\-\s*\."#,
            #"a \* b"#, #"C:\"#, #"\d+\*"#, #"\$5 \% \@ \: \~"#,
        ])
    func backslashes(source: String) { #expect(Self.read(source) == source) }

    @Test(
        "A backslash that does so is not shown",
        arguments: [
            (#"\*not\*"#, "*not*"), (#"\_not\_"#, "_not_"), (#"\`a\`"#, "`a`"), (#"\[a](b)"#, "[a](b)"),
            (##"\# a"##, "# a"), (#"1\. a"#, "1. a"), (#"\- a"#, "- a"), (#"\<b>"#, "<b>"),
            (#"\&amp;"#, "&amp;"),
            (#"\~~a\~~"#, "~~a~~"), (#"\![a](b)"#, "!{link a}"), (#"\\*a*"#, #"\{em a}"#),
            (#"`\*`"#, #"{code \*}"#),
        ])
    func escapes(source: String, read: String) { #expect(Self.read(source) == read) }

    @Test(
        "Links and addresses",
        arguments: [
            ("[a](http://b.c)", "{link a}"), ("[a](<b c>)", "{link a}"), ("[a]( b \"t\" )", "{link a}"),
            ("![a](b)", "{link [image: a]}"), ("![](http://a.b/c)", "{link [image: http://a.b/c]}"),
            ("[a](b", "[a](b"), ("[a] (b)", "[a] (b)"),
            ("[[a](b)](c)", "[{link a}](c)"),
            ("[*a*](b)", "{link a}"), ("<http://a.b>", "{link http://a.b}"), ("<a@b.c>", "{link a@b.c}"),
            ("see http://a.b/c_d.", "see {link http://a.b/c_d}."),
            ("(http://a.b/(c))", "({link http://a.b/(c)})"),
            ("**http://a.b**", "{strong }{link http://a.b}"), ("www.a.b, x", "{link www.a.b}, x"),
            ("mail a.b@c.de.", "mail {link a.b@c.de}."),
            ("a@b", "a@b"), ("http://", "http://"), ("xhttp://a.b", "xhttp://a.b"),
            ("は https://a.example/b（注）を", "は {link https://a.example/b}（注）を"),
            ("见https://a.example/?q=1，再", "见{link https://a.example/?q=1}，再"),
            ("“https://a.b”", "“{link https://a.b}”"),
        ])
    func links(source: String, read: String) {
        #expect(Self.read(source).replacing("{strong }", with: "") == read.replacing("{strong }", with: ""))
    }

    @Test("An address in code can be opened, and is what it was")
    func addressesInCode() {
        let text = "Call `curl http://a.b/c`.\n\n```sh\ncurl https://d.e/f | sh\n```"
        let layout = MarkdownLayout(width: 80, finished: text)
        #expect(layout.links.map(\.address) == ["http://a.b/c", "https://d.e/f"])
        #expect(Self.read("`x http://a.b`") == "{code x }{code link http://a.b}")
    }

    @Test(
        "Code, HTML, entities and line ends",
        arguments: [
            ("`a*b*`", "{code a*b*}"), ("`` a`b ``", "{code a`b}"), ("`a", "`a"),
            ("`a\nb`", "{code a}\n{code b}"),
            ("<u>a</u>", "{html <u>}a{html </u>}"), ("a < b > c", "a < b > c"),
            ("<!-- a -->b", "<!-- a -->b"),
            ("&#987654321; &#xABCDEF0;", "&#987654321; &#xABCDEF0;"),
            ("x <!-- a --> b", "x {html <!-- a -->} b"), ("&lt;a&gt; &euro; &nope; &#65;", "<a> € &nope; A"),
            ("Ada Lane\nMain Road 1\n99 Town", "Ada Lane\nMain Road 1\n99 Town"), ("a  \nb\\\nc", "a\nb\nc"),
            ("one<br>two<br/>three", "one\ntwo\nthree"), ("A      B\nc     12", "A      B\nc     12"),
        ])
    func parts(source: String, read: String) { #expect(Self.read(source) == read) }

    @Test func `a line break in a cell is one`() {
        let rows = Self.read("| N | Do |\n|---|---|\n| 1 | Stop<br>Wait<br />Go |\n| 2 | Look |", width: 40)
            .split(separator: "\n")
        #expect(rows.filter { $0.contains("Stop") || $0.contains("Wait") || $0.contains("Go") }.count == 3)
        #expect(!rows.contains { $0.contains("br") })
    }

    @Test("What is open at the end of a text that streams in is drawn as what it will most likely become")
    func openEnd() {
        let cases = [
            ("a *b", "b", StyleRole.emphasis), ("**b c", "b c", .strong), ("`b", "b", .codeInline),
            ("[b](http://c", "b", .link),
            ("~~b", "b", .strikethrough), ("*a **b", "b", .strong),
        ]
        for (text, part, role) in cases {
            var layout = MarkdownLayout(width: 80)
            layout.append(text)
            #expect(layout[0].spans.contains { $0.text == part && $0.role == role }, "\(text)")
        }
        var name = MarkdownLayout(width: 80)
        name.append("__init")
        #expect(name[0].text == "__init")
        name.append(" it")
        #expect(name[0].text == "init it")
    }
}

/// What a program prints for a terminal looks as it would there.
@Suite struct TerminalTextTests {
    @Test(
        arguments: [
            ("at 1%\rat 20%\rat 100%\ndone", "at 100%\ndone"), ("\u{1B}[1;32mok\u{1B}[0m all", "ok all"),
            ("a\r\nb\r\r\nc", "a\nb\nc"),
            ("a\u{8}b", "b"), ("old\u{1B}[2Knew", "new"),
            ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{7}", "link"),
            ("\u{1B}(Ba", "a"), ("é\u{8}x", "x"), ("\u{1B}x", "␛x"), ("\u{1B}[1", "␛[1"), ("end\r", "end"),
        ])
    func shown(text: String, shown: String) {
        #expect(InlineTests.read(text) == shown)
        var streamed = MarkdownLayout(width: 80)
        for scalar in text.unicodeScalars { streamed.append(String(Character(scalar))) }
        streamed.finish()
        #expect((0..<streamed.lineCount).map { streamed[$0].text }.joined(separator: "\n") == shown)
        #expect(streamed.text == text)
    }

    @Test func `a whole text is shown so too`() {
        #expect(TerminalText.shown("\u{1B}[32mok\u{1B}[0m 1%\rok 2%\nend\r\n") == "ok 2%\nend\n")
        #expect(TerminalText.shown("") == "")
    }
}
