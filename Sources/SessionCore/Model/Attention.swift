import Foundation

/// The tasks that want the person, in the order in which they are visited: first questions, then unread answers, then failures (and
/// unconfirmed messages) that have not been seen; the most recent first in each. A failure that was seen is no longer among them.
public struct Attention: Sendable {
    public enum Kind: Int, CaseIterable, Comparable, Sendable {
        case question, answer, failure

        public static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }

        /// What a task wants; nil for nothing.
        public init?(_ task: ChatTask) {
            guard !task.isPutAway else { return nil }
            if task.state == .waiting {
                self = .question
            } else if task.unread > 0 {
                self = .answer
            } else if task.hasUnseenFailure {
                self = .failure
            } else {
                return nil
            }
        }
    }

    private struct Key: Hashable, Comparable, Sendable {
        var kind: Kind
        var at: Date
        var id: ChatTask.ID

        init?(_ task: ChatTask) {
            guard let kind = Kind(task) else { return nil }
            (self.kind, at, id) = (kind, task.updatedAt, task.id)
        }

        static func < (one: Key, other: Key) -> Bool {
            if one.kind != other.kind { return one.kind < other.kind }
            if one.at != other.at { return one.at > other.at }
            return one.id.rawValue < other.id.rawValue
        }
    }

    private var keys: [Key] = []
    private var places: [ChatTask.ID: Key] = [:]
    private var counts = [Int](repeating: 0, count: Kind.allCases.count)
    /// Those that were visited in this round and still want something, as they were then.
    private var visited: Set<Key> = []

    public init() {}

    public init(_ tasks: some Sequence<ChatTask>) {
        for task in tasks { places[task.id] = Key(task) }
        keys = places.values.sorted()
        for key in keys { counts[key.kind.rawValue] += 1 }
    }

    /// In the order in which they are visited.
    var tasks: [ChatTask.ID] { keys.map(\.id) }

    public func contains(_ task: ChatTask.ID) -> Bool { places[task] != nil }

    /// How many tasks want something of a kind.
    /// - Parameter task: not counted: the one that the person looks at.
    public func count(_ kind: Kind, except task: ChatTask.ID? = nil) -> Int {
        counts[kind.rawValue] - (task.flatMap { places[$0] }?.kind == kind ? 1 : 0)
    }

    /// A task is new or has changed.
    public mutating func update(_ task: ChatTask) {
        let key = Key(task)
        guard places[task.id] != key else { return }
        remove(task.id)
        guard let key else { return }
        places[task.id] = key
        keys.insert(key, at: position(of: key))
        counts[key.kind.rawValue] += 1
    }

    public mutating func remove(_ task: ChatTask.ID) {
        guard let key = places.removeValue(forKey: task) else { return }
        keys.remove(at: position(of: key))
        counts[key.kind.rawValue] -= 1
        visited.remove(key)
    }

    /// The task to visit next: the first that was not visited in this round, whatever wants something since then included. After the
    /// last one a new round begins.
    /// - Parameter task: where the person is, which counts as visited.
    /// - Returns: nil if no other task wants anything.
    public mutating func next(from task: ChatTask.ID?) -> ChatTask.ID? {
        let here = task.flatMap { places[$0] }
        if let here { visited.insert(here) }
        var next = keys.first { !visited.contains($0) }
        if next == nil {
            visited = here.map { [$0] } ?? []
            next = keys.first { !visited.contains($0) }
        }
        return next?.id
    }

    /// The person leaves a task without having done with it: it is visited again.
    public mutating func unvisit(_ task: ChatTask.ID) {
        if let key = places[task] { visited.remove(key) }
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
}
