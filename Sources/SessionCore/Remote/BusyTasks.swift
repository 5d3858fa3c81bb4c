import Timing

/// The tasks whose next message waits for another client's turn, and when each is checked again. It holds no timer and makes
/// no request.
struct BusyTasks {
    enum Reason: Hashable, Sendable {
        /// The service has refused the message because the conversation is busy, and is asked until it is free.
        case service
        /// Another Parley has a turn or an earlier message there, and this message of ours waits: the store is checked.
        case program(waiting: Turn.ID)
    }

    private struct Entry {
        var reason: Reason
        var attempts = 0
        /// nil while it is being checked.
        var due: Duration?
    }

    private var entries: [ChatTask.ID: Entry] = [:]

    /// When ``due(at:)`` has something again.
    var wake: Duration? { entries.values.lazy.compactMap(\.due).min() }

    /// The tasks that wait for another program.
    var waitingForPrograms: [ChatTask.ID] {
        entries.filter { if case .program = $0.value.reason { true } else { false } }.map(\.key)
            .sorted { $0.rawValue < $1.rawValue }
    }

    /// Why the task waits; nil if it does not.
    func reason(of task: ChatTask.ID) -> Reason? { entries[task]?.reason }

    /// The task was found busy, once more or for the first time.
    /// - Parameter pause: the shortest wait.
    mutating func wait(
        for task: ChatTask.ID, _ reason: Reason, at now: Duration, atLeast pause: Duration = .zero,
        random: Double
    ) {
        var entry = entries[task].flatMap { $0.reason == reason ? $0 : nil } ?? Entry(reason: reason)
        let backoff: Backoff = reason == .service ? .busy : .elsewhere
        entry.due = now + max(pause, backoff.delay(after: entry.attempts, random: random))
        entry.attempts += 1
        entries[task] = entry
    }

    /// Begins to check a task now.
    /// - Returns: false if that is under way.
    mutating func check(_ task: ChatTask.ID, _ reason: Reason) -> Bool {
        if let entry = entries[task], entry.due == nil { return false }
        entries[task, default: Entry(reason: reason)].due = nil
        return true
    }

    /// The tasks to check now.
    mutating func due(at now: Duration) -> [ChatTask.ID] {
        let due = entries.filter { entry in entry.value.due.map { $0 <= now } ?? false }.map(\.key)
            .sorted { $0.rawValue < $1.rawValue }
        for task in due { entries[task]?.due = nil }
        return due
    }

    /// The message has left, or there is none any more.
    mutating func remove(_ task: ChatTask.ID) { entries[task] = nil }
}
