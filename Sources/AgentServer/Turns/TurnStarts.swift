/// Matches queued attended turns that have begun with the tasks that wait for them, whichever comes first.
struct TurnStarts {
    private var waiting: [StoredTurn.ID: CheckedContinuation<StoredTurn, any Error>] = [:]
    private var begun: [StoredTurn.ID: StoredTurn] = [:]

    mutating func turnBegan(_ turn: StoredTurn) {
        if let continuation = waiting.removeValue(forKey: turn.id) {
            continuation.resume(returning: turn)
        } else {
            begun[turn.id] = turn
        }
    }

    /// Resumes the continuation when the turn has begun.
    /// - Returns: False if it has begun already.
    mutating func wait(
        for turn: StoredTurn.ID, _ continuation: CheckedContinuation<StoredTurn, any Error>
    ) -> Bool {
        if let turn = begun.removeValue(forKey: turn) {
            continuation.resume(returning: turn)
            return false
        }
        waiting[turn] = continuation
        return true
    }

    mutating func cancel(_ turn: StoredTurn.ID) {
        waiting.removeValue(forKey: turn)?.resume(throwing: CancellationError())
    }

    mutating func cancelAll(throwing error: any Error) {
        for continuation in waiting.values { continuation.resume(throwing: error) }
        waiting = [:]
    }

    /// Forgets a finished turn.
    mutating func remove(_ turn: StoredTurn.ID) {
        begun[turn] = nil
    }
}
