import Synchronization

/// The counters of a running server.
final class ServerMetrics: Sendable {
    struct Request: Hashable, Comparable {
        var dialect: String
        var status: Int

        static func < (one: Request, other: Request) -> Bool {
            (one.dialect, one.status) < (other.dialect, other.status)
        }
    }

    struct Counts: Sendable {
        var requests: [Request: Int] = [:]
        var turns: [StoredTurn.State: Int] = [:]
        /// By how they ended.
        var summaries: [StoredTurn.State: Int] = [:]
        var turnSeconds = Histogram(bounds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900])
    }

    private let counters = Mutex(Counts())
    private let received = Atomic<Int>(0)
    private let sent = Atomic<Int>(0)

    func countRequest(_ dialect: String, status: Int) {
        counters.withLock { $0.requests[Request(dialect: dialect, status: status), default: 0] += 1 }
    }

    func countTurn(_ state: StoredTurn.State, seconds: Double) {
        counters.withLock { counts in
            counts.turns[state, default: 0] += 1
            counts.turnSeconds.add(seconds)
        }
    }

    /// Counts a summary of a conversation; a refused one does not count.
    func countSummary(_ result: Result<ConversationSummarizer.Summary?, any Error>, seconds: Double) {
        let state: StoredTurn.State
        switch result {
        case .success(nil): return
        case .success: state = .completed
        case .failure(is ConversationBusy), .failure(is TurnRunner.Stopping): return
        case .failure(is CancellationError): state = .interrupted
        case .failure: state = .failed
        }
        counters.withLock { counts in
            counts.summaries[state, default: 0] += 1
            counts.turnSeconds.add(seconds)
        }
    }

    func countReceived(_ bytes: Int) { received.add(bytes, ordering: .relaxed) }
    func countSent(_ bytes: Int) { sent.add(bytes, ordering: .relaxed) }

    var counts: Counts { counters.withLock { $0 } }
    /// Of all connections, headers included.
    var bytes: (received: Int, sent: Int) {
        (received.load(ordering: .relaxed), sent.load(ordering: .relaxed))
    }
}
