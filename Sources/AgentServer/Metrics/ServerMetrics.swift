import Synchronization

/// What the server counts as it runs.
final class ServerMetrics: Sendable {
    struct Request: Hashable, Comparable {
        var dialect: String
        var status: Int

        static func < (one: Request, other: Request) -> Bool {
            (one.dialect, one.status) < (other.dialect, other.status)
        }
    }

    /// What it has come to.
    struct Counts: Sendable {
        var requests: [Request: Int] = [:]
        var turns: [Turn.State: Int] = [:]
        /// Seconds that turns took.
        var turnSeconds = Histogram(bounds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900])
    }

    private let state = Mutex(Counts())
    private let received = Atomic<Int>(0)
    private let sent = Atomic<Int>(0)

    func countRequest(_ dialect: String, status: Int) {
        state.withLock { $0.requests[Request(dialect: dialect, status: status), default: 0] += 1 }
    }

    func countTurn(_ end: Turn.State, seconds: Double) {
        state.withLock { counts in
            counts.turns[end, default: 0] += 1
            counts.turnSeconds.add(seconds)
        }
    }

    func countReceived(_ bytes: Int) { received.add(bytes, ordering: .relaxed) }
    func countSent(_ bytes: Int) { sent.add(bytes, ordering: .relaxed) }

    var counts: Counts { state.withLock { $0 } }
    /// Bytes of all connections, headers and all.
    var bytes: (received: Int, sent: Int) {
        (received.load(ordering: .relaxed), sent.load(ordering: .relaxed))
    }
}
