/// Makes HTML of the text of a block. Every element that it opens it closes, in the right order, however the marks of the text interleave.
struct HTMLInline {
    private enum Element: String, CaseIterable {
        case strong, em, s, code, kbd, sub, sup

        init(_ style: InlineParser.Style) {
            switch style {
            case .strong: self = .strong
            case .emphasis: self = .em
            case .strikethrough: self = .s
            }
        }

        init(_ tag: InlineTag.Kind) {
            switch tag {
            case .strong: self = .strong
            case .emphasis: self = .em
            case .strikethrough: self = .s
            case .code: self = .code
            case .kbd: self = .kbd
            case .sub: self = .sub
            case .sup: self = .sup
            }
        }

        var opening: String {
            self == .code || self == .kbd
                ? "<\(rawValue) class=\"\(StyleRole.codeInline.className)\">" : "<\(rawValue)>"
        }
    }

    /// A link whose label is being read.
    private struct OpenLink {
        var address: String
        var isImage: Bool
        /// Whether it is an element.
        var isAnchor: Bool
        var label = ""
    }

    private(set) var html = ""
    /// Whether line ends of the source are kept; otherwise they are blanks.
    private let keepsLines: Bool
    /// Where each footnote is in the document, by its label.
    private let footnotes: [String: String]
    /// How often each style is on.
    private var styles: [Element: Int] = [:]
    /// The elements of styles that are open, the outermost first.
    private var open: [Element] = []
    private var links: [OpenLink] = []

    init(keepsLines: Bool = true, footnotes: [String: String]) {
        self.keepsLines = keepsLines
        self.footnotes = footnotes
    }

    mutating func append(_ text: InlineParser) {
        for token in text.tokens {
            switch token {
            case .text(let range): write(text[range])
            case .character(let character): write(character)
            case .code(let range): append(code: text[range])
            case .html(let range): append(source: text[range], .muted)
            case .openTag(let kind): change(Element(kind), by: 1)
            case .closeTag(let kind): change(Element(kind), by: -1)
            case .math(let range): append(source: text[range], .math)
            case .footnote(let range): append(footnote: String(decoding: text[range], as: UTF8.self))
            case .lineBreak: endLine()
            case .delimiters(let index): append(text.delimiters[index], text)
            case .openLink(let address, let isImage): openLink(address, isImage: isImage)
            case .closeLink: closeLink()
            case .address(let range, let address): append(address, written: text[range])
            }
        }
        closeStyles()
        while !links.isEmpty { closeLink() }
    }

    // MARK: Text

    private mutating func write(_ text: String) {
        guard !text.isEmpty else { return }
        openStyles()
        html += HTMLText.escaped(text)
        for index in links.indices { links[index].label += text }
    }

    private mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        write(String(decoding: bytes, as: UTF8.self))
    }

    /// Lines with their ends.
    private mutating func write(lines: UnsafeBufferPointer<UInt8>) {
        var rest = lines
        while let end = rest.endOfLine {
            write(UnsafeBufferPointer(rebasing: rest[..<end.end]))
            endLine()
            rest = UnsafeBufferPointer(rebasing: rest[end.next...])
        }
        write(rest)
    }

    private mutating func endLine() {
        html += keepsLines ? "<br>\n" : " "
        for index in links.indices { links[index].label += " " }
    }

    private mutating func append(source: UnsafeBufferPointer<UInt8>, _ role: StyleRole) {
        openStyles()
        html += "<span class=\"\(role.className)\">"
        write(lines: source)
        html += "</span>"
    }

    /// Code is as it was written, but its addresses can be opened.
    private mutating func append(code: UnsafeBufferPointer<UInt8>) {
        let found = links.isEmpty ? LinkTarget.all(in: code) : []
        var start = 0
        change(.code, by: 1)
        for (range, address) in found {
            write(lines: UnsafeBufferPointer(rebasing: code[start..<range.lowerBound]))
            append(address, written: UnsafeBufferPointer(rebasing: code[range]))
            start = range.upperBound
        }
        write(lines: UnsafeBufferPointer(rebasing: code[start...]))
        change(.code, by: -1)
    }

    private mutating func append(footnote label: String) {
        guard let anchor = footnotes[label], links.isEmpty else { return write("[\(label)]") }
        openStyles()
        html +=
            "<sup><a class=\"\(StyleRole.marker.className)\" href=\"#\(anchor)\">\(HTMLText.escaped(label))</a></sup>"
    }

    // MARK: Styles

    private mutating func append(_ run: InlineParser.Delimiters, _ text: InlineParser) {
        for style in run.closed { change(Element(style), by: -1) }
        if run.count > 0 { write(text[run.start..<run.start + run.count]) }
        for style in run.opened.reversed() { change(Element(style), by: 1) }
    }

    private mutating func change(_ element: Element, by step: Int) { styles[element, default: 0] += step }

    /// Opens and closes elements so that those of the styles that are on are open.
    private mutating func openStyles() {
        let wanted = Element.allCases.filter { styles[$0, default: 0] > 0 }
        guard wanted != open else { return }
        let kept = zip(open, wanted).prefix { $0 == $1 }.count
        closeStyles(downTo: kept)
        for element in wanted[kept...] { html += element.opening }
        open = wanted
    }

    private mutating func closeStyles(downTo kept: Int = 0) {
        for element in open[kept...].reversed() { html += "</\(element.rawValue)>" }
        open.removeSubrange(kept...)
    }

    // MARK: Links

    private mutating func append(_ address: String, written text: UnsafeBufferPointer<UInt8>) {
        guard links.isEmpty else { return write(text) }
        openLink(address, isImage: false)
        write(text)
        closeLink()
    }

    /// There are no links in links: the outer one counts.
    private mutating func openLink(_ address: String, isImage: Bool) {
        closeStyles()
        let reference = links.contains(where: \.isAnchor) ? nil : HTMLText.reference(address)
        if let reference {
            html +=
                "<a class=\"\(StyleRole.link.className)\" rel=\"noopener noreferrer\" href=\"\(reference)\">"
        }
        links.append(OpenLink(address: address, isImage: isImage, isAnchor: reference != nil))
        if isImage { html += "[image: " }
    }

    private mutating func closeLink() {
        guard let link = links.last else { return }
        if link.label.isEmpty { write(link.address) }
        closeStyles()
        links.removeLast()
        if link.isImage { html += "]" }
        if link.isAnchor { html += "</a>" }
        let isHidden = !link.isAnchor && !link.label.isEmpty && link.label != link.address
        guard isHidden || InlineLayout.pretends(link.label, toBe: link.address) else { return }
        html += " <span class=\"\(StyleRole.muted.className)\">(\(HTMLText.escaped(link.address)))</span>"
    }
}
