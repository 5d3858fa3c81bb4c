import RichText

/// The input with its prompt, and above it what completes a command.
struct InputView {
    let model: Model
    let editor: VisibleText

    func draw(in rect: Rect, on painter: inout ThemedCanvas) {
        painter.fill(rect, role: .inputText)
        if let search = model.historySearch {
            drawSearch(search, in: rect, on: &painter)
            return
        }
        let promptColumns = painter.put(
            model.prompt, row: rect.row, column: rect.column, width: rect.columns, role: .inputPrompt)
        let left = rect.column + promptColumns
        for (offset, row) in editor.rows.prefix(rect.rows).enumerated() {
            painter.put(
                row, row: rect.row + offset, column: left, width: rect.columns - promptColumns,
                role: .inputText)
        }
        if model.editor.isEmpty {
            painter.put(
                hint, row: rect.row, column: left, width: rect.columns - promptColumns, role: .inputHint)
        }
        guard model.dialog == nil, model.pane == .input else { return }
        painter.canvas.cursor = Position(
            row: rect.row + editor.cursor.row, column: left + editor.cursor.column)
    }

    private var hint: String {
        guard let task = model.focusedTask else { return "" }
        let help = model.keymap.hint(.palette).map { "  (\($0) helps)" } ?? ""
        return (task.state == .waiting ? "Your answer to " : "Message to ") + task.agent.name + help
    }

    private func drawSearch(_ search: HistorySearch, in rect: Rect, on painter: inout ThemedCanvas) {
        let label = "search: \(search.query)"
        let columns = painter.put(
            label, row: rect.row, column: rect.column, width: rect.columns, role: .inputPrompt)
        painter.canvas.cursor = Position(row: rect.row, column: min(rect.columns - 1, rect.column + columns))
        let found = search.match.map { $0.replacing("\n", with: " ") } ?? "nothing found"
        painter.put(
            "  " + found, row: rect.row, column: rect.column + columns, width: rect.columns - columns,
            role: .inputText)
    }

    /// The commands that the input may become, drawn upwards from above the status bar.
    func drawCompletions(above row: Int, columns: Int, on painter: inout ThemedCanvas) {
        guard model.dialog == nil, model.pane == .input else { return }
        let candidates = SlashCommand.candidates(for: model.editor[0..<64], among: Model.commands).prefix(
            min(8, row - 1))
        let nameColumns = (candidates.map { Glyphs.width($0.usage) }.max() ?? 0) + 3
        for (offset, command) in candidates.enumerated() {
            let line = row - candidates.count + offset
            painter.fill(Rect(row: line, column: 0, columns: columns, rows: 1), role: .dialogText)
            painter.put(" " + command.usage, row: line, column: 0, width: columns, role: .dialogKey)
            painter.put(
                command.summary, row: line, column: nameColumns, width: columns - nameColumns,
                role: .dialogText)
        }
    }
}
