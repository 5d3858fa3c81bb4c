import RichText

/// The whole screen, drawn from the model: what there is to see, and nothing else.
struct ScreenView {
    let model: Model
    let rows: [Transcript.Row]
    let editor: VisibleText
    let layout: ScreenLayout

    func canvas() -> Canvas {
        var painter = ThemedCanvas(size: model.size, theme: model.theme)
        guard !ScreenLayout.isTooSmall(model.size) else {
            drawTooSmall(on: &painter)
            return painter.canvas
        }
        ConversationView(model: model, rows: rows).draw(
            title: layout.title, in: layout.conversation, on: &painter)
        if let list = layout.list { TaskListView(model: model).draw(in: list, on: &painter) }
        if let separator = layout.separator {
            for row in 0..<separator.rows {
                painter.put("│", row: row, column: separator.column, width: 1, role: .border)
            }
        }
        StatusView(model: model).draw(in: layout.status, on: &painter)
        let input = InputView(model: model, editor: editor)
        input.draw(in: layout.input, on: &painter)
        input.drawCompletions(above: layout.status.row, columns: model.size.columns, on: &painter)
        if let dialog = model.dialog { DialogView(dialog: dialog, size: model.size).draw(on: &painter) }
        return painter.canvas
    }

    private func drawTooSmall(on painter: inout ThemedCanvas) {
        let needed = ScreenLayout.smallest
        let text = "Too small: Parley needs \(needed.columns)x\(needed.rows)."
        let lines = StyledLine.wrap(text, width: max(1, model.size.columns))
        for (row, line) in lines.prefix(model.size.rows).enumerated() {
            painter.put(line, row: row, column: 0, width: model.size.columns)
        }
    }
}

extension Model {
    /// Settles what depends on the size of the screen, and gives the view that draws it.
    mutating func view() -> ScreenView {
        let most = ScreenLayout.mostInputRows(size)
        editor.fit(width: inputWidth, maxRows: most)
        let editorView = editor.layout(width: inputWidth, maxRows: most)
        let layout = screenLayout(inputRows: editorView.rows.count)
        if let list = layout.list { wantTasks(rows: list.rows - 1) }
        var rows: [Transcript.Row] = []
        if let task = focusedTask, !ScreenLayout.isTooSmall(size) {
            let blocks = blockLayout
            transcripts[task.id]?.relayout(blocks, agentName: task.agent.name)
            rows = transcripts[task.id]?.visible(rows: layout.conversation.rows) ?? []
            if let request = transcripts[task.id]?.wantedPage() { submit(.load(request)) }
            markRead()
        }
        return ScreenView(model: self, rows: rows, editor: editorView, layout: layout)
    }
}
