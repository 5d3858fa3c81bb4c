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

    func draw(on painter: inout ThemedCanvas) {
        switch dialog {
        case .picker(let picker): draw(picker, on: &painter)
        case .prompt(let prompt):
            let frame = DialogLayout.frame(in: size, wantedRows: 3)
            painter.drawFrame(frame, title: prompt.title)
            painter.drawLine(prompt.editor, row: frame.row + 1, in: frame)
        case .setup(let setup): AccountWizardView(setup: setup, size: size).draw(on: &painter)
        }
    }

    private func draw(_ picker: Picker, on painter: inout ThemedCanvas) {
        let most = DialogLayout.itemRows(in: size)
        // Narrowing a list does not make its frame jump.
        let itemRows = picker.isSearch ? most : min(most, max(1, picker.items.count))
        let frame = DialogLayout.frame(in: size, wantedRows: itemRows + 3)
        let rows = frame.rows - 3
        let place =
            picker.shown.count > rows ? "\(picker.selection + 1) of \(picker.shown.count)" : ""
        painter.drawFrame(frame, title: picker.title, footer: place)
        painter.drawLine(picker.query, row: frame.row + 1, in: frame)
        painter.drawItems(of: picker, from: frame.row + 2, rows: rows, in: frame)
    }
}
