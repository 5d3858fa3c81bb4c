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

    /// Draws the commands that the text may become, upwards from above the status bar.
    func drawCompletions(above row: Int, columns: Int, on canvas: inout ThemedCanvas) {
        guard isFocused else { return }
        let candidates = composer.completions.prefix(min(8, row - 1))
        let nameColumns = (candidates.map { Glyphs.width($0.usage) }.max() ?? 0) + 3
        for (offset, command) in candidates.enumerated() {
            let line = row - candidates.count + offset
            canvas.fill(Rect(row: line, column: 0, columns: columns, rows: 1), role: .dialogText)
            canvas.put(" " + command.usage, row: line, column: 0, width: columns, role: .dialogKey)
            canvas.put(
                command.summary, row: line, column: nameColumns, width: columns - nameColumns,
                role: .dialogText)
        }
    }
}
