import RichText
import SessionCore

/// The task list: one row a task, what wants attention marked in front, the time of its last activity behind.
struct TaskListView {
    let model: Model

    func draw(in rect: Rect, on painter: inout ThemedCanvas) {
        let header = Rect(row: rect.row, column: rect.column, columns: rect.columns, rows: 1)
        painter.fill(header, role: .listHeader)
        let title = model.tasks.filter.map { " Tasks · \($0)" } ?? " Tasks"
        painter.put(title, row: rect.row, column: rect.column, width: rect.columns, role: .listHeader)
        let unread = model.unreadElsewhere
        if unread > 0 {
            painter.putRight(
                "\(unread) unread ", row: rect.row, end: rect.column + rect.columns, width: rect.columns - 7,
                role: .listUnread)
        }
        let rows = rect.rows - 1
        guard rows > 0 else { return }
        for (offset, row) in model.tasks.rows(rows).enumerated() {
            let line = Rect(row: rect.row + 1 + offset, column: rect.column, columns: rect.columns, rows: 1)
            switch row {
            case .account(let name):
                painter.put(
                    " " + name, row: line.row, column: line.column, width: line.columns, role: .listHeader)
            case .listing(let account):
                let (text, role) = model.label(ofListing: account)
                painter.put(text, row: line.row, column: line.column + 3, width: line.columns - 4, role: role)
            case .task(let id): if let task = model.tasks[id] { draw(task, in: line, on: &painter) }
            }
        }
    }

    private func draw(_ task: ChatTask, in rect: Rect, on painter: inout ThemedCanvas) {
        let isFocused = task.id == model.tasks.focused
        let isUnread = task.unread > 0 && !isFocused
        let role: StyleRole = isFocused ? .listSelected : isUnread ? .listUnread : .listText
        painter.fill(rect, role: role)
        let (mark, markRole) = self.mark(of: task, isUnread: isUnread)
        let end = rect.column + rect.columns
        painter.put(
            mark, row: rect.row, column: rect.column + 1, width: 1, role: isFocused ? .listSelected : markRole
        )
        let age = model.labels.age(task.updatedAt, now: model.now)
        let ageColumns = painter.putRight(
            age, row: rect.row, end: end - 1, width: TimeLabels.ageColumns,
            role: isFocused ? .listSelected : .listAge)
        var right = end - 1 - (model.rowsNameAccounts ? TimeLabels.ageColumns : ageColumns) - 1
        if model.rowsNameAccounts {
            // A column of its own, however long the times behind it are.
            let columns = min(8, rect.columns / 4)
            right -= columns
            painter.put(
                task.account, row: rect.row, column: right, width: columns,
                role: isFocused ? .listSelected : .listAge)
            right -= 1
        }
        if isUnread, task.unread > 1 {
            right -= painter.putRight("(\(task.unread))", row: rect.row, end: right, width: 6, role: role) + 1
        }
        let title = (task.isPinned ? "^ " : "") + task.shownTitle
        painter.put(
            title, row: rect.row, column: rect.column + 3, width: right - rect.column - 3, role: role)
    }

    private func mark(of task: ChatTask, isUnread: Bool) -> (String, StyleRole) {
        switch task.state {
        case .running: ("…", .listRunning)
        case .waiting: ("?", .warning)
        case .failed: ("✗", .error)
        case .unconfirmed: ("!", .warning)
        case .idle, .stopped: isUnread ? ("●", .listUnread) : (" ", .listText)
        }
    }
}
