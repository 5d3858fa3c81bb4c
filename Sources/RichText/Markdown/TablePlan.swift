/// How a table is drawn. It is decided once, from the header and the first rows, so that later rows cannot change earlier ones.
struct TablePlan: Sendable {
    enum Form: Sendable {
        /// Columns of these widths; `ruled` with a line between rows, when cells wrap.
        case columns([Int], ruled: Bool)
        /// Lines of `Header: value` for each row, when there is not enough room.
        case records
    }

    let form: Form
    let header: [FlowText]
    let alignments: [TableAlignment]

    /// The bytes of a table's first rows that decide its plan.
    static let sampleBytes = 2048

    private static let separator = " │ "
    private static let crossing = "─┼─"
    private static let gap = 3
    /// The narrowest column that cells are wrapped in.
    private static let leastWidth = 6

    /// - Parameters:
    ///   - header: the cells of the header.
    ///   - sample: the rows that decide the widths.
    ///   - alignments: of the columns.
    ///   - room: the columns of the terminal that the table can take.
    init(header: [FlowText], sample: [[FlowText]], alignments: [TableAlignment], room: Int) {
        self.header = header
        self.alignments = alignments
        var widths = header.map { max(1, $0.widestColumns) }
        var hasLineEnds = false
        for row in sample {
            for (index, cell) in row.enumerated() where index < widths.count {
                widths[index] = max(widths[index], cell.widestColumns)
                hasLineEnds = hasLineEnds || cell.hasLineEnd
            }
        }
        let free = room - Self.gap * (widths.count - 1)
        if widths.reduce(0, +) <= free {
            form = .columns(widths, ruled: hasLineEnds)
        } else if let limit = Self.limit(widths, free: free) {
            form = .columns(widths.map { min($0, limit) }, ruled: true)
        } else {
            form = .records
        }
    }

    /// The widest that columns can be for all to fit; nil if that is too narrow to read.
    private static func limit(_ widths: [Int], free: Int) -> Int? {
        let limit = (leastWidth..<max(leastWidth + 1, free)).last { limit in
            widths.reduce(0) { $0 + min($1, limit) } <= free
        }
        guard let limit, widths.reduce(0, { $0 + min($1, limit) }) <= free else { return nil }
        return limit
    }
}

// MARK: - Rows

extension TablePlan {
    /// The rows above the first one of the table.
    var headerRows: [[Span]] {
        guard case .columns(let widths, _) = form else { return [] }
        return rows(of: header, widths: widths) + [rule(widths)]
    }

    /// The rows between two of the table.
    var betweenRows: [[Span]] {
        switch form {
        case .columns(let widths, let ruled): ruled ? [rule(widths)] : []
        case .records: [[]]
        }
    }

    /// A row drawn in columns; nil when the table is drawn as records.
    func rows(of cells: [FlowText]) -> [[Span]]? {
        guard case .columns(let widths, _) = form else { return nil }
        return rows(of: cells, widths: widths)
    }

    private func rule(_ widths: [Int]) -> [Span] {
        [
            Span(
                widths.map { String(repeating: "─", count: $0) }.joined(separator: Self.crossing),
                .tableBorder)
        ]
    }

    private func rows(of cells: [FlowText], widths: [Int]) -> [[Span]] {
        let columns = widths.indices.map { index in
            index < cells.count
                ? CellRows(cells[index], width: widths[index]) : CellRows(FlowText(width: 1), width: 1)
        }
        let height = columns.map(\.rows.count).max() ?? 0
        return (0..<height).map { row in
            var spans: [Span] = []
            for (index, width) in widths.enumerated() {
                if index > 0 { spans.append(Span(Self.separator, .tableBorder)) }
                let isLast = index == widths.count - 1
                spans += aligned(columns[index].row(row), width, column: index, isLast: isLast)
            }
            return spans
        }
    }

    private func aligned(_ cell: (spans: [Span], columns: Int), _ width: Int, column: Int, isLast: Bool)
        -> [Span]
    {
        let free = max(0, width - cell.columns)
        let left =
            switch column < alignments.count ? alignments[column] : .left {
            case .left: 0
            case .center: free / 2
            case .right: free
            }
        let right = isLast ? 0 : free - left
        let blank = { (count: Int) in count > 0 ? [Span(String(repeating: " ", count: count))] : [] }
        return blank(left) + cell.spans + blank(right)
    }

    /// A cell cut into rows.
    private struct CellRows {
        var rows: [(spans: [Span], columns: Int)]

        init(_ flow: FlowText, width: Int) {
            var cutter = FlowText.SpanCutter(flow)
            rows = flow.rows(first: width, later: width).map { range in
                let spans = cutter.spans(range)
                return (spans, spans.columns)
            }
        }

        func row(_ index: Int) -> (spans: [Span], columns: Int) { index < rows.count ? rows[index] : ([], 0) }
    }
}
