/// Markdown as a part of an HTML document: what the interface draws, in elements with the classes of their roles
/// (``StyleRole/className``). Nothing in the text becomes markup, runs, or is loaded from anywhere; HTML in it is shown as source.
public struct HTMLMarkdown {
    private var html = ""
    private let tree: MarkdownTree
    private let languages: LanguageCatalog
    /// The anchor of each footnote, by its label.
    private let footnotes: [String: String]
    /// The alignments of the table that is open, and the columns of the row so far.
    private var alignments: [TableAlignment] = []
    private var column = 0
    private var isInBody = false

    /// - Parameter prefix: begins the names of anchors in it, and is that of no other part of the document: letters, digits and hyphens.
    public static func html(of text: String, anchors prefix: String, languages: LanguageCatalog) -> String {
        var text = text
        return text.withUTF8 { bytes in
            var writer = HTMLMarkdown(MarkdownTree(bytes, definitions: true), prefix, languages)
            writer.tree.walk { writer.visit($0, $1) }
            return writer.html
        }
    }

    private init(_ tree: MarkdownTree, _ prefix: String, _ languages: LanguageCatalog) {
        self.tree = tree
        self.languages = languages
        var footnotes: [String: String] = [:]
        for node in tree.nodes where node.kind == .footnote && footnotes[node.info] == nil {
            footnotes[node.info] = "\(prefix)-note-\(footnotes.count + 1)"
        }
        self.footnotes = footnotes
    }

    private mutating func visit(_ event: MarkdownTree.Event, _ node: MarkdownNode) {
        switch (event, node.kind) {
        case (.enter, .quote): openQuote(node)
        case (.exit, .quote): html += "</blockquote>\n"
        case (.enter, .list): openList(node)
        case (.exit, .list): html += node.numbering == nil ? "</ul>\n" : "</ol>\n"
        case (.enter, .item): html += "<li>"
        case (.enter, .taskItem): html += "<li class=\"task\">\(node.isChecked ? "☑" : "☐") "
        case (.exit, .item), (.exit, .taskItem): html += "</li>\n"
        case (.enter, .footnote): openFootnote(node)
        case (.exit, .footnote): html += "</div>\n"
        case (.enter, .paragraph): write(node, in: "p")
        case (.enter, .heading): writeHeading(node)
        case (.enter, .summary): write(node, in: "p", class: "summary", after: "▾ ")
        case (.enter, .math): writeLines(of: node, .math)
        case (.enter, .htmlBlock): writeLines(of: node, .muted)
        case (.enter, .codeBlock): writeCode(node)
        case (.enter, .rule): html += "<hr>\n"
        case (.enter, .table): openTable(node)
        case (.exit, .table): closeTable()
        case (.enter, .tableHeader), (.enter, .tableRow): openRow(node)
        case (.exit, .tableHeader): html += "</tr></thead>\n"
        case (.exit, .tableRow): html += "</tr>\n"
        case (.enter, .tableCell): writeCell(node)
        case (.enter, .document), (.enter, .hidden), (.enter, .nothing), (.exit, _): break
        }
    }

    // MARK: Containers

    private mutating func openQuote(_ node: MarkdownNode) {
        guard let alert = node.alert else {
            html += "<blockquote class=\"\(StyleRole.quote.className)\">\n"
            return
        }
        html += "<blockquote>\n<p class=\"\(alert.role.className)\">\(alert.title)</p>\n"
    }

    private mutating func openList(_ node: MarkdownNode) {
        guard let start = node.numbering?.start else {
            html += "<ul>\n"
            return
        }
        html += start == 1 ? "<ol>\n" : "<ol start=\"\(start)\">\n"
    }

    private mutating func openFootnote(_ node: MarkdownNode) {
        let anchor = footnotes[node.info].map { " id=\"\($0)\"" } ?? ""
        html +=
            "<div class=\"note\"\(anchor)><span class=\"\(StyleRole.marker.className)\">[\(HTMLText.escaped(node.info))]</span>\n"
    }

    // MARK: Leaves

    private func inline(_ node: MarkdownNode, keepsLines: Bool = true) -> String {
        tree.text.withUnsafeBufferPointer { bytes in
            var inline = HTMLInline(keepsLines: keepsLines, footnotes: footnotes)
            inline.append(
                InlineParser(
                    UnsafeBufferPointer(rebasing: bytes[node.content]), definitions: tree.definitions))
            return inline.html
        }
    }

    private mutating func write(
        _ node: MarkdownNode, in element: String, class name: String? = nil, after mark: String = ""
    ) {
        let name = name.map { " class=\"\($0)\"" } ?? ""
        html += "<\(element)\(name)>\(mark)\(inline(node))</\(element)>\n"
    }

    /// The title of the document and the names above its parts are above all headings of a text.
    private mutating func writeHeading(_ node: MarkdownNode) {
        let element = "h\(min(6, node.headingLevel + 2))"
        html +=
            "<\(element) class=\"\(StyleRole.heading.className)\">\(inline(node, keepsLines: false))</\(element)>\n"
    }

    private mutating func writeLines(of node: MarkdownNode, _ role: StyleRole) {
        let text = tree.text.withUnsafeBufferPointer {
            HTMLText.escaped(UnsafeBufferPointer(rebasing: $0[node.content]))
        }
        html += "<pre class=\"\(role.className)\">\(text)</pre>\n"
    }

    private mutating func writeCode(_ node: MarkdownNode) {
        html += "<figure>"
        if let label = CodeLayout.label(of: node.info) {
            html +=
                "<figcaption class=\"\(StyleRole.codeLabel.className)\">\(HTMLText.escaped(label))</figcaption>"
        }
        html += "<pre class=\"\(StyleRole.codeBlock.className)\"><code>"
        var highlighter = CodeLayout.language(of: node.info).flatMap { languages.named($0) }.map(
            Highlighter.init)
        tree.text.withUnsafeBufferPointer { bytes in
            var rest = UnsafeBufferPointer(rebasing: bytes[node.content])
            while !rest.isEmpty {
                let (line, next) = rest.firstLine
                write(line, by: &highlighter)
                html += "\n"
                rest = next
            }
        }
        html += "</code></pre></figure>\n"
    }

    private mutating func write(_ line: UnsafeBufferPointer<UInt8>, by highlighter: inout Highlighter?) {
        guard line.count <= CodeLayout.longLine, let tokens = highlighter?.tokens(of: line) else {
            html += HTMLText.escaped(line)
            return
        }
        var start = 0
        for token in tokens {
            let text = HTMLText.escaped(UnsafeBufferPointer(rebasing: line[start..<token.end]))
            html += token.role == .codeBlock ? text : "<span class=\"\(token.role.className)\">\(text)</span>"
            start = token.end
        }
    }

    // MARK: Tables

    private mutating func openTable(_ node: MarkdownNode) {
        alignments = node.alignments
        isInBody = false
        html += "<table>\n"
    }

    private mutating func closeTable() { html += isInBody ? "</tbody></table>\n" : "</table>\n" }

    private mutating func openRow(_ node: MarkdownNode) {
        column = 0
        if node.kind == .tableHeader {
            html += "<thead><tr>"
        } else {
            html += isInBody ? "<tr>" : "<tbody>\n<tr>"
            isInBody = true
        }
    }

    private mutating func writeCell(_ node: MarkdownNode) {
        let alignment = column < alignments.count ? alignments[column] : .left
        column += 1
        let element = isInBody ? "td" : "th"
        write(node, in: element, class: alignment == .left ? nil : alignment == .right ? "right" : "center")
    }
}
