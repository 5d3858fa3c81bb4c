/// The line that a program writes into on a terminal: it can go back in it and write over what is there.
struct TerminalLine: Sendable {
    /// A column.
    struct Cell: Sendable {
        /// Nil in the second column of a wide glyph.
        var glyph: String?
        var style: Style
    }

    private var cells: [Cell] = []
    private var cursor = 0

    /// The columns from one tab stop to the next, as terminals have them.
    private static let tabStop = 8
    /// The column up to which a sequence can go beyond the end of what is there.
    private static let mostColumns = 512
    private static let mostMarks = 4

    /// The columns that are written.
    var count: Int { cells.count }
    /// Whether what is written next is behind everything.
    var isAtEnd: Bool { cursor >= cells.count }

    // MARK: Writing

    mutating func put(_ scalar: Unicode.Scalar, _ style: Style) {
        switch ScalarClass(scalar.value) {
        case .narrow: put(String(scalar), width: 1, style)
        case .wide, .skinTone: put(String(scalar), width: 2, style)
        case .mark, .jamo: join(scalar, style)
        case .joiner, .ignored, .tag: break
        case .hidden, .active, .control, .invalid: put("\u{FFFD}", width: 1, style)
        }
    }

    private mutating func put(_ glyph: String, width: Int, _ style: Style) {
        pad()
        for column in cursor..<cursor + width {
            let cell = Cell(glyph: column == cursor ? glyph : nil, style: style)
            if column < cells.count {
                unsplit(column)
                cells[column] = cell
            } else {
                cells.append(cell)
            }
        }
        cursor += width
    }

    /// Adds a mark to the glyph before it; on a blank it would be lost.
    private mutating func join(_ scalar: Unicode.Scalar, _ style: Style) {
        var column = min(cursor, cells.count) - 1
        if column >= 0, cells[column].glyph == nil { column -= 1 }
        guard cursor <= cells.count, column >= 0, let glyph = cells[column].glyph, glyph != " " else {
            return put("\u{25CC}" + String(scalar), width: 1, style)
        }
        if glyph.unicodeScalars.count <= Self.mostMarks { cells[column].glyph = glyph + String(scalar) }
    }

    /// Fills what a program has skipped.
    private mutating func pad() {
        while cells.count < cursor { cells.append(Cell(glyph: " ", style: .plain)) }
    }

    /// Blanks the other half of the wide glyph at a column, which is about to be written over.
    private mutating func unsplit(_ column: Int) {
        if cells[column].glyph == nil, column > 0 {
            cells[column - 1].glyph = " "
        } else if column + 1 < cells.count, cells[column + 1].glyph == nil {
            cells[column + 1].glyph = " "
        }
    }

    // MARK: Moving and erasing

    mutating func goToStart() { cursor = 0 }
    mutating func goBack(_ columns: Int) { cursor = max(0, cursor - columns) }
    mutating func goForward(_ columns: Int) { go(to: cursor + min(columns, Self.mostColumns)) }
    mutating func go(to column: Int) { cursor = max(0, min(column, max(cells.count, Self.mostColumns))) }
    mutating func tab() { goForward(Self.tabStop - cursor % Self.tabStop) }

    mutating func eraseToEnd() {
        guard cursor < cells.count else { return }
        if cells[cursor].glyph == nil { unsplit(cursor) }
        cells.removeSubrange(cursor...)
    }

    mutating func eraseToStart() {
        guard cursor < cells.count else { return erase() }
        unsplit(cursor)
        for column in 0...cursor { cells[column] = Cell(glyph: " ", style: .plain) }
    }

    mutating func erase() { cells = [] }

    // MARK: Rows

    /// Removes the rows that are full, all but the last.
    mutating func removeFullRows(width: Int) -> [StyledLine] {
        let starts = rowStarts(width: width)
        guard let last = starts.last, last > 0 else { return [] }
        let lines = rows(starts.dropLast(), end: last)
        cells.removeSubrange(..<last)
        cursor = max(0, cursor - last)
        return lines
    }

    /// Its rows; one that is empty if there is nothing in it. Blanks at its end are left out.
    func rows(width: Int) -> [StyledLine] {
        let end = cells.lastIndex { $0.glyph != " " || $0.style != .plain }.map { $0 + 1 } ?? 0
        return rows(rowStarts(width: width).filter { $0 < end }[...], end: end)
    }

    private func rowStarts(width: Int) -> [Int] {
        var starts = [0]
        for column in cells.indices where cells[column].glyph != nil {
            let columns = column + 1 < cells.count && cells[column + 1].glyph == nil ? 2 : 1
            if column + columns - starts[starts.count - 1] > width, column > starts[starts.count - 1] {
                starts.append(column)
            }
        }
        return starts
    }

    private func rows(_ starts: ArraySlice<Int>, end: Int) -> [StyledLine] {
        guard !starts.isEmpty else { return [StyledLine()] }
        return starts.indices.map { index in
            StyledLine(spans(starts[index]..<(index + 1 < starts.endIndex ? starts[index + 1] : end)))
        }
    }

    private func spans(_ columns: Range<Int>) -> [Span] {
        var spans: [Span] = []
        var last: Style?
        for cell in cells[columns] {
            guard let glyph = cell.glyph else { continue }
            if cell.style == last {
                spans[spans.count - 1].text += glyph
            } else {
                spans.append(Span(glyph, .text, attributes: cell.style.attributes))
                spans[spans.count - 1].colors = SpanColors(cell.style)
                last = cell.style
            }
        }
        return spans
    }
}
