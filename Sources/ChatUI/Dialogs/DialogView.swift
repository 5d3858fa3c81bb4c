import RichText
import SessionCore

/// Where a dialog is drawn.
enum DialogLayout {
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

/// Draws a dialog over the panes.
struct DialogView {
    let dialog: Dialog
    let size: Size
    /// The last messages of the task that is selected in the switcher.
    var preview: [Message]?

    /// The rows of a preview, the line above it included.
    private static func previewRows(of source: Picker.Source, in size: Size) -> Int {
        guard size.rows >= previewFrom else { return 0 }
        return switch source {
        case .tasks: 4
        case .templates: min(12, size.rows / 3)
        case .items, .agents, .search: 0
        }
    }

    /// The height of the screen from which on there is room for one.
    static let previewFrom = 16

    func draw(on canvas: inout ThemedCanvas) {
        switch dialog {
        case .picker(let picker): draw(picker, on: &canvas)
        case .prompt(let prompt):
            let frame = DialogLayout.frame(in: size, wantedRows: 3)
            let parts = DialogFrameView(frame: frame)
            parts.draw(title: prompt.title, on: &canvas)
            parts.drawLine(prompt.editor, row: frame.row + 1, on: &canvas)
        case .wizard(let wizard): AccountWizardView(wizard: wizard, size: size).draw(on: &canvas)
        }
    }

    /// Where a picker is drawn, its items in it, and the rows of a preview below them.
    static func places(of picker: Picker, in size: Size) -> (frame: Rect, items: Rect, previewRows: Int) {
        let previewRows = Self.previewRows(of: picker.source, in: size)
        let most = DialogLayout.itemRows(in: size)
        // Narrowing a list does not make its frame jump.
        let itemRows = picker.isSearch ? most : min(most, max(1, picker.items.count))
        let frame = DialogLayout.frame(in: size, wantedRows: itemRows + previewRows + 3)
        let selectedRows = DialogFrameView(frame: frame).rowsOfSelected(in: picker)
        let items = Rect(
            row: frame.row + 2, column: frame.column + 1, columns: frame.columns - 2,
            rows: max(1, frame.rows - 3 - previewRows - selectedRows))
        return (frame, items, previewRows)
    }

    private func draw(_ picker: Picker, on canvas: inout ThemedCanvas) {
        let (frame, items, previewRows) = Self.places(of: picker, in: size)
        let parts = DialogFrameView(frame: frame)
        let selectedRows = parts.rowsOfSelected(in: picker)
        let rows = items.rows
        parts.draw(title: picker.title, footer: picker.place(inRows: rows), on: &canvas)
        parts.drawLine(picker.query, row: frame.row + 1, on: &canvas)
        parts.drawItems(of: picker, from: frame.row + 2, rows: rows, on: &canvas)
        parts.drawSelected(of: picker, from: frame.row + 2 + rows, rows: selectedRows, on: &canvas)
        if previewRows > 0 {
            drawPreview(of: picker, in: frame, from: frame.row + 2 + rows, previewRows, on: &canvas)
        }
    }

    /// Draws the last messages of the selected task, a row each, or the beginning of a text.
    private func drawPreview(
        of picker: Picker, in frame: Rect, from row: Int, _ rows: Int, on canvas: inout ThemedCanvas
    ) {
        let width = frame.columns - 4
        canvas.put(
            String(repeating: "─", count: width), row: row, column: frame.column + 2, width: width,
            role: .dialogBorder)
        let lines = (picker.selected?.preview ?? "").prefix(4000).split(
            maxSplits: rows, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (offset, line) in lines.prefix(rows - 1).enumerated() {
            canvas.put(
                String(line), row: row + 1 + offset, column: frame.column + 2, width: width, role: .dialogText
            )
        }
        for (offset, message) in (preview ?? []).suffix(rows - 1).enumerated() {
            let row = row + 1 + offset
            let isUser = message.role == .user
            let who = canvas.put(
                (isUser ? "You" : "Agent") + "  ", row: row, column: frame.column + 2, width: width,
                role: isUser ? .messageUser : .messageAgent)
            let text = message.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            canvas.put(
                text, row: row, column: frame.column + 2 + who, width: width - who, role: .dialogMuted)
        }
    }
}

extension Picker {
    /// The place of the selection among all, where not all have room: `3 of 90`.
    fileprivate func place(inRows rows: Int) -> String {
        guard shown.count > rows, let selection else { return "" }
        let choices = shown.indices.filter { !shown[$0].isHeading }
        let place = (choices.firstIndex(of: selection) ?? 0) + 1
        return "\(place) of \(choices.count)"
    }
}
