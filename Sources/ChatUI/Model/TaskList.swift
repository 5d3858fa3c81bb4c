import Foundation
import SessionCore

/// The tasks in the order the list shows them, pinned ones first, then by last activity, and which one is focused.
struct TaskList: Sendable {
    private(set) var order: [ChatTask.ID] = []
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
    /// The tasks of the list, then those that were put away.
    var everything: [ChatTask] {
        all + tasks.values.filter(\.isArchived).sorted(by: Self.precedes)
    }
    var focusedTask: ChatTask? { focused.flatMap { tasks[$0] } }
    /// Where the focused task stands in the list.
    var focusedPosition: Int? { focused.flatMap { order.firstIndex(of: $0) } }

    /// Takes the whole list; the focus stays on its task if that is still there.
    mutating func replace(with new: [ChatTask]) {
        tasks = Dictionary(new.map { ($0.id, $0) }, uniquingKeysWith: { _, later in later })
        order = new.filter { !$0.isArchived }.sorted(by: Self.precedes).map(\.id)
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
        guard !task.isArchived else { return }
        order.insert(task.id, at: position(for: task))
    }

    /// Takes a task out; the focus goes to its neighbour.
    mutating func remove(_ id: ChatTask.ID) {
        let position = order.firstIndex(of: id)
        tasks[id] = nil
        running.remove(id)
        unread.remove(id)
        attention.remove(id)
        order.removeAll { $0 == id }
        guard focused == id else { return }
        focused = position.flatMap { order.isEmpty ? nil : order[min($0, order.count - 1)] }
    }

    mutating func focus(_ id: ChatTask.ID) {
        if tasks[id] != nil { focused = id }
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
            if let other = tasks[order[middle]], Self.precedes(other, task) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private static func precedes(_ a: ChatTask, _ b: ChatTask) -> Bool {
        if a.isPinned != b.isPinned { return a.isPinned }
        if a.updatedAt != b.updatedAt { return a.updatedAt > b.updatedAt }
        return a.id.rawValue < b.id.rawValue
    }

    private static func sameKey(_ a: ChatTask, _ b: ChatTask) -> Bool {
        a.isPinned == b.isPinned && a.updatedAt == b.updatedAt && a.isArchived == b.isArchived
    }
}
