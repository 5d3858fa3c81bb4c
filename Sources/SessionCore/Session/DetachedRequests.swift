/// The requests that no turn waits for: what reads, what is mirrored to a service, a search.
struct DetachedRequests {
    /// A place for one request: a new one cancels the one before it.
    enum Slot: Hashable, Sendable {
        case search, places, preview
        case erasure
        case listing(AccountName)
    }

    private struct DetachedRequest {
        var task: Task<Void, Never>
        var outlastsQuit: Bool
    }

    private var running: [Int: DetachedRequest] = [:]
    private var slots: [Slot: Int] = [:]
    private var count = 0

    /// Whether one is under way that shutting down waits for.
    var mustFinish: Bool { running.values.contains(where: \.outlastsQuit) }

    /// - Parameter post: takes the answer, and then that the request has ended.
    mutating func start(
        outlastsQuit: Bool, replacing slot: Slot?, post: @escaping @Sendable (ManagerInput) -> Void,
        _ work: @escaping @Sendable () async -> ManagerInput?
    ) {
        count += 1
        let number = count
        if let slot {
            cancel(slot)
            slots[slot] = number
        }
        let task = Task {
            if let answer = await work() { post(answer) }
            post(.detachedEnded(number))
        }
        running[number] = DetachedRequest(task: task, outlastsQuit: outlastsQuit)
    }

    mutating func end(_ number: Int) {
        running[number] = nil
        slots = slots.filter { $0.value != number }
    }

    mutating func cancel(_ slot: Slot) {
        guard let number = slots.removeValue(forKey: slot) else { return }
        running[number]?.task.cancel()
    }

    /// Cancels what shutting down does not wait for.
    func cancelReads() {
        for request in running.values where !request.outlastsQuit { request.task.cancel() }
    }

    mutating func cancelAll() {
        for request in running.values { request.task.cancel() }
        running = [:]
    }
}
