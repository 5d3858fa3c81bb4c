import SessionCore

/// The rows of the list: headings of accounts, tasks, and the state of listings. Changes nothing.
extension TaskList {
    enum Row: Hashable, Sendable {
        case account(AccountName)
        case task(ChatTask.ID)
        /// The agent of the task in the row above.
        case agent(ChatTask.ID)
        /// How far the tasks of this account are listed.
        case listing(AccountName)
    }

    /// Some consecutive tasks of the order, below the name of their account where they are grouped, and above the state of
    /// unfinished listings.
    private struct Section {
        var account: AccountName?
        var tasks: Range<Int>
        var unfinished: [AccountName]
        /// The rows of a task.
        var height: Int

        var rowCount: Int { (account == nil ? 0 : 1) + tasks.count * height + unfinished.count }
    }

    /// The rows of a task.
    var rowsPerTask: Int { showsAgents ? 2 : 1 }

    private var sections: [Section] {
        let unfinished = listings.unfinished.filter {
            !showsPutAway && (filter == nil || filter == $0)
        }
        guard isGrouped else {
            return [
                Section(
                    account: nil, tasks: order.indices, unfinished: unfinished.sorted(), height: rowsPerTask)
            ]
        }
        var start = 0
        return Set(counts.keys).union(unfinished).sorted().compactMap { account in
            let end = start + (counts[account] ?? 0)
            defer { start = end }
            let isUnfinished = unfinished.contains(account)
            guard end > start || isUnfinished else { return nil }
            return Section(
                account: account, tasks: start..<end, unfinished: isUnfinished ? [account] : [],
                height: rowsPerTask)
        }
    }

    /// What is in a pane of some rows.
    struct Window: Sendable {
        var rows: [Row]
        /// The tasks before and behind those that are shown; nil when everything is shown.
        var hidden: (before: Int, behind: Int)?
        /// How many of these have something unread.
        var unread = (before: 0, behind: 0)
    }

    /// The rows that fit into a pane. If that is not all, one row is left for what lies beyond.
    func window(_ count: Int) -> Window {
        guard count > 1, sections.reduce(0, { $0 + $1.rowCount }) > count else {
            return Window(rows: rows(count))
        }
        let rows = rows(count - 1)
        let shown = rows.compactMap { row -> Int? in
            guard case .task(let id) = row else { return nil }
            return self[id].map { position(for: $0) }
        }
        let range = (shown.first ?? 0)..<(shown.last.map { $0 + 1 } ?? 0)
        return Window(
            rows: rows, hidden: (range.lowerBound, order.count - range.upperBound),
            unread: unread(outside: range))
    }

    /// At most `count` rows of the list, with the focused task among them.
    func rows(_ count: Int) -> [Row] {
        let sections = sections
        let total = sections.reduce(0) { $0 + $1.rowCount }
        let first = min(max(0, focusedRow(in: sections) - count / 2), max(0, total - count))
        let window = first..<first + max(0, count)
        var rows: [Row] = []
        var start = 0
        for section in sections {
            let shown = (start..<start + section.rowCount).clamped(to: window)
            rows += shown.map { row(of: section, at: $0 - start) }
            start += section.rowCount
            if start >= window.upperBound { break }
        }
        return rows
    }

    private func row(of section: Section, at offset: Int) -> Row {
        var offset = offset
        if let account = section.account {
            if offset == 0 { return .account(account) }
            offset -= 1
        }
        let (index, line) = offset.quotientAndRemainder(dividingBy: section.height)
        guard index < section.tasks.count else {
            return .listing(section.unfinished[offset - section.tasks.count * section.height])
        }
        let task = order[section.tasks.lowerBound + index]
        return line == 0 ? .task(task) : .agent(task)
    }

    private func focusedRow(in sections: [Section]) -> Int {
        let position = focusedPosition ?? 0
        var start = 0
        for section in sections {
            if section.tasks.contains(position) {
                return start + (section.account == nil ? 0 : 1) + (position - section.tasks.lowerBound)
                    * section.height
            }
            start += section.rowCount
        }
        return 0
    }
}
