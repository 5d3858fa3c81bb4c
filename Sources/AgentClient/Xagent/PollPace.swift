import Foundation
import SessionCore

/// How fast a turn is asked about while somebody waits for its reply. A pure decision.
struct PollPace {
    private var pause: Duration = .milliseconds(500)
    private var failures = 0

    /// So many failures in a row are borne.
    private static let patience = 5
    private static let ceiling: Duration = .seconds(5)

    /// The pause after an answer.
    mutating func next() -> Duration {
        failures = 0
        pause = min(pause * 1.5, Self.ceiling)
        return pause
    }

    /// The pause after a failure; nil when it is time to give up.
    mutating func next(after error: ServiceError, now: Date) -> Duration? {
        failures += 1
        guard error.isTransient, failures <= Self.patience else { return nil }
        let wanted = error.retryAt.map { Duration.seconds(max(0, $0.timeIntervalSince(now))) } ?? .zero
        return max(Self.ceiling, min(wanted, .seconds(60)))
    }
}
