/// Collects the inline nodes of a block as styled text.
struct InlineLayout {
    private(set) var flow: FlowText
    /// Links whose label is being read, and where it starts in the text.
    private var openLinks: [(link: Int, start: Int)] = []
    private let base: FlowText.Style
    private var style: FlowText.Style
    private var strong = 0
    private var emphasis = 0
    private var strikethrough = 0

    init(base: FlowText.Style, width: Int) {
        flow = FlowText(width: width)
        self.base = base
        style = base
    }

    /// Appends text of the layout itself.
    mutating func append(_ text: String, _ role: StyleRole, attributes: Attributes = []) {
        flow.append(text, FlowText.Style(role: role, attributes: attributes))
    }

    mutating func enter(_ node: MarkdownNode, links: inout [Link]) {
        switch node.kind {
        case .text: append(node, style)
        case .softBreak: flow.append(" ", style)
        case .hardBreak: flow.endLine()
        case .code: append(node, with(.codeInline))
        case .htmlInline: append(node, with(.muted))
        case .strong: strong += 1
        case .emphasis: emphasis += 1
        case .strikethrough:
            strikethrough += 1
            restyle()
            flow.append("~~", with(.marker))
        case .link, .image: openLink(node, links: &links)
        default: break
        }
        restyle()
    }

    mutating func exit(_ node: MarkdownNode, links: inout [Link]) {
        switch node.kind {
        case .strong: strong -= 1
        case .emphasis: emphasis -= 1
        case .strikethrough:
            flow.append("~~", with(.marker))
            strikethrough -= 1
        case .link, .image: closeLink(node, links: &links)
        default: break
        }
        restyle()
    }

    private mutating func append(_ node: MarkdownNode, _ style: FlowText.Style) {
        node.withLiteral { flow.append($0, style) }
    }

    private mutating func openLink(_ node: MarkdownNode, links: inout [Link]) {
        openLinks.append((links.count, flow.utf8.count))
        links.append(Link(label: "", address: node.address))
        restyle()
        if node.kind == .image { flow.append("[image: ", style) }
    }

    private mutating func closeLink(_ node: MarkdownNode, links: inout [Link]) {
        guard let open = openLinks.popLast() else { return }
        if node.kind == .image { flow.append("]", style) }
        if flow.utf8.count == open.start { flow.append(links[open.link].address, style) }
        let label = String(decoding: flow.utf8[min(open.start, flow.utf8.count)...], as: UTF8.self)
        links[open.link].label = label
        let address = links[open.link].address
        if Self.pretends(label, toBe: address) { flow.append(" (\(address))", with(.muted)) }
    }

    /// Whether a label looks like an address other than the link's.
    private static func pretends(_ label: String, toBe address: String) -> Bool {
        guard label.contains("://") || label.hasPrefix("www.") else { return false }
        return label != address && address != "http://" + label
    }

    private mutating func restyle() {
        style = base
        if strikethrough > 0 { style = with(.strikethrough, .strikethrough) }
        if emphasis > 0 { style = with(.emphasis, .italic) }
        if strong > 0 { style = with(.strong, .bold) }
        if base.role == .heading { style.role = .heading }
        if let open = openLinks.last {
            style = with(.link, .underline)
            style.link = open.link
        }
    }

    private func with(_ role: StyleRole, _ attributes: Attributes = []) -> FlowText.Style {
        FlowText.Style(role: role, attributes: style.attributes.union(attributes), link: style.link)
    }
}
