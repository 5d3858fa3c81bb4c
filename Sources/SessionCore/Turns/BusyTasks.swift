/// The tasks whose next message waits for a turn that somebody else has running, and when each is tried again.
struct BusyTasks {
    private struct Entry {
        var attempts: Int
        var due: Duration?
    }

    private var entries: [ChatTask.ID: Entry] = [:]

    /// When ``due(at:)`` has something again.
    var wake: Duration? { entries.values.lazy.compactMap(\.due).min() }

    /// Whether the task is waiting.
    func contains(_ task: ChatTask.ID) -> Bool { entries[task]?.due != nil }

    /// The task was found busy, once more or for the first time.
    mutating func wait(for task: ChatTask.ID, at now: Duration, random: Double) {
        let attempts = entries[task]?.attempts ?? 0
        entries[task] = Entry(
            attempts: attempts + 1, due: now + Backoff.busy.delay(after: attempts, random: random))
    }

    /// The tasks to be tried now. Each counts as waiting again only when ``wait(for:at:random:)`` is called for it.
    mutating func due(at now: Duration) -> [ChatTask.ID] {
        let due = entries.filter { entry in entry.value.due.map { $0 <= now } ?? false }.map(\.key)
            .sorted { $0.rawValue < $1.rawValue }
        for task in due { entries[task]?.due = nil }
        return due
    }

    /// The message went out, or there is none any more.
    mutating func remove(_ task: ChatTask.ID) { entries[task] = nil }
}
