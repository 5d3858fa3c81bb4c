import RichText
import SessionCore

/// Draws the task list: one row per task, with a mark for its state in front and the time of its last activity behind.
struct TaskListView {
    let list: TaskList
    let context: PaneContext
    /// Whether the keys go to the list.
    let isFocused: Bool

    func draw(in rect: Rect, on canvas: inout ThemedCanvas) {
        let header = Rect(row: rect.row, column: rect.column, columns: rect.columns, rows: 1)
        let title = list.showsPutAway ? "Archived" : "Tasks"
        canvas.drawPaneTitle(
            title + (list.filter.map { " · \($0)" } ?? ""), in: header, isFocused: isFocused)
        let unread = list.showsPutAway ? 0 : list.unreadElsewhere
        if unread > 0 {
            canvas.putRight(
                " \(unread) unread ", row: rect.row, end: rect.column + rect.columns, width: rect.columns - 6,
                role: isFocused ? .paneFocused : .listUnread)
        }
        let rows = rect.rows - 1
        guard rows > 0 else { return }
        let window = list.window(rows)
        if list.showsPutAway, window.rows.isEmpty {
            canvas.put(
                "Nothing is archived.", row: rect.row + 1, column: rect.column + 3, width: rect.columns - 4,
                role: .listAge)
        }
        drawRest(of: window, row: rect.row + rect.rows - 1, rect, on: &canvas)
        for (offset, row) in window.rows.enumerated() {
            let line = Rect(row: rect.row + 1 + offset, column: rect.column, columns: rect.columns, rows: 1)
            switch row {
            case .account(let name):
                canvas.put(
                    " " + name, row: line.row, column: line.column, width: line.columns, role: .listHeader)
            case .listing(let account):
                let (text, role) = label(ofListing: account)
                canvas.put(text, row: line.row, column: line.column + 3, width: line.columns - 4, role: role)
            case .task(let id): if let task = list[id] { draw(task, in: line, on: &canvas) }
            case .agent(let id): if let task = list[id] { drawAgent(of: task, in: line, on: &canvas) }
            }
        }
    }

    /// Draws what lies beyond the rows shown: `↓ 12, 2 unread`, or `↑ 3  ↓ 12 ●2`.
    private func drawRest(
        of window: TaskList.Window, row: Int, _ rect: Rect, on canvas: inout ThemedCanvas
    ) {
        guard let hidden = window.hidden else { return }
        var column = rect.column + 1
        let isShort = hidden.before > 0 && hidden.behind > 0
        func add(_ arrow: String, _ count: Int, _ unread: Int) {
            guard count > 0 else { return }
            let end = rect.column + rect.columns
            column += canvas.put(
                "\(arrow) \(count)", row: row, column: column, width: end - column, role: .listAge)
            if unread > 0 {
                column += canvas.put(
                    isShort ? " ●\(unread)" : ", \(unread) unread", row: row, column: column,
                    width: end - column, role: .listUnread)
            }
            column += 2
        }
        add("↑", hidden.before, window.unread.before)
        add("↓", hidden.behind, window.unread.behind)
    }

    private func draw(_ task: ChatTask, in rect: Rect, on canvas: inout ThemedCanvas) {
        let isOpen = task.id == list.focused
        let openRole: StyleRole = isFocused ? .listSelected : .listCurrent
        let isUnread = task.unread > 0 && !isOpen
        let role: StyleRole = isOpen ? openRole : isUnread ? .listUnread : .listText
        canvas.fill(rect, role: role)
        if isOpen { canvas.drawSelectionMark(row: rect.row, column: rect.column, isFocused: isFocused) }
        let (mark, markRole) = self.mark(of: task, isUnread: isUnread)
        let end = rect.column + rect.columns
        canvas.put(
            mark, row: rect.row, column: rect.column + 1, width: 1, role: isOpen ? openRole : markRole
        )
        let age = context.labels.age(task.updatedAt, now: context.now)
        let ageColumns = canvas.putRight(
            age, row: rect.row, end: end - 1, width: context.labels.ageColumns,
            role: isOpen ? openRole : .listAge)
        var right = end - 1 - (showsAccounts ? context.labels.ageColumns : ageColumns) - 1
        if showsAccounts {
            // A column of its own, so that the accounts are aligned.
            let columns = min(8, rect.columns / 4)
            right -= columns
            canvas.put(
                task.account, row: rect.row, column: right, width: columns,
                role: isOpen ? openRole : .listAge)
            right -= 1
        }
        if isUnread, task.unread > 1 {
            right -= canvas.putRight("(\(task.unread))", row: rect.row, end: right, width: 6, role: role) + 1
        }
        let state = task.deletedAt != nil ? "deleted: " : task.isPinned ? "^ " : ""
        let title = state + task.shownTitle
        let distinction = list.distinction(of: task)
        let width = right - rect.column - 3
        // What tells tasks apart is seen even where the title is cut.
        let tail = min(Glyphs.width(distinction), max(0, width / 2))
        let column = rect.column + 3
        let used = canvas.put(title, row: rect.row, column: column, width: width - tail, role: role)
        canvas.put(distinction, row: rect.row, column: column + used, width: width - used, role: role)
    }

    /// Draws the second row of a task: its account, where that is not plain, and its agent.
    private func drawAgent(of task: ChatTask, in rect: Rect, on canvas: inout ThemedCanvas) {
        let openRole: StyleRole = isFocused ? .listSelected : .listCurrent
        let isOpen = task.id == list.focused
        let role = isOpen ? openRole : .listAge
        canvas.fill(rect, role: role)
        if isOpen { canvas.drawSelectionMark(row: rect.row, column: rect.column, isFocused: isFocused) }
        let account = context.accounts.areSeveral && !list.isGrouped && list.filter == nil
        canvas.put(
            (account ? "\(task.account) · " : "") + task.agent.name, row: rect.row, column: rect.column + 3,
            width: rect.columns - 4, role: role)
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

    /// Whether the rows name the account of their task beside its title.
    private var showsAccounts: Bool {
        context.accounts.areSeveral && !list.isGrouped && list.filter == nil && !list.showsAgents
    }

    /// The state of a listing, in place of the tasks that are not listed yet.
    private func label(ofListing account: AccountName) -> (String, StyleRole) {
        let place = showsAccounts ? ThemedCanvas.clipped(account, 9) + ": " : ""
        switch list.listings[account] {
        case .waiting(_, let until)?: return (place + "next try \(context.labels.time(until))", .warning)
        case .failed?:
            let key = context.keymap.hint(.refresh).map { ", \($0)" } ?? ""
            return (place + "failed" + key, .error)
        case .loading?, .more?, .complete?, nil: return (place + "loading…", .listAge)
        }
    }
}
