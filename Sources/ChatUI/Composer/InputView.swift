import RichText
import SessionCore

/// Draws the input with its prompt, and the commands that complete it above.
struct InputView {
    let composer: Composer
    let task: ChatTask?
    let keymap: Keymap
    /// Whether the keys go to the input.
    let isFocused: Bool
    /// Whether a dialog has the keys.
    let isBehindDialog: Bool

    func draw(in rect: Rect, on canvas: inout ThemedCanvas) {
        canvas.fill(rect, role: .inputText)
        if let search = composer.historySearch {
            drawSearch(search, in: rect, on: &canvas)
            return
        }
        let promptColumns = canvas.put(
            Composer.prompt(for: task), row: rect.row, column: rect.column, width: rect.columns,
            role: isFocused ? .inputPrompt : .inputInactive)
        let left = rect.column + promptColumns
        for (offset, row) in composer.visible.rows.prefix(rect.rows).enumerated() {
            canvas.put(
                row, row: rect.row + offset, column: left, width: rect.columns - promptColumns,
                role: isFocused ? .inputText : .inputInactive)
        }
        if composer.isEmpty {
            canvas.put(
                hint, row: rect.row, column: left, width: rect.columns - promptColumns, role: .inputHint)
        }
        guard isFocused else { return }
        canvas.cursor = Position(
            row: rect.row + composer.visible.cursor.row, column: left + composer.visible.cursor.column)
    }

    private var hint: String {
        guard let task else { return "" }
        if !isFocused, !isBehindDialog, let key = keymap.hint(.cancel) {
            return "Type, or \(key), to write here"
        }
        let help = keymap.hint(.palette).map { "  (\($0) for help)" } ?? ""
        return (task.state == .waiting ? "Your answer to " : "Message to ") + task.agent.name + help
    }

    private func drawSearch(_ search: HistorySearch, in rect: Rect, on canvas: inout ThemedCanvas) {
        let label = "search: \(search.query)"
        let columns = canvas.put(
            label, row: rect.row, column: rect.column, width: rect.columns, role: .inputPrompt)
        canvas.cursor = Position(row: rect.row, column: min(rect.columns - 1, rect.column + columns))
        let found = search.match.map { $0.replacing("\n", with: " ") } ?? "no match"
        canvas.put(
            "  " + found, row: rect.row, column: rect.column + columns, width: rect.columns - columns,
            role: .inputText)
    }

    /// Draws the menu upwards from above the status bar.
    func drawMenu(above row: Int, columns: Int, on canvas: inout ThemedCanvas) {
        guard isFocused, let list = composer.menu?.list else { return }
        let window = list.window(rows: Self.menuRows(above: row))
        guard !window.isEmpty else { return }
        let top = row - window.count
        BottomPanelView(title: list.title, row: top, rows: window.count, columns: columns)
            .draw(
                hiddenAbove: window.lowerBound, hiddenBelow: list.shown.count - window.upperBound, on: &canvas
            )
        let widest = list.shown.map { Glyphs.width($0.label) }.max() ?? 0
        let detailColumn = min(widest, columns / 2) + 3
        for (offset, index) in window.enumerated() {
            let item = list.shown[index]
            let isSelected = index == list.selection
            let role: StyleRole = isSelected ? .dialogSelected : .dialogText
            canvas.fill(Rect(row: top + offset, column: 0, columns: columns, rows: 1), role: role)
            if isSelected { canvas.drawSelectionMark(row: top + offset, column: 0) }
            canvas.put(
                item.label, row: top + offset, column: 1, width: detailColumn - 2,
                role: isSelected ? .dialogSelected : .dialogKey)
            canvas.put(
                item.detail, row: top + offset, column: detailColumn, width: columns - detailColumn,
                role: role)
        }
    }

    /// The rows of the menu: at most half of the screen.
    static func menuRows(above row: Int) -> Int { max(0, min(10, row / 2)) }
}
