import Foundation
import SessionCore

/// The tasks in the order the list shows them, pinned ones first, then by last activity, and which one is focused.
///
/// The list can be narrowed to one account, and grouped by account. What a task that changes costs grows with the accounts, and not
/// with the tasks, but for making room in an array.
struct TaskList: Sendable {
    enum Row: Hashable, Sendable {
        case account(AccountName)
        case task(ChatTask.ID)
        /// How far the tasks of this account are listed.
        case listing(AccountName)
    }

    private(set) var order: [ChatTask.ID] = []
    /// The account that the list is narrowed to.
    private(set) var filter: AccountName?
    private(set) var isGrouped = false
    /// Grows with every change of the order.
    private(set) var revision = 0
    /// The accounts that have something to say about how far their tasks are listed.
    var unfinished: Set<AccountName> = []
    /// How many tasks of each account are listed.
    private var counts: [AccountName: Int] = [:]
    private var tasks: [ChatTask.ID: ChatTask] = [:]
    /// The tasks with a turn under way, and those with something unread.
    private(set) var running: Set<ChatTask.ID> = []
    private(set) var unread: Set<ChatTask.ID> = []
    /// The tasks that want the person, in the order in which they are visited.
    private(set) var attention = Attention()
    /// The task that the conversation shows; nil only while there is none.
    private(set) var focused: ChatTask.ID?

    subscript(id: ChatTask.ID) -> ChatTask? { tasks[id] }
    subscript(position: Int) -> ChatTask? {
        order.indices.contains(position) ? tasks[order[position]] : nil
    }

    var count: Int { order.count }
    var isEmpty: Bool { order.isEmpty }
    /// The tasks of the list, in its order.
    var all: [ChatTask] { order.compactMap { tasks[$0] } }
    /// The tasks of the list, then those that it does not show.
    var everything: [ChatTask] {
        all + tasks.values.filter { !isListed($0) }.sorted(by: precedes)
    }
    var focusedTask: ChatTask? { focused.flatMap { tasks[$0] } }
    /// Where the focused task stands in the list.
    var focusedPosition: Int? {
        guard let task = focusedTask, isListed(task) else { return nil }
        return position(for: task)
    }

    // MARK: Changes

    /// Takes the whole list; the focus stays on its task if that is still there.
    mutating func replace(with new: [ChatTask]) {
        tasks = Dictionary(new.map { ($0.id, $0) }, uniquingKeysWith: { _, later in later })
        sort()
        running = []
        unread = []
        attention = Attention(new)
        for task in new { note(task) }
        if let focused, tasks[focused] == nil { self.focused = nil }
    }

    /// Takes a new or changed task and puts it where it belongs.
    mutating func put(_ task: ChatTask) {
        let old = tasks[task.id]
        if let old, !Self.sameKey(old, task) { takeOut(old) }
        tasks[task.id] = task
        note(task)
        attention.update(task)
        if let old, Self.sameKey(old, task) { return }
        guard isListed(task) else { return }
        order.insert(task.id, at: position(for: task))
        counts[task.account, default: 0] += 1
        revision += 1
    }

    /// Takes a task out; the focus goes to its neighbour.
    mutating func remove(_ id: ChatTask.ID) {
        let position = tasks[id].flatMap { takeOut($0) }
        tasks[id] = nil
        running.remove(id)
        unread.remove(id)
        attention.remove(id)
        guard focused == id else { return }
        focused = position.flatMap { order.isEmpty ? nil : order[min($0, order.count - 1)] }
    }

    /// - Returns: where it stood; nil where it was not listed.
    @discardableResult
    private mutating func takeOut(_ task: ChatTask) -> Int? {
        let position = position(for: task)
        guard order.indices.contains(position), order[position] == task.id else { return nil }
        order.remove(at: position)
        counts[task.account, default: 0] -= 1
        revision += 1
        return position
    }

    mutating func focus(_ id: ChatTask.ID) {
        if tasks[id] != nil { focused = id }
    }

    mutating func narrow(to account: AccountName?) {
        filter = account
        sort()
    }

    mutating func group(_ isGrouped: Bool) {
        self.isGrouped = isGrouped
        sort()
    }

    // MARK: Rows

    /// What stands together: the tasks at some places of the order, below the name of their account where they are
    /// grouped, and above what is still to be listed.
    private struct Section {
        var account: AccountName?
        var tasks: Range<Int>
        var unfinished: [AccountName]

        var rowCount: Int { (account == nil ? 0 : 1) + tasks.count + unfinished.count }
    }

    private var sections: [Section] {
        let unfinished = unfinished.filter { filter == nil || filter == $0 }
        guard isGrouped else {
            return [Section(account: nil, tasks: order.indices, unfinished: unfinished.sorted())]
        }
        var start = 0
        return Set(counts.keys).union(unfinished).sorted().compactMap { account in
            let end = start + (counts[account] ?? 0)
            defer { start = end }
            let isUnfinished = unfinished.contains(account)
            guard end > start || isUnfinished else { return nil }
            return Section(
                account: account, tasks: start..<end, unfinished: isUnfinished ? [account] : [])
        }
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
        return offset < section.tasks.count
            ? .task(order[section.tasks.lowerBound + offset])
            : .listing(section.unfinished[offset - section.tasks.count])
    }

    private func focusedRow(in sections: [Section]) -> Int {
        let position = focusedPosition ?? 0
        var start = 0
        for section in sections {
            if section.tasks.contains(position) {
                return start + (section.account == nil ? 0 : 1) + position - section.tasks.lowerBound
            }
            start += section.rowCount
        }
        return 0
    }

    /// The accounts whose last task is shown in `count` rows or would be in as many again: those that more is wanted of.
    func accountsThatEnd(within count: Int, among candidates: Set<AccountName>) -> Set<AccountName> {
        var left = candidates.filter { filter == nil || filter == $0 }
        let seen = (focusedPosition ?? 0) + 2 * count
        // From the end: an account of which something stands beyond what is seen has enough.
        for id in order.dropFirst(seen).reversed() {
            guard !left.isEmpty else { break }
            if let task = tasks[id] { left.remove(task.account) }
        }
        return left
    }

    // MARK: Order

    private mutating func sort() {
        order = tasks.values.filter(isListed).sorted(by: precedes).map(\.id)
        counts = [:]
        for id in order { if let task = tasks[id] { counts[task.account, default: 0] += 1 } }
        revision += 1
    }

    private func isListed(_ task: ChatTask) -> Bool {
        !task.isArchived && (filter == nil || filter == task.account)
    }

    /// The task `step` places further down the list, around its end.
    func neighbour(_ step: Int) -> ChatTask.ID? {
        guard !order.isEmpty else { return nil }
        guard let position = focusedPosition else { return order.first }
        return order[((position + step) % order.count + order.count) % order.count]
    }

    private mutating func note(_ task: ChatTask) {
        if task.state == .running { running.insert(task.id) } else { running.remove(task.id) }
        if task.unread > 0 { unread.insert(task.id) } else { unread.remove(task.id) }
    }

    private func position(for task: ChatTask) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if let other = tasks[order[middle]], precedes(other, task) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private func precedes(_ a: ChatTask, _ b: ChatTask) -> Bool {
        if isGrouped, a.account != b.account { return a.account < b.account }
        if a.isPinned != b.isPinned { return a.isPinned }
        if a.updatedAt != b.updatedAt { return a.updatedAt > b.updatedAt }
        return a.id.rawValue < b.id.rawValue
    }

    private static func sameKey(_ a: ChatTask, _ b: ChatTask) -> Bool {
        a.isPinned == b.isPinned && a.updatedAt == b.updatedAt && a.isArchived == b.isArchived
            && a.account == b.account
    }
}
