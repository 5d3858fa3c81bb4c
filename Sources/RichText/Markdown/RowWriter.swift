/// What the containers around a block draw before its rows.
struct Margin: Sendable {
    /// Before the first row: a list marker, say. Equal to ``rest`` once that row is written.
    var first: [Span] = []
    var firstColumns = 0
    var rest: [Span] = []
    var restColumns = 0
    /// The role of text in the container.
    var role: StyleRole = .text
    /// Whether the first row is still to be written.
    var isPending = false

    /// The margin of a container inside this one: `marker` before its first row, `indent` of the same width before the others.
    ///
    /// Where that leaves too little room for text, only the first row is indented, by its marker.
    func inside(marker: Span, indent: Span, role: StyleRole, width: Int) -> Margin {
        var inner = self
        inner.role = role
        inner.isPending = true
        let columns = Glyphs.width(marker.text)
        inner.first.appendMerging(marker)
        inner.firstColumns += columns
        if restColumns + columns <= width - min(width, Self.leastRoom) {
            inner.rest.appendMerging(indent)
            inner.restColumns += columns
        }
        return inner
    }

    /// The columns that indentation always leaves for text.
    private static let leastRoom = 10
}

extension [Span] {
    /// Appends a span, joined to the last one if that has the same style.
    fileprivate mutating func appendMerging(_ span: Span) {
        guard let last, last.role == span.role, last.attributes == span.attributes, last.link == span.link
        else {
            append(span)
            return
        }
        self[count - 1].text += span.text
    }
}

/// Writes blocks to a page within the margins of their containers.
struct RowWriter {
    var page: RenderedPage
    let form: MarkdownForm
    private var margins = [Margin()]

    init(page: RenderedPage, form: MarkdownForm) {
        self.page = page
        self.form = form
    }

    var width: Int { form.width }
    /// The columns of running text at most, with its margins.
    private var prose: Int { min(form.width, form.prose) }

    var margin: Margin { margins[margins.count - 1] }
    /// The columns that every row but the first has for text.
    var room: Int { max(1, width - margin.restColumns) }
    /// The columns that the next row has for text.
    var firstRoom: Int { max(1, width - margin.firstColumns) }

    /// Opens a container.
    mutating func open(marker: Span, indent: Span, role: StyleRole) {
        margins.append(margin.inside(marker: marker, indent: indent, role: role, width: width))
        // A marker that leaves no room gets a row of its own.
        if margin.firstColumns >= width { writeMarker() }
    }

    /// Closes the container; its marker is written even if it is empty.
    mutating func close() {
        if margin.isPending { writeMarker() }
        margins.removeLast()
    }

    /// Writes an empty row between two blocks.
    mutating func writeGap() {
        page.lines.append(
            StyledLine(margin.rest.last?.text.allSatisfy { $0 == " " } == true ? [] : margin.rest))
    }

    /// Writes a row made for the ``room``.
    mutating func write(_ spans: [Span], fill: StyleRole? = nil) {
        if margin.isPending, margin.firstColumns != margin.restColumns { writeMarker() }
        page.lines.append(StyledLine(nextMargin() + spans, fill: fill))
    }

    /// The last row of a text: its start, and the margins and room of this row and of later ones.
    struct LastRow: Sendable {
        var start: Int
        var margin: [Span]
        var room: Int
        var laterMargin: [Span]
        var laterRoom: Int
    }

    /// Writes running text, broken into rows.
    /// - Parameters:
    ///   - flow: the text.
    ///   - hanging: the columns that all rows but the first are indented.
    @discardableResult
    mutating func write(_ flow: FlowText, hanging: Int = 0) -> LastRow {
        let before = margin
        let room = max(1, prose - before.restColumns)
        let firstRoom = max(1, prose - before.firstColumns)
        let indent = hanging < room / 2 ? hanging : 0
        let rows = flow.rows(first: firstRoom, later: room - indent)
        var cutter = FlowText.SpanCutter(flow)
        let blank = indent > 0 ? [Span(String(repeating: " ", count: indent))] : []
        page.lines.reserveCapacity(page.lines.count + rows.count)
        for (index, row) in rows.enumerated() {
            let margin = nextMargin()
            page.lines.append(StyledLine(cutter.spans(row, after: index == 0 ? margin : margin + blank)))
        }
        let isFirst = rows.count == 1
        return LastRow(
            start: rows[rows.count - 1].lowerBound, margin: isFirst ? before.first : before.rest + blank,
            room: isFirst ? firstRoom : room - indent, laterMargin: before.rest + blank,
            laterRoom: room - indent)
    }

    /// Writes a marker alone.
    private mutating func writeMarker() {
        page.lines += StyledLine.wrap(nextMargin(), width: width)
    }

    /// The margin of the next row; pending markers are then written.
    private mutating func nextMargin() -> [Span] {
        let margin = margin
        guard margin.isPending else { return margin.rest }
        for index in margins.indices.reversed() {
            guard margins[index].isPending else { break }
            margins[index].isPending = false
            margins[index].first = margins[index].rest
            margins[index].firstColumns = margins[index].restColumns
        }
        return margin.first
    }
}
