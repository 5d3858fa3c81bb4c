import RichText

/// Where a dialog stands.
struct DialogLayout {
    static func frame(in size: Size, wantedRows: Int) -> Rect {
        let columns = min(size.columns - 2, max(min(76, size.columns - 4), min(100, size.columns * 3 / 4)))
        let rows = min(size.rows - 2, max(4, wantedRows))
        return Rect(
            row: max(0, (size.rows - rows) / 3), column: max(0, (size.columns - columns) / 2),
            columns: columns, rows: rows)
    }

    /// How many items a picker can show on a screen of this size.
    static func itemRows(in size: Size) -> Int { max(1, min(20, size.rows - 2 - 4)) }
}

/// A dialog over the panes: a picker or a line to be filled in.
struct DialogView {
    let dialog: Dialog
    let size: Size

    func draw(on painter: inout Painter) {
        switch dialog {
        case .picker(let picker): draw(picker, on: &painter)
        case .prompt(let prompt):
            let frame = DialogLayout.frame(in: size, wantedRows: 3)
            drawFrame(frame, title: prompt.title, on: &painter)
            drawLine(prompt.editor, row: frame.row + 1, in: frame, on: &painter)
        }
    }

    private func draw(_ picker: Picker, on painter: inout Painter) {
        let most = DialogLayout.itemRows(in: size)
        // Narrowing a list does not make its frame jump.
        let itemRows = picker.source == .items ? min(most, max(1, picker.items.count)) : most
        let frame = DialogLayout.frame(in: size, wantedRows: itemRows + 3)
        drawFrame(frame, title: picker.title, on: &painter)
        drawLine(picker.query, row: frame.row + 1, in: frame, on: &painter)
        let rows = frame.rows - 3
        let first = min(max(0, picker.selection - rows / 2), max(0, picker.shown.count - rows))
        for row in 0..<max(0, min(rows, picker.shown.count - first)) {
            draw(
                picker.shown[first + row], isSelected: first + row == picker.selection,
                row: frame.row + 2 + row, in: frame,
                on: &painter)
        }
        if picker.shown.isEmpty {
            painter.put(
                picker.emptyText, row: frame.row + 2, column: frame.column + 2, width: frame.columns - 4,
                role: .muted)
        } else if picker.shown.count > rows {
            painter.putRight(
                " \(picker.selection + 1) of \(picker.shown.count) ", row: frame.row + frame.rows - 1,
                end: frame.column + frame.columns - 2, width: frame.columns - 4, role: .dialogBorder)
        }
    }

    private func draw(
        _ item: Picker.Item, isSelected: Bool, row: Int, in frame: Rect, on painter: inout Painter
    ) {
        let role: StyleRole = isSelected ? .dialogSelected : .dialogText
        let inside = Rect(row: row, column: frame.column + 1, columns: frame.columns - 2, rows: 1)
        painter.fill(inside, role: role)
        let detailColumns = painter.putRight(
            item.detail, row: row, end: inside.column + inside.columns - 1, width: inside.columns / 2,
            role: isSelected ? .dialogSelected : .dialogKey)
        let width = inside.columns - detailColumns - 3
        painter.put(item.label, row: row, column: inside.column + 1, width: width, role: role)
        drawMatches(item, row: row, column: inside.column + 1, width: width, on: &painter)
    }

    private func drawMatches(
        _ item: Picker.Item, row: Int, column: Int, width: Int, on painter: inout Painter
    ) {
        guard !item.matches.isEmpty else { return }
        let matched = Set(item.matches)
        var place = 0
        for (offset, character) in item.label.enumerated() {
            let columns = Glyphs.width(String(character))
            guard place + columns <= width else { return }
            if matched.contains(offset) {
                painter.restyle(
                    Rect(row: row, column: column + place, columns: columns, rows: 1), role: .dialogMatch)
            }
            place += columns
        }
    }

    private func drawFrame(_ frame: Rect, title: String, on painter: inout Painter) {
        painter.fill(frame, role: .dialogText)
        let right = frame.column + frame.columns - 1
        let bottom = frame.row + frame.rows - 1
        let line = String(repeating: "─", count: max(0, frame.columns - 2))
        painter.put(
            "┌" + line + "┐", row: frame.row, column: frame.column, width: frame.columns, role: .dialogBorder)
        painter.put(
            "└" + line + "┘", row: bottom, column: frame.column, width: frame.columns, role: .dialogBorder)
        for row in frame.row + 1..<max(frame.row + 1, bottom) {
            painter.put("│", row: row, column: frame.column, width: 1, role: .dialogBorder)
            painter.put("│", row: row, column: right, width: 1, role: .dialogBorder)
        }
        painter.put(
            " \(title) ", row: frame.row, column: frame.column + 2, width: frame.columns - 4,
            role: .dialogTitle)
    }

    private func drawLine(_ editor: LineEditor, row: Int, in frame: Rect, on painter: inout Painter) {
        let width = max(1, frame.columns - 6)
        let view = editor.layout(width: width, maxRows: 1)
        painter.put("> ", row: row, column: frame.column + 2, width: 2, role: .inputPrompt)
        painter.put(
            view.rows.first ?? "", row: row, column: frame.column + 4, width: width, role: .dialogText)
        painter.canvas.cursor = Position(row: row, column: frame.column + 4 + view.cursor.column)
    }
}
