import RichText

/// The parts of dialogs.
extension ThemedCanvas {
    /// A frame with a title, and a footer in its lower edge.
    mutating func drawFrame(_ frame: Rect, title: String, footer: String = "") {
        fill(frame, role: .dialogText)
        let right = frame.column + frame.columns - 1
        let bottom = frame.row + frame.rows - 1
        let line = String(repeating: "─", count: max(0, frame.columns - 2))
        put("┌" + line + "┐", row: frame.row, column: frame.column, width: frame.columns, role: .dialogBorder)
        put("└" + line + "┘", row: bottom, column: frame.column, width: frame.columns, role: .dialogBorder)
        for row in frame.row + 1..<max(frame.row + 1, bottom) {
            put("│", row: row, column: frame.column, width: 1, role: .dialogBorder)
            put("│", row: row, column: right, width: 1, role: .dialogBorder)
        }
        put(
            " \(title) ", row: frame.row, column: frame.column + 2, width: frame.columns - 4,
            role: .dialogTitle)
        guard !footer.isEmpty else { return }
        putRight(" \(footer) ", row: bottom, end: right - 1, width: frame.columns - 4, role: .dialogBorder)
    }

    /// An editable line with the cursor in it.
    /// - Parameter isSecret: shows a dot for each character.
    mutating func drawLine(_ editor: LineEditor, isSecret: Bool = false, row: Int, in frame: Rect) {
        let width = max(1, frame.columns - 6)
        var shown = editor
        if isSecret {
            shown = LineEditor()
            shown.setText(String(repeating: "•", count: editor.count), cursor: editor.cursor)
        }
        let view = shown.layout(width: width, maxRows: 1)
        put("> ", row: row, column: frame.column + 2, width: 2, role: .inputPrompt)
        put(view.rows.first ?? "", row: row, column: frame.column + 4, width: width, role: .dialogText)
        cursor = Position(row: row, column: frame.column + 4 + view.cursor.column)
    }

    /// As many of a picker's items as fit into `rows`, the selected one among them.
    mutating func drawItems(of picker: Picker, from row: Int, rows: Int, in frame: Rect) {
        let first = min(max(0, picker.selection - rows / 2), max(0, picker.shown.count - rows))
        for offset in 0..<max(0, min(rows, picker.shown.count - first)) {
            draw(
                picker.shown[first + offset], isSelected: first + offset == picker.selection,
                row: row + offset, in: frame)
        }
        if picker.shown.isEmpty {
            put(
                picker.emptyText, row: row, column: frame.column + 2, width: frame.columns - 4, role: .muted)
        }
    }

    private mutating func draw(_ item: Picker.Item, isSelected: Bool, row: Int, in frame: Rect) {
        let role: StyleRole = isSelected ? .dialogSelected : .dialogText
        let inside = Rect(row: row, column: frame.column + 1, columns: frame.columns - 2, rows: 1)
        fill(inside, role: role)
        let detailColumns = putRight(
            item.detail, row: row, end: inside.column + inside.columns - 1, width: inside.columns / 2,
            role: isSelected ? .dialogSelected : .dialogKey)
        let width = inside.columns - detailColumns - 3
        put(item.label, row: row, column: inside.column + 1, width: width, role: role)
        drawMatches(item, row: row, column: inside.column + 1, width: width)
    }

    private mutating func drawMatches(_ item: Picker.Item, row: Int, column: Int, width: Int) {
        guard !item.matches.isEmpty else { return }
        let matched = Set(item.matches)
        var place = 0
        for (offset, character) in item.label.enumerated() {
            let columns = Glyphs.width(String(character))
            guard place + columns <= width else { return }
            if matched.contains(offset) {
                restyle(Rect(row: row, column: column + place, columns: columns, rows: 1), role: .dialogMatch)
            }
            place += columns
        }
    }
}
