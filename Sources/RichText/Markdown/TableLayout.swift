/// The rows of a table before they are written to the page.
struct TableLayout {
    struct Row {
        /// 1-based line of the piece.
        var line: Int
        var cells: [FlowText] = []
        /// Links before it.
        var links: Int
        /// The end of the page before it.
        var mark = RenderedPage.Mark()
    }

    let alignments: [TableAlignment]
    private(set) var plan: TablePlan?
    private(set) var rows: [Row] = []
    /// Whether the plan cannot change any more, so that rows are final.
    private(set) var isPlanFinal: Bool

    private var header: [FlowText] = []
    private(set) var isInHeader = false
    private let continues: Bool

    init(alignments: [TableAlignment], plan: TablePlan?) {
        self.alignments = alignments
        self.plan = plan
        continues = plan != nil
        isPlanFinal = continues
    }

    mutating func beginRow(isHeader: Bool, line: Int, links: Int) {
        isInHeader = isHeader
        if !isHeader { rows.append(Row(line: line, links: links)) }
    }

    mutating func add(_ cell: FlowText) {
        if isInHeader { header.append(cell) } else { rows[rows.count - 1].cells.append(cell) }
    }

    mutating func write(to writer: inout RowWriter, lines: SourceLines) {
        let plan = plan ?? decided(room: writer.room, lines: lines)
        self.plan = plan
        if !continues { for row in plan.headerRows { writer.write(row) } }
        for index in rows.indices {
            rows[index].mark = writer.page.end
            rows[index].mark.links = rows[index].links
            if index > 0 || continues { for row in plan.betweenRows { writer.write(row) } }
            write(rows[index].cells, plan, to: &writer)
        }
        if rows.isEmpty, !continues, plan.headerRows.isEmpty { write([], plan, to: &writer) }
    }

    private mutating func decided(room: Int, lines: SourceLines) -> TablePlan {
        let start = rows.first.map { lines.start(of: $0.line) } ?? 0
        let sample = rows.prefix { lines.end(of: $0.line) <= start + TablePlan.sampleBytes }
        // The first row counts, however long it is.
        isPlanFinal = sample.count < rows.count && rows.count > 1
        return TablePlan(
            header: header, sample: (sample.isEmpty ? rows.prefix(1) : sample).map(\.cells),
            alignments: alignments,
            room: room)
    }

    private func write(_ cells: [FlowText], _ plan: TablePlan, to writer: inout RowWriter) {
        if let rows = plan.rows(of: cells) {
            for row in rows { writer.write(row) }
            return
        }
        for (index, label) in plan.header.enumerated() {
            // Empty cells are left out.
            if index < cells.count ? cells[index].isEmpty : !cells.isEmpty { continue }
            var flow = label
            let value = index < cells.count ? cells[index] : FlowText(width: writer.room)
            flow.append(": ", FlowText.Style(role: .tableHeader, attributes: .bold))
            flow.append(value)
            writer.write(flow, hanging: 2)
        }
    }
}
