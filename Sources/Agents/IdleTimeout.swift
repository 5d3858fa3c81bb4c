import Synchronization

/// A first-byte and an idle timeout that do not run while the consumer applies back-pressure.
///
/// The consumer reports when it starts to wait and when it received something; ``expired()`` returns when one wait has taken too long.
final class IdleTimeout<TimeSource: Clock>: Sendable where TimeSource.Duration == Duration {
    private struct State {
        /// The start of the current wait; nil while the consumer is busy.
        var waitingSince: TimeSource.Instant?
        var hasReceived = false
    }

    private let first: Duration
    private let idle: Duration
    private let clock: TimeSource
    private let state: Mutex<State>

    /// Starts to wait.
    /// - Parameters:
    ///   - first: How long the first thing may take.
    ///   - idle: How long each later one may take.
    init(first: Duration, idle: Duration, clock: TimeSource) {
        self.first = first
        self.idle = idle
        self.clock = clock
        state = Mutex(State(waitingSince: clock.now))
    }

    var hasReceived: Bool { state.withLock { $0.hasReceived } }

    /// Stops the clock until ``startWaiting()``.
    func received() {
        state.withLock { $0 = State(waitingSince: nil, hasReceived: true) }
    }

    func startWaiting() {
        let now = clock.now
        state.withLock { $0.waitingSince = $0.waitingSince ?? now }
    }

    /// Returns when a wait has taken too long.
    /// - Throws: `CancellationError`.
    func expired() async throws {
        while true {
            let now = clock.now
            let deadline = state.withLock {
                ($0.waitingSince ?? now).advanced(by: $0.hasReceived ? idle : first)
            }
            guard deadline > now else { return }
            // Something received during the sleep can move the deadline forward, but never before `now + idle`.
            try await clock.sleep(until: min(deadline, now.advanced(by: idle)), tolerance: nil)
        }
    }
}

extension IdleTimeout where TimeSource == ContinuousClock {
    convenience init(first: Duration, idle: Duration) {
        self.init(first: first, idle: idle, clock: ContinuousClock())
    }
}
