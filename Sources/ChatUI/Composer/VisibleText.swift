import RichText

/// The visible part of a text being edited.
struct VisibleText: Hashable, Sendable {
    /// The visible rows from the top, safe to draw, none wider than the requested width. At least one.
    var rows: [String]
    /// The cursor in these rows.
    var cursor: Position
    /// The index of the first visible row in the whole text.
    var firstRow: Int
    /// The number of rows of the whole text.
    var totalRows: Int
}

extension LineEditor {
    /// Sets the size of the visible part. Moving by rows uses this width, and the rows are kept laid out for it.
    mutating func fit(width: Int, maxRows: Int) {
        if max(1, width) != rows.width { rows = EditorRows(buffer, width: width) }
        self.maxRows = max(1, maxRows)
        scrollToCursor()
    }

    /// The visible part in this size. Cheap in the size given to ``fit(width:maxRows:)``; another width lays out the
    /// whole text.
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

    /// The first visible row, moved as little as it takes to show `row` and leave no empty place below the text.
    private static func scrolled(_ firstRow: Int, toShow row: Int, of count: Int, in height: Int) -> Int {
        let atMost = max(0, min(row, count - height))
        return min(max(firstRow, row - height + 1), atMost)
    }

    private func drawn(_ range: Range<Int>, width: Int) -> String {
        var text = ""
        var column = 0
        for index in range {
            let character = buffer[index]
            text += InputGlyph.drawn(character, at: column, width: width, buffer.folds)
            column += InputGlyph.cells(of: character, at: column, width: width, buffer.folds)
        }
        return text
    }
}
