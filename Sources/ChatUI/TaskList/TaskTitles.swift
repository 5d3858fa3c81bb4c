import Foundation
import SessionCore

/// Which tasks have the same title, and what tells them apart: the agent, then a number in the order in which they were begun.
struct TaskTitles: Sendable {
    private struct Key: Hashable, Comparable, Sendable {
        var createdAt: Date
        var id: ChatTask.ID

        init(_ task: ChatTask) { (createdAt, id) = (task.createdAt, task.id) }

        static func < (one: Key, other: Key) -> Bool {
            (one.createdAt, one.id.rawValue) < (other.createdAt, other.id.rawValue)
        }
    }

    /// The tasks of each title by agent, in the order in which they were begun.
    private var tasks: [String: [Agent: [Key]]] = [:]

    mutating func insert(_ task: ChatTask) {
        let place = place(of: task)
        tasks[task.shownTitle, default: [:]][task.agent, default: []].insert(Key(task), at: place)
    }

    mutating func remove(_ task: ChatTask) {
        let place = place(of: task)
        guard let known = tasks[task.shownTitle]?[task.agent], known.indices.contains(place),
            known[place].id == task.id
        else { return }
        tasks[task.shownTitle]?[task.agent]?.remove(at: place)
        if known.count == 1 { tasks[task.shownTitle]?[task.agent] = nil }
        if tasks[task.shownTitle]?.isEmpty == true { tasks[task.shownTitle] = nil }
    }

    /// What stands behind the title of a task: nothing if no other has it.
    func distinction(of task: ChatTask) -> String {
        guard let agents = tasks[task.shownTitle] else { return "" }
        let agent = agents.count > 1 ? " · \(task.agent.name)" : ""
        let place = (agents[task.agent]?.count ?? 0) > 1 ? place(of: task) : 0
        return agent + (place > 0 ? " · \(place + 1)" : "")
    }

    private func place(of task: ChatTask) -> Int {
        let key = Key(task)
        let keys = tasks[task.shownTitle]?[task.agent] ?? []
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
