/// A caller that waits until some turns have been polled once.
struct PollOnceWaiter {
    private var awaited: Set<Turn.ID> = []
    private var continuation: CheckedContinuation<Void, Never>?

    var isWaiting: Bool { continuation != nil }

    /// - Returns: false if there is nothing to wait for, or another caller waits: this one is resumed at once.
    mutating func wait(for turns: Set<Turn.ID>, _ continuation: CheckedContinuation<Void, Never>) -> Bool {
        guard !turns.isEmpty, !isWaiting else {
            continuation.resume()
            return false
        }
        awaited = turns
        self.continuation = continuation
        return true
    }

    mutating func polled(_ turn: Turn.ID) {
        awaited.remove(turn)
        if awaited.isEmpty { end() }
    }

    /// Resumes the caller.
    mutating func end() {
        continuation?.resume()
        continuation = nil
    }
}
