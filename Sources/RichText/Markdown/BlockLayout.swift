/// Lays out the blocks of a parsed piece of Markdown on a page.
///
/// How a block looks depends on itself and on what precedes it, never on what follows. So a finished block never changes.
struct BlockLayout {
    /// How the piece continues the text before it.
    struct Resumption: Sendable {
        /// A blank line precedes the piece.
        var followsBlank = false
        /// The number of the item if the piece begins with a further item of a list, 0 in a bulleted list.
        var item: Int?
        /// The table if the piece begins with further rows of it.
        var table: TablePlan?
    }

    /// Where a top-level block or an item of a top-level list begins.
    struct Seam {
        enum Part: Hashable {
            case block(MarkdownNode.Kind)
            /// With the item's number.
            case item(Int)
        }

        var part: Part
        /// 1-based line of the piece.
        var line: Int
        /// The end of the page before it.
        var mark: RenderedPage.Mark
    }

    private enum Container {
        case document, quote, item
        case list(List)
    }

    private struct List {
        var delimiter: Character?
        var number: Int
        var items = 0
        /// Lists around this one.
        var depth: Int
    }

    private(set) var writer: RowWriter
    private(set) var seams: [Seam] = []
    /// The table that the piece ends with.
    private(set) var lastTable: TableLayout?
    /// The last block if that is a paragraph.
    private(set) var lastParagraph: LastParagraph?
    /// The last top-level fenced code block.
    private(set) var lastFence: Fence?

    struct LastParagraph {
        var flow: FlowText
        /// Its last row.
        var row: RowWriter.LastRow
        /// Whether the piece ends in it.
        var isOpenEnd: Bool
        /// Whether plain words that follow take the style of its end.
        var keepsStyle: Bool
    }

    struct Fence {
        var line: Int
        var closingLine: Int?
        var fence: CodeFence
        var info: String
    }

    private let lines: SourceLines
    private let resumption: Resumption
    /// The text of the blocks.
    private let tree: MarkdownTree
    private var containers: [Container] = []
    /// Top-level blocks so far.
    private var blocks = 0
    /// Blocks so far in each container.
    private var children: [Int] = []
    private var lists = 0
    private var table: TableLayout?

    /// Lays out a piece behind `page`.
    init(
        _ tree: MarkdownTree, page: RenderedPage, form: MarkdownForm, lines: SourceLines,
        resumption: Resumption
    ) {
        writer = RowWriter(page: page, form: form)
        self.lines = lines
        self.resumption = resumption
        self.tree = tree
        tree.walk {
            visit($0, $1)
            if $0 == .enter { endDetails($1) }
        }
    }

    private mutating func visit(_ event: MarkdownTree.Event, _ node: MarkdownNode) {
        switch (event, node.kind) {
        case (.enter, .document): open(.document)
        case (.exit, .document): break
        case (.enter, .quote): openQuote(node)
        case (.enter, .list): openList(node)
        case (.enter, .item), (.enter, .taskItem): openItem(node)
        case (.enter, .footnote): openFootnote(node)
        case (.exit, .quote), (.exit, .item), (.exit, .taskItem), (.exit, .footnote): close()
        case (.exit, .list): closeList()
        case (.enter, .paragraph): writeParagraph(node)
        case (.enter, .heading): writeHeading(node)
        case (.enter, .summary): writeSummary(node)
        case (.enter, .math): writeLines(of: node, role: .math)
        case (.enter, .codeBlock): writeCode(node)
        case (.enter, .htmlBlock): writeLines(of: node, role: writer.margin.role)
        case (.enter, .rule): writeRule(node)
        case (.enter, .table): openTable(node)
        case (.exit, .table): closeTable()
        case (.enter, .tableHeader), (.enter, .tableRow): openRow(node)
        case (.enter, .tableCell): writeCell(node)
        case (.enter, .hidden): skip(node)
        case (.enter, .nothing), (.exit, _): break
        }
    }
}

// MARK: - Containers

extension BlockLayout {
    private mutating func open(_ container: Container) {
        containers.append(container)
        children.append(0)
        if containers.count == 1, !writer.page.lines.isEmpty { children[0] = 1 }
    }

    private mutating func close() {
        writer.close()
        containers.removeLast()
        children.removeLast()
    }

    private var isFirstBlock: Bool { blocks == 1 }

    /// Records the start of a block and writes the gap before it.
    private mutating func begin(_ node: MarkdownNode) {
        skip(node)
        let isFirst = children[children.count - 1] == 0
        children[children.count - 1] += 1
        let resumes =
            children.count == 1 && isFirstBlock && (resumption.item != nil || resumption.table != nil)
        guard !isFirst, !resumes else { return }
        if isApart(node) { writer.writeGap() }
    }

    /// Records the start of a block.
    private mutating func skip(_ node: MarkdownNode) {
        lastParagraph = nil
        if containers.count == 1 {
            addSeam(node)
            blocks += 1
            lastTable = nil
        }
        for opening in node.openedDetails { addMark(.begin(opening)) }
    }

    private mutating func addMark(_ kind: DetailsMark.Kind) {
        writer.page.details.append(DetailsMark(kind: kind, line: writer.page.lines.count))
    }

    /// Notes the tags that end what can be unfolded, also those in the text of a block.
    private mutating func endDetails(_ node: MarkdownNode) {
        guard !writer.page.details.isEmpty else { return }
        var count = node.closedDetails
        if node.kind == .paragraph || node.kind == .htmlBlock {
            count += withContent(of: node) { HTMLBlock.endsOfDetails(in: $0) }
        }
        for _ in 0..<count { addMark(.end) }
    }

    private mutating func addSeam(_ node: MarkdownNode) {
        seams.append(Seam(part: .block(node.kind), line: node.startLine, mark: writer.page.end))
    }

    /// Whether an empty row precedes a block that is not the first in its container. Blocks that are together in the source (a list
    /// under its introduction, the blocks of a tight list) stay together.
    private func isApart(_ node: MarkdownNode) -> Bool {
        if case .item = containers[containers.count - 1] { return followsBlank(node) }
        return node.kind != .list && node.kind != .footnote || followsBlank(node)
    }

    private func followsBlank(_ node: MarkdownNode) -> Bool {
        node.startLine <= lines.first ? resumption.followsBlank : lines.endsParagraph(node.startLine - 1)
    }

    private mutating func openQuote(_ node: MarkdownNode) {
        begin(node)
        guard let alert = node.alert else {
            openEdge(.quote, text: .quote)
            return open(.quote)
        }
        openEdge(alert.role, text: .text)
        open(.quote)
        var title = FlowText(width: writer.width)
        title.append(alert.title, FlowText.Style(role: alert.role, attributes: .bold))
        writer.write(title)
    }

    private mutating func openEdge(_ role: StyleRole, text: StyleRole) {
        let edge = Span(writer.form.isBare ? "" : "│ ", role)
        writer.open(marker: edge, indent: edge, role: text)
    }

    private mutating func openFootnote(_ node: MarkdownNode) {
        begin(node)
        let label = "[" + SafeText.line(node.info, replacing: .replacementCharacter) + "] "
        let indent = Span(String(repeating: " ", count: Glyphs.width(label)))
        writer.open(marker: Span(label, .marker), indent: indent, role: writer.margin.role)
        open(.item)
    }

    private mutating func openList(_ node: MarkdownNode) {
        begin(node)
        let numbering = node.numbering
        var list = List(delimiter: numbering?.delimiter, number: numbering?.start ?? 0, depth: lists)
        if containers.count == 1, isFirstBlock, let item = resumption.item {
            list.number = item
            list.items = 1
        }
        lists += 1
        open(.list(list))
    }

    private mutating func closeList() {
        lists -= 1
        containers.removeLast()
        children.removeLast()
    }

    private mutating func openItem(_ node: MarkdownNode) {
        lastParagraph = nil
        guard case .list(var list) = containers[containers.count - 1] else { return }
        if containers.count == 2, list.items > 0 {
            seams.append(Seam(part: .item(list.number), line: node.startLine, mark: writer.page.end))
        }
        if list.items > 0, followsBlank(node) { writer.writeGap() }
        let marker = Self.marker(list, node)
        list.items += 1
        list.number += list.delimiter == nil ? 0 : 1
        containers[containers.count - 1] = .list(list)
        let indent = Span(String(repeating: " ", count: Glyphs.width(marker)))
        writer.open(marker: Span(marker, .marker), indent: indent, role: writer.margin.role)
        open(.item)
    }

    private static let bullets = ["•", "◦", "–"]

    /// Numbers of up to two digits end in the same column.
    private static func marker(_ list: List, _ node: MarkdownNode) -> String {
        let box = node.kind == .taskItem ? node.isChecked ? "☑ " : "☐ " : ""
        guard let delimiter = list.delimiter else {
            return box.isEmpty ? bullets[list.depth % bullets.count] + " " : box
        }
        return (list.number < 10 ? " " : "") + "\(list.number)\(delimiter) " + box
    }
}

// MARK: - Leaves

extension BlockLayout {
    private mutating func writeParagraph(_ node: MarkdownNode) {
        begin(node)
        var text = inlineLayout(FlowText.Style(role: writer.margin.role))
        let keepsStyle = append(node, to: &text)
        let row = writer.write(text.flow)
        lastParagraph = LastParagraph(
            flow: text.flow, row: row, isOpenEnd: node.isOpenEnd, keepsStyle: keepsStyle)
    }

    private mutating func writeHeading(_ node: MarkdownNode) {
        begin(node)
        var text = inlineLayout(
            FlowText.Style(role: .heading, attributes: Self.attributes(ofLevel: node.headingLevel)),
            keepsLines: false)
        let isMarked = writer.form.marks.contains(.heading)
        if isMarked { text.append(String(repeating: "#", count: node.headingLevel) + " ", .marker) }
        _ = append(node, to: &text)
        writer.write(text.flow, hanging: isMarked ? node.headingLevel + 1 : 0)
    }

    /// The levels differ without their marks too.
    private static func attributes(ofLevel level: Int) -> Attributes {
        switch level {
        case 1: [.bold, .underline]
        case 2: .bold
        default: [.bold, .italic]
        }
    }

    private mutating func writeSummary(_ node: MarkdownNode) {
        begin(node)
        var text = inlineLayout(FlowText.Style(role: writer.margin.role, attributes: .bold))
        text.append(Details.unfoldedMark + " ", .marker)
        _ = append(node, to: &text)
        let first = writer.page.lines.count
        writer.write(text.flow, hanging: 2)
        addMark(.summary(rows: writer.page.lines.count - first))
    }

    private func inlineLayout(_ base: FlowText.Style, keepsLines: Bool = true) -> InlineLayout {
        InlineLayout(
            base: base, width: min(writer.room, writer.firstRoom), marks: writer.form.marks,
            keepsLines: keepsLines)
    }

    /// - Returns: whether plain words that follow take the style of the end.
    private mutating func append(_ node: MarkdownNode, to text: inout InlineLayout) -> Bool {
        tree.text.withUnsafeBufferPointer { bytes in
            let parser = InlineParser(
                UnsafeBufferPointer(rebasing: bytes[node.content]), isOpenEnd: node.isOpenEnd,
                definitions: tree.definitions)
            text.append(parser, links: &writer.page.links)
            return parser.keepsStyle
        }
    }

    private func withContent<Result>(
        of node: MarkdownNode, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        tree.text.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[node.content])) }
    }

    private mutating func writeCode(_ node: MarkdownNode) {
        begin(node)
        if containers.count == 1, let fence = node.fence {
            lastFence = Fence(
                line: node.startLine, closingLine: node.closingLine, fence: fence, info: node.info)
        }
        var code = CodeWriter(info: node.info, writer: &writer)
        withContent(of: node) { literal in
            var rest = literal
            while !rest.isEmpty {
                let (line, next) = rest.firstLine
                code.write(line, to: &writer)
                rest = next
            }
        }
        code.finish(&writer)
    }

    /// HTML and mathematics are shown as source.
    private mutating func writeLines(of node: MarkdownNode, role: StyleRole) {
        begin(node)
        var flow = FlowText(width: min(writer.room, writer.firstRoom))
        withContent(of: node) { literal in
            let text = literal.last == 0x0A ? UnsafeBufferPointer(rebasing: literal.dropLast()) : literal
            flow.appendLines(text, FlowText.Style(role: role))
        }
        writer.write(flow)
    }

    private mutating func writeRule(_ node: MarkdownNode) {
        begin(node)
        writer.write([Span(String(repeating: "─", count: writer.room), .rule)])
    }
}

// MARK: - Tables

extension BlockLayout {
    private mutating func openTable(_ node: MarkdownNode) {
        begin(node)
        table = TableLayout(
            alignments: node.alignments, plan: node.startLine == 0 ? resumption.table : nil)
    }

    private mutating func openRow(_ node: MarkdownNode) {
        table?.beginRow(
            isHeader: node.kind == .tableHeader, line: node.startLine, links: writer.page.links.count)
    }

    private mutating func writeCell(_ node: MarkdownNode) {
        let isHeader = table?.isInHeader == true
        let base = FlowText.Style(
            role: isHeader ? .tableHeader : writer.margin.role, attributes: isHeader ? .bold : [])
        var text = InlineLayout(base: base, width: writer.room, marks: writer.form.marks)
        _ = append(node, to: &text)
        table?.add(text.flow)
    }

    private mutating func closeTable() {
        guard var closed = table else { return }
        table = nil
        closed.write(to: &writer, lines: lines)
        if containers.count == 1 { lastTable = closed }
    }
}
