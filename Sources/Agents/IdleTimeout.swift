import Synchronization

/// How long something may keep us waiting: so long for its beginning, and so long for each thing that follows. Only the time counts in
/// which we wait for it; a reader who holds us back does not use it up.
final class IdleTimeout: Sendable {
    private struct State {
        /// Since when something is waited for; nil while it is not.
        var since: ContinuousClock.Instant?
        var hasBeenRewarded = false
    }

    private let first: Duration
    private let later: Duration
    private let state: Mutex<State>

    /// Waiting begins at once.
    init(first: Duration, later: Duration) {
        self.first = first
        self.later = later
        state = Mutex(State(since: ContinuousClock.now))
    }

    /// Whether anything ever came.
    var hasBeenRewarded: Bool { state.withLock { $0.hasBeenRewarded } }

    /// Something came. Waiting begins anew with ``wait()``.
    func came() {
        state.withLock { $0 = State(since: nil, hasBeenRewarded: true) }
    }

    /// From now on something is waited for.
    func wait() {
        state.withLock { $0.since = $0.since ?? ContinuousClock.now }
    }

    /// Returns when the patience is at its end.
    /// - Throws: `CancellationError`.
    func end() async throws {
        while true {
            let now = ContinuousClock.now
            let deadline = state.withLock { ($0.since ?? now) + ($0.hasBeenRewarded ? later : first) }
            guard deadline > now else { return }
            // What comes meanwhile may set a deadline that is earlier than this one, but none earlier than that.
            try await Task.sleep(until: min(deadline, now + later), clock: .continuous)
        }
    }
}
