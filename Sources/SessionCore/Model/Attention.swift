import Foundation

/// The tasks that want the person, in the order in which they are visited: first those that need a decision (a question, a
/// failure, an unconfirmed message), then those with unread answers; the most recent first in both.
public struct Attention: Sendable {
    private struct Key: Hashable, Comparable, Sendable {
        /// 0: a decision; 1: something to read.
        var rank: Int
        var at: Date
        var id: ChatTask.ID

        static func < (one: Key, other: Key) -> Bool {
            if one.rank != other.rank { return one.rank < other.rank }
            if one.at != other.at { return one.at > other.at }
            return one.id.rawValue < other.id.rawValue
        }
    }

    private var keys: [Key] = []
    private var places: [ChatTask.ID: Key] = [:]

    public init() {}

    public init(_ tasks: some Sequence<ChatTask>) {
        for task in tasks { places[task.id] = Self.key(of: task) }
        keys = places.values.sorted()
    }

    /// In the order in which they are visited.
    var tasks: [ChatTask.ID] { keys.map(\.id) }

    public func contains(_ task: ChatTask.ID) -> Bool { places[task] != nil }

    /// A task is new or has changed.
    public mutating func update(_ task: ChatTask) {
        let key = Self.key(of: task)
        guard places[task.id] != key else { return }
        remove(task.id)
        guard let key else { return }
        places[task.id] = key
        keys.insert(key, at: position(of: key))
    }

    public mutating func remove(_ task: ChatTask.ID) {
        guard let key = places.removeValue(forKey: task) else { return }
        keys.remove(at: position(of: key))
    }

    /// The task to visit after this one: the next in the order, after the last the first again. A task that is not among them leads
    /// to the first.
    /// - Returns: nil if no other task wants anything.
    public func next(after task: ChatTask.ID? = nil) -> ChatTask.ID? {
        guard let task, let key = places[task] else { return keys.first?.id }
        guard keys.count > 1 else { return nil }
        return keys[(position(of: key) + 1) % keys.count].id
    }

    /// The index of the key, or where it would be inserted.
    private func position(of key: Key) -> Int {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func key(of task: ChatTask) -> Key? {
        guard !task.isArchived else { return nil }
        switch task.state {
        case .waiting, .failed, .unconfirmed: return Key(rank: 0, at: task.updatedAt, id: task.id)
        case .idle, .running, .stopped: break
        }
        return task.unread > 0 ? Key(rank: 1, at: task.updatedAt, id: task.id) : nil
    }
}
