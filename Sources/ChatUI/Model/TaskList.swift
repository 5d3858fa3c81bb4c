import Foundation
import SessionCore

/// The tasks in the order the list shows them, pinned ones first, then by last activity, and which one is focused.
///
/// The list can be narrowed to one account, and grouped by account.
struct TaskList: Sendable {
    enum Row: Hashable, Sendable {
        case account(AccountName)
        case task(ChatTask.ID)
    }

    private(set) var order: [ChatTask.ID] = []
    /// The account that the list is narrowed to.
    private(set) var filter: AccountName?
    private(set) var isGrouped = false
    /// The rows of the grouped list.
    private var groupRows: [Row] = []
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
        let old = tasks.updateValue(task, forKey: task.id)
        note(task)
        attention.update(task)
        if let old, Self.sameKey(old, task) { return }
        if old != nil { order.removeAll { $0 == task.id } }
        if isListed(task) { order.insert(task.id, at: position(for: task)) }
        regroup()
    }

    /// Takes a task out; the focus goes to its neighbour.
    mutating func remove(_ id: ChatTask.ID) {
        let position = order.firstIndex(of: id)
        tasks[id] = nil
        running.remove(id)
        unread.remove(id)
        attention.remove(id)
        order.removeAll { $0 == id }
        regroup()
        guard focused == id else { return }
        focused = position.flatMap { order.isEmpty ? nil : order[min($0, order.count - 1)] }
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

    /// At most `count` rows of the list, with the focused task among them: the tasks, below the name of their account where
    /// they are grouped.
    func rows(_ count: Int) -> [Row] {
        guard isGrouped else { return Self.window(order, around: focusedPosition ?? 0, count).map(Row.task) }
        let focused = focused.flatMap { groupRows.firstIndex(of: .task($0)) }
        return Array(Self.window(groupRows, around: focused ?? 0, count))
    }

    private static func window<Element>(_ all: [Element], around place: Int, _ count: Int) -> ArraySlice<
        Element
    > {
        let first = min(max(0, place - count / 2), max(0, all.count - count))
        return all[first..<min(all.count, first + count)]
    }

    private mutating func regroup() {
        groupRows = []
        guard isGrouped else { return }
        var account: AccountName?
        for task in all {
            if task.account != account { groupRows.append(.account(task.account)) }
            account = task.account
            groupRows.append(.task(task.id))
        }
    }

    private mutating func sort() {
        order = tasks.values.filter(isListed).sorted(by: precedes).map(\.id)
        regroup()
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
    }
}
