/// Collects the parts of a block's text as styled text.
struct InlineLayout {
    private(set) var flow: FlowText
    private let marks: SyntaxMarks
    /// Whether line ends of the source are kept; otherwise they are blanks.
    private let keepsLines: Bool
    /// Links whose label is being read, and where it starts in the text.
    private var openLinks: [(link: Int, start: Int, isImage: Bool)] = []
    private let base: FlowText.Style
    private var style: FlowText.Style
    private var strong = 0
    private var emphasis = 0
    private var strikethrough = 0
    private var code = 0

    init(base: FlowText.Style, width: Int, marks: SyntaxMarks, keepsLines: Bool = true) {
        flow = FlowText(width: width)
        self.marks = marks
        self.keepsLines = keepsLines
        self.base = base
        style = base
    }

    /// Appends text of the layout itself.
    mutating func append(_ text: String, _ role: StyleRole, attributes: Attributes = []) {
        flow.append(text, FlowText.Style(role: role, attributes: attributes))
    }

    /// Appends the text of a block.
    mutating func append(_ text: InlineParser, links: inout [Link]) {
        for token in text.tokens {
            switch token {
            case .text(let range): flow.append(text[range], style)
            case .character(let character): flow.append(character, style)
            case .code(let range): append(code: text[range], links: &links)
            case .html(let range): append(lines: text[range], with(.muted))
            case .openTag(let kind): change(kind, by: 1)
            case .closeTag(let kind): change(kind, by: -1)
            case .math(let range): append(lines: text[range], with(.math))
            case .footnote(let range):
                flow.append("[", with(.marker))
                flow.append(text[range], with(.marker))
                flow.append("]", with(.marker))
            case .lineBreak: endLine()
            case .delimiters(let index): append(text.delimiters[index], text)
            case .openLink(let address, let isImage): openLink(address, isImage: isImage, links: &links)
            case .closeLink: closeLink(links: &links)
            case .address(let range, let address): append(address, written: text[range], links: &links)
            }
        }
    }

    private mutating func append(_ run: InlineParser.Delimiters, _ text: InlineParser) {
        // What is open at the end of a text that is still arriving has no marks there.
        let mark = run.length > 0 ? String(Character(Unicode.Scalar(run.byte))) : ""
        for style in run.closed { change(style, by: -1, mark) }
        if run.count > 0 { flow.append(text[run.start..<run.start + run.count], style) }
        for style in run.opened.reversed() { change(style, by: 1, mark) }
    }

    /// - Parameter mark: one of those that it is written with.
    private mutating func change(_ changed: InlineParser.Style, by step: Int, _ mark: String) {
        let (isMarked, count) =
            switch changed {
            case .emphasis: (marks.contains(.emphasis), 1)
            case .strong: (marks.contains(.strong), 2)
            case .strikethrough: (marks.contains(.strikethrough), 2)
            }
        let marks = String(repeating: mark, count: count)
        if isMarked, step < 0 { flow.append(marks, with(.marker)) }
        switch changed {
        case .emphasis: emphasis += step
        case .strong: strong += step
        case .strikethrough: strikethrough += step
        }
        restyle()
        if isMarked, step > 0 { flow.append(marks, with(.marker)) }
    }

    private mutating func change(_ tag: InlineTag.Kind, by step: Int) {
        switch tag {
        case .strong: change(.strong, by: step, "*")
        case .emphasis: change(.emphasis, by: step, "*")
        case .strikethrough: change(.strikethrough, by: step, "~")
        case .kbd, .code:
            code += step
            restyle()
        case .sub: flow.append(step > 0 ? "_(" : ")", style)
        case .sup: flow.append(step > 0 ? "^(" : ")", style)
        }
    }

    private mutating func endLine() {
        if keepsLines { flow.endLine() } else { flow.append(" ", style) }
    }

    private mutating func append(lines: UnsafeBufferPointer<UInt8>, _ style: FlowText.Style) {
        var rest = lines
        while let end = rest.endOfLine {
            flow.append(UnsafeBufferPointer(rebasing: rest[..<end.end]), style)
            endLine()
            rest = UnsafeBufferPointer(rebasing: rest[end.next...])
        }
        flow.append(rest, style)
    }

    /// Code is as it was written, but its addresses can be opened.
    private mutating func append(code: UnsafeBufferPointer<UInt8>, links: inout [Link]) {
        let found = openLinks.isEmpty ? LinkTarget.all(in: code) : []
        var start = 0
        for (range, address) in found {
            append(lines: UnsafeBufferPointer(rebasing: code[start..<range.lowerBound]), with(.codeInline))
            var style = with(.codeInline)
            style.link = links.count
            links.append(Link(label: address, address: address))
            append(lines: UnsafeBufferPointer(rebasing: code[range]), style)
            start = range.upperBound
        }
        append(lines: UnsafeBufferPointer(rebasing: code[start...]), with(.codeInline))
    }

    private mutating func append(
        _ address: String, written text: UnsafeBufferPointer<UInt8>, links: inout [Link]
    ) {
        guard openLinks.isEmpty else { return flow.append(text, style) }
        openLink(address, isImage: false, links: &links)
        flow.append(text, style)
        closeLink(links: &links)
    }

    private mutating func openLink(_ address: String, isImage: Bool, links: inout [Link]) {
        openLinks.append((links.count, flow.utf8.count, isImage))
        links.append(Link(label: "", address: address))
        restyle()
        if isImage { flow.append(Self.imageLabel, style) }
    }

    private static let imageLabel = "[image: "

    private mutating func closeLink(links: inout [Link]) {
        guard let open = openLinks.popLast() else { return }
        // An image without a text is named by its address.
        let isUnnamed = open.isImage && flow.utf8.count == open.start + Self.imageLabel.utf8.count
        if isUnnamed { flow.append(links[open.link].address, style) }
        if open.isImage { flow.append("]", style) }
        if flow.utf8.count == open.start { flow.append(links[open.link].address, style) }
        let label = String(decoding: flow.utf8[min(open.start, flow.utf8.count)...], as: UTF8.self)
        links[open.link].label = label
        let address = links[open.link].address
        if !isUnnamed, Self.pretends(label, toBe: address) { flow.append(" (\(address))", with(.muted)) }
        restyle()
    }

    /// Whether a label looks like an address other than the link's.
    static func pretends(_ label: String, toBe address: String) -> Bool {
        guard label.contains("://") || label.hasPrefix("www.") else { return false }
        return label != address && address != "http://" + label && address != "mailto:" + label
    }

    private mutating func restyle() {
        style = base
        if strikethrough > 0 { style = with(.strikethrough, .strikethrough) }
        if emphasis > 0 {
            style = with(.emphasis)
            // In a text that is italic anyway emphasis is upright.
            style.attributes.formSymmetricDifference(.italic)
        }
        if strong > 0 { style = with(.strong, .bold) }
        if base.role == .heading { style.role = .heading }
        if code > 0 { style = with(.codeInline) }
        if let open = openLinks.last {
            style = with(.link, .underline)
            style.link = open.link
        }
    }

    private func with(_ role: StyleRole, _ attributes: Attributes = []) -> FlowText.Style {
        FlowText.Style(role: role, attributes: style.attributes.union(attributes), link: style.link)
    }
}
