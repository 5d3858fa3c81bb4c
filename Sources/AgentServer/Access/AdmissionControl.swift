import Synchronization

/// Limits what each key may do at once and per minute, and counts the open streams.
final class AdmissionControl: Sendable {
    /// What needs a permit for as long as it lasts.
    enum Kind: Hashable, Sendable {
        /// A reply that is written for a waiting client.
        case reply
        /// A subscription to the events of a turn.
        case subscription
        /// A WebSocket.
        case socket
    }

    /// Counts against its key for as long as it exists.
    final class Permit: Sendable {
        private let control: AdmissionControl
        private let slot: Slot

        fileprivate init(_ control: AdmissionControl, _ slot: Slot) {
            self.control = control
            self.slot = slot
        }

        deinit { control.release(slot) }
    }

    fileprivate struct Slot: Hashable {
        var key: String
        var kind: Kind
    }

    private struct State {
        var rate: RateLimiter?
        var taken: [Slot: Int] = [:]
    }

    private let state: Mutex<State>
    private let maxReplies: Int
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Of one key, as in the Xagent API.
    private static let maxSubscriptions = 32
    /// Seconds. When a stream will end is unknown.
    private static let retryAfter = 5

    init(_ limits: ServerLimits, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        state = Mutex(State(rate: limits.requestsPerMinute.map(RateLimiter.init(perMinute:))))
        maxReplies = limits.streamsPerKey ?? .max
        self.now = now
    }

    /// - Throws: ``APIError`` if the key has made too many requests in the last minute.
    func admit(_ principal: Principal) throws {
        let now = now()
        let seconds = state.withLock { $0.rate?.request(of: principal.prefix, now: now) }
        if let seconds { throw APIError(.rateLimited(retryAfter: seconds)) }
    }

    /// - Throws: ``APIError`` if the key holds too many permits already.
    func acquire(_ kind: Kind, for principal: Principal?) throws -> Permit {
        let slot = Slot(key: principal?.prefix ?? "", kind: kind)
        let limit = kind == .subscription ? Self.maxSubscriptions : maxReplies
        let isFree = state.withLock { state in
            guard state.taken[slot, default: 0] < limit else { return false }
            state.taken[slot, default: 0] += 1
            return true
        }
        guard isFree else {
            throw APIError(
                .rateLimited(retryAfter: Self.retryAfter), "Too many replies are open with this key.")
        }
        return Permit(self, slot)
    }

    /// The permits that are held, without those of sockets, which may be silent.
    var openStreams: Int {
        state.withLock { state in
            state.taken.reduce(0) { $0 + ($1.key.kind == .socket ? 0 : $1.value) }
        }
    }

    private func release(_ slot: Slot) {
        state.withLock { state in
            let left = state.taken[slot, default: 1] - 1
            state.taken[slot] = left > 0 ? left : nil
        }
    }
}
