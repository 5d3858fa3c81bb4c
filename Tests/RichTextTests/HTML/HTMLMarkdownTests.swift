import Testing

@testable import RichText

/// Markdown as a part of an HTML document.
@Suite struct HTMLMarkdownTests {
    private static let swift: LanguageCatalog = {
        var language = Language(name: "swift")
        language.keywords = ["let"]
        language.lineComments = ["//"]
        return LanguageCatalog([language])
    }()

    private func html(_ text: String) -> String {
        HTMLMarkdown.html(of: text, anchors: "m1", languages: Self.swift)
    }

    @Test func blocksAreElements() {
        #expect(
            html("# One\n\ntwo\nlines") == "<h3 class=\"markdown-heading\">One</h3>\n<p>two<br>\nlines</p>\n")
        #expect(
            html("- a\n  1. b\n- [x] c")
                == "<ul>\n<li><p>a</p>\n<ol>\n<li><p>b</p>\n</li>\n</ol>\n</li>\n<li class=\"task\">☑ <p>c</p>\n</li>\n</ul>\n"
        )
        #expect(html("7. x").hasPrefix("<ol start=\"7\">"))
        #expect(html("> q") == "<blockquote class=\"markdown-quote\">\n<p>q</p>\n</blockquote>\n")
        #expect(html("> [!WARNING]\n> q").contains("<p class=\"warning\">Warning</p>"))
        #expect(html("***") == "<hr>\n")
        #expect(
            html("| a | b |\n|---|--:|\n| 1 | 2 |")
                == """
                <table>
                <thead><tr><th>a</th>
                <th class="right">b</th>
                </tr></thead>
                <tbody>
                <tr><td>1</td>
                <td class="right">2</td>
                </tr>
                </tbody></table>

                """)
    }

    @Test func codeIsColoured() {
        #expect(
            html("```swift\nlet a = 1 // <b>\n```")
                == """
                <figure><figcaption class="code-label">swift</figcaption><pre class="code-block"><code>\
                <span class="code-keyword">let</span> a = <span class="code-number">1</span> \
                <span class="code-comment">// &lt;b&gt;</span>
                </code></pre></figure>

                """)
        #expect(
            html("    plain\n") == "<figure><pre class=\"code-block\"><code>plain\n</code></pre></figure>\n")
    }

    @Test(
        "Elements are closed in the order in which they were opened",
        arguments: [
            ("**a *b* c**", "a b c"),
            ("**a <b>b** c</b>", "a b c"), ("`x` ~~y~~", "x y"), ("[**a**](https://b.org)", "a"),
            ("**[a**](https://b.org) c", "**a** c"), ("<sub>1</sub><kbd>K</kbd>", "₁K"),
        ])
    func nesting(text: String, shown: String) {
        let made = html(text)
        var open: [Substring] = []
        var rest = made[...]
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            let tag = rest[rest.index(after: start)..<end]
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
            if tag.hasPrefix("/") {
                #expect(open.popLast() == name, "\(made)")
            } else if name != "br" {
                open.append(name)
            }
            rest = rest[rest.index(after: end)...]
        }
        #expect(open.isEmpty, "\(made)")
        #expect(plain(made).trimmingPrefix("\n").hasPrefix(shown), "\(made)")
    }

    private func plain(_ html: String) -> String { html.replacing(#/<[^>]*>/#, with: "") }

    @Test func linksLeadToTheWebAndToMailOnly() {
        #expect(
            html("[a](https://b.org/?x=1&y=\"2\")").contains(
                "<a class=\"markdown-link\" rel=\"noopener noreferrer\" href=\"https://b.org/?x=1&amp;y=&quot;2&quot;\">a</a>"
            ))
        #expect(html("me@b.org").contains("href=\"mailto:me@b.org\""))
        for address in [
            "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x",
            "file:///etc/passwd",
            "//b.org", "/x", "#x", "ftp://b.org", "java&#10;script:x", "https://b.org/&#x202e;x",
        ] {
            let made = html("[label](<\(address)>)")
            #expect(!made.contains("href"), "\(made)")
            #expect(made.contains("label"), "\(made)")
        }
        #expect(html("[https://bank.org](https://b.org)").contains("(https://b.org)"))
        #expect(html("![alt](https://b.org/i.png)").contains(">[image: alt]</a>"))
        #expect(!html("![alt](https://b.org/i.png)").contains("<img"))
    }

    @Test func footnotesAreFoundInTheDocument() {
        let made = html("See[^note].\n\n[^note]: There.")
        #expect(made.contains("<sup><a class=\"markdown-marker\" href=\"#m1-note-1\">note</a></sup>"))
        #expect(made.contains("<div class=\"note\" id=\"m1-note-1\">"))
    }

    @Test func nothingInATextIsMarkup() {
        let hostile = """
            <script>alert(1)</script> <img src=x onerror=alert(1)> "><b onclick=x> ' &lt;i&gt; \u{1B}[31mred \u{0} \u{202E}
            <iframe src="https://e.org"></iframe>

            <style>* { display: none }</style>

            ```"><script>
            </code></pre><script>x</script>
            ```

            | <script> |
            |---|
            | `<script>` |

            # <script>
            [<script>](https://e.org/"onmouseover="x)
            """
        let made = html(hostile)
        for piece in [
            "<script", "<img", "<iframe", "<style", "<b ", "\u{1B}", "\u{0}", "\u{202E}", "\"onmouseover",
        ] {
            #expect(!made.contains(piece), "\(piece) in \(made)")
        }
        // No attribute but those that are ours.
        for tag in made.matches(of: #/<([a-z0-9]+)([^>]*)>/#) {
            let rest = String(tag.2).replacing(#/ (class|rel|href|id|start)="[^"]*"/#, with: "")
            #expect(rest.isEmpty, "\(tag.0)")
        }
    }
}
