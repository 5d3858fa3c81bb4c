/// The source of a manual page in the macros of man(7), which groff and mandoc both read.
///
/// Texts are Markdown; each sentence begins on a line of its own, as is usual in such sources.
public struct ManualSource: Sendable {
    /// The most bytes of a line of text; a word that is longer stays whole. Formatters count some characters as several.
    private static let width = 72

    public private(set) var text: String
    /// Whether the next paragraph needs no macro, since a heading or a tag is above it.
    private var isApart = true

    /// - Parameters:
    ///   - name: of the page, without its section.
    ///   - date: of the last change, as 2026-03-14.
    ///   - program: with its version, for the page's footer.
    public init(name: String, section: Int, date: String, program: String, manual: String) {
        let title = [name.uppercased(), String(section), date, program, manual]
        text = ".TH " + title.map(Self.argument).joined(separator: " ") + "\n"
        // No hyphenation, and an even left margin only: names stay whole and can be searched for.
        text += ".nh\n.ad l\n"
    }

    // MARK: Parts

    public mutating func section(_ title: String) {
        text += ".SH " + Self.argument(title.uppercased()) + "\n"
        isApart = true
    }

    public mutating func subsection(_ title: String) {
        text += ".SS " + Self.argument(title) + "\n"
        isApart = true
    }

    /// The line that whatis(1) and apropos(1) read.
    public mutating func name(_ name: String, about: String) {
        section("Name")
        var about = about
        if about.hasSuffix(".") { about.removeLast() }
        var line = RoffText()
        line.append(name, .roman)
        line.append(" - ", .roman)
        line.append(RoffText(markdown: about.lowercasingFirst))
        append(line)
    }

    /// A paragraph of Markdown.
    public mutating func paragraph(_ markdown: String) { paragraph(RoffText(markdown: markdown)) }

    public mutating func paragraph(_ flow: RoffText) {
        if !isApart { text += ".PP\n" }
        append(flow)
    }

    /// An entry of a list: a tag, and what it means below it.
    public mutating func entry(_ tag: RoffText, _ markdown: String) {
        entry(tag, RoffText(markdown: markdown))
    }

    mutating func entry(_ tag: RoffText, _ flow: RoffText) {
        text += ".TP\n"
        line(tag.words.joined(separator: " "))
        if flow.words.isEmpty { line("\\&") } else { append(flow) }
    }

    /// An item of a list.
    mutating func item(_ mark: String, indent: Int, _ flow: RoffText) {
        text += ".IP \(mark) \(indent)\n"
        append(flow)
    }

    /// Text whose lines stay as they are.
    public mutating func example(_ code: some StringProtocol) {
        text += isApart ? "" : ".PP\n"
        text += ".RS 4\n.nf\n"
        var lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines { text += Self.guarded(RoffText.literal(line)) + "\n" }
        text += ".fi\n.RE\n"
        isApart = false
    }

    // MARK: Lines

    private mutating func append(_ flow: RoffText) {
        var current = ""
        for word in flow.words {
            let room = Self.width - current.utf8.count - 1
            if !current.isEmpty, word.utf8.count > room || RoffText.endsSentence(current) {
                line(current)
                current = ""
            }
            current += (current.isEmpty ? "" : " ") + word
        }
        if !current.isEmpty { line(current) }
        isApart = false
    }

    private mutating func line(_ line: String) {
        text += Self.guarded(line) + "\n"
        isApart = false
    }

    /// A line that cannot be taken for a request.
    private static func guarded(_ line: String) -> String {
        line.isEmpty || line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }

    /// An argument of a macro, in quotation marks where it needs them.
    private static func argument(_ text: String) -> String {
        let escaped = RoffText.escaped(text).replacing("\"", with: "\\(dq")
        return escaped.contains(" ") || escaped.isEmpty ? "\"\(escaped)\"" : escaped
    }
}

extension String {
    /// With a small letter at the start, unless the first word is a name or an abbreviation.
    fileprivate var lowercasingFirst: String {
        guard dropFirst().first?.isLowercase == true else { return self }
        return prefix(1).lowercased() + dropFirst()
    }
}
