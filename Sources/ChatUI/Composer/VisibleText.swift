import RichText

/// What is seen of a text that is being written.
struct VisibleText: Hashable, Sendable {
    /// The visible rows from the top, safe to draw, none wider than the width asked for. There is at least one.
    var rows: [String]
    /// Where the cursor stands in these rows.
    var cursor: Position
    /// Which row of the whole text the first visible one is, from 0.
    var firstRow: Int
    /// The rows that the whole text takes.
    var totalRows: Int
}

extension LineEditor {
    /// Tells the size at which the text will be shown. Moving by rows goes by this width, and rows are kept laid out for it.
    mutating func fit(width: Int, maxRows: Int) {
        if max(1, width) != rows.width { rows = EditorRows(buffer, width: width) }
        self.maxRows = max(1, maxRows)
        scrollToCursor()
    }

    /// What is seen of the text in this size. It costs little in the size that ``fit(width:maxRows:)`` told; in another
    /// width the whole text is laid out.
    func layout(width: Int, maxRows: Int) -> VisibleText {
        let rows = max(1, width) == self.rows.width ? self.rows : EditorRows(buffer, width: width)
        let (cursorRow, cursorStart) = rows.row(at: cursor)
        let firstRow = Self.scrolled(firstRow, toShow: cursorRow, of: rows.count, in: max(1, maxRows))
        var visible: [String] = []
        var start = rows.start(of: firstRow)
        for length in rows.lengths[firstRow...].prefix(max(1, maxRows)) {
            visible.append(drawn(start..<start + length, width: rows.width))
            start += length
        }
        let column = column(of: cursor, inRowFrom: cursorStart, width: rows.width)
        return VisibleText(
            rows: visible, cursor: Position(row: cursorRow - firstRow, column: column), firstRow: firstRow,
            totalRows: rows.count)
    }

    mutating func scrollToCursor() {
        firstRow = Self.scrolled(firstRow, toShow: rows.row(at: cursor).row, of: rows.count, in: maxRows)
    }

    /// The first row nearest to the one shown now with which `row` is seen and no place is left empty below the text.
    private static func scrolled(_ firstRow: Int, toShow row: Int, of count: Int, in height: Int) -> Int {
        let atMost = max(0, min(row, count - height))
        return min(max(firstRow, row - height + 1), atMost)
    }

    private func drawn(_ range: Range<Int>, width: Int) -> String {
        var text = ""
        var column = 0
        for index in range {
            let character = buffer[index]
            text += InputGlyph.drawn(character, at: column, width: width)
            column += InputGlyph.cells(of: character, at: column, width: width)
        }
        return text
    }
}
