import RichText
import SessionCore

/// The status bar: whom one talks to and how, what is running, and what was last to be said.
struct StatusView {
    let model: Model

    func draw(in rect: Rect, on painter: inout ThemedCanvas) {
        painter.fill(rect, role: .statusBar)
        var column = rect.column + 1
        func room() -> Int { rect.column + rect.columns - column }
        func add(_ text: String, _ role: StyleRole) {
            column += painter.put(text, row: rect.row, column: column, width: room(), role: role)
        }
        if let task = model.focusedTask {
            add("\(task.account) · \(task.agent.name)", .statusAccount)
            add("  ", .statusBar)
            add(task.mode == .background ? "background" : "streamed", .statusMode)
        }
        if !model.tasks.running.isEmpty {
            add("  ", .statusBar)
            add("\(model.tasks.running.count) running", .statusRunning)
        }
        if let notice = model.notice {
            add("  ", .statusBar)
            if Glyphs.width(notice.text) <= room() {
                add(notice.text, notice.role)
            } else {
                draw(notice, above: rect, on: &painter)
            }
        } else if let key = model.keymap.hint(.palette) {
            painter.putRight(
                "\(key) help ", row: rect.row, end: rect.column + rect.columns, width: room() - 1,
                role: .statusBar)
        }
    }

    /// What the bar has no room for stands above it, as far as half of the screen goes.
    private func draw(_ notice: Model.Notice, above rect: Rect, on painter: inout ThemedCanvas) {
        let lines = StyledLine.wrap(notice.text, width: max(1, rect.columns - 2), role: notice.role)
            .prefix(rect.row / 2)
        for (offset, line) in lines.enumerated() {
            let row = Rect(
                row: rect.row - lines.count + offset, column: rect.column, columns: rect.columns, rows: 1)
            painter.fill(row, role: .statusBar)
            painter.put(line, row: row.row, column: row.column + 1, width: row.columns - 2, over: .statusBar)
        }
    }
}
