/// The rows laid out so far, with their links and code blocks.
struct RenderedPage: Sendable {
    var lines: [StyledLine] = []
    var links: [Link] = []
    var codeBlocks: [CodeBlock] = []

    /// A place in a page.
    struct Mark: Hashable, Sendable {
        var lines = 0
        var links = 0
        var codeBlocks = 0
    }

    var end: Mark { Mark(lines: lines.count, links: links.count, codeBlocks: codeBlocks.count) }

    /// Takes away what lies behind `mark`.
    mutating func cut(to mark: Mark) {
        lines.removeSubrange(mark.lines...)
        links.removeSubrange(mark.links...)
        codeBlocks.removeSubrange(mark.codeBlocks...)
    }
}

/// What is drawn before the rows of a block by the containers around it.
struct Margin: Sendable {
    /// Before the first row: a list marker, say. Equal to ``rest`` once that row is out.
    var first: [Span] = []
    var firstColumns = 0
    var rest: [Span] = []
    var restColumns = 0
    /// What text in the container is.
    var role: StyleRole = .text
    /// The first row is still to come.
    var isPending = false

    /// The margin of a container in this one: `marker` before its first row, `indent` before the others, both as wide.
    ///
    /// Where that leaves too little room for text, rows are not indented, and only the first one gives way to its marker.
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

    /// The columns of text that indentation always leaves.
    private static let leastRoom = 10
}

extension [Span] {
    /// Appends a span, joined to the last one if that is drawn alike.
    fileprivate mutating func appendMerging(_ span: Span) {
        guard let last, last.role == span.role, last.attributes == span.attributes, last.link == span.link
        else {
            append(span)
            return
        }
        self[count - 1].text += span.text
    }
}

/// Sets blocks on a page within the margins of the containers they are in.
struct RowWriter {
    var page: RenderedPage
    let width: Int
    private var margins = [Margin()]

    init(page: RenderedPage, width: Int) {
        self.page = page
        self.width = width
    }

    var margin: Margin { margins[margins.count - 1] }
    /// The columns that every row but the first has for text.
    var room: Int { max(1, width - margin.restColumns) }
    /// The columns that the next row has for text.
    var firstRoom: Int { max(1, width - margin.firstColumns) }

    /// Opens a container.
    mutating func open(marker: Span, indent: Span, role: StyleRole) {
        margins.append(margin.inside(marker: marker, indent: indent, role: role, width: width))
        // A marker that leaves no room stands in a row of its own.
        if margin.firstColumns >= width { writeMarker() }
    }

    /// Closes it, with its marker drawn even if there was nothing in it.
    mutating func close() {
        if margin.isPending { writeMarker() }
        margins.removeLast()
    }

    /// An empty row between two blocks.
    mutating func writeGap() {
        page.lines.append(
            StyledLine(margin.rest.last?.text.allSatisfy { $0 == " " } == true ? [] : margin.rest))
    }

    /// A row made for the ``room``.
    mutating func write(_ spans: [Span], fill: StyleRole? = nil) {
        if margin.isPending, margin.firstColumns != margin.restColumns { writeMarker() }
        page.lines.append(StyledLine(takeMargin() + spans, fill: fill))
    }

    /// The last row of a text: where it begins, and how it and the rows after it are set.
    struct LastRow: Sendable {
        var start: Int
        var margin: [Span]
        var room: Int
        var laterMargin: [Span]
        var laterRoom: Int
    }

    /// Text, cut into rows. `hanging` indents all rows but the first.
    @discardableResult
    mutating func write(_ flow: FlowText, hanging: Int = 0) -> LastRow {
        let before = margin
        let indent = hanging < room / 2 ? hanging : 0
        let rows = flow.rows(first: firstRoom, later: room - indent)
        var cutter = FlowText.SpanCutter(flow)
        let blank = indent > 0 ? [Span(String(repeating: " ", count: indent))] : []
        page.lines.reserveCapacity(page.lines.count + rows.count)
        for (index, row) in rows.enumerated() {
            let margin = takeMargin()
            page.lines.append(StyledLine(cutter.spans(row, after: index == 0 ? margin : margin + blank)))
        }
        let isFirst = rows.count == 1
        return LastRow(
            start: rows[rows.count - 1].lowerBound, margin: isFirst ? before.first : before.rest + blank,
            room: isFirst ? max(1, width - before.firstColumns) : room - indent,
            laterMargin: before.rest + blank,
            laterRoom: room - indent)
    }

    /// A marker without anything behind it.
    private mutating func writeMarker() {
        page.lines += StyledLine.wrap(takeMargin(), width: width)
    }

    /// What stands before the next row.
    private mutating func takeMargin() -> [Span] {
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
