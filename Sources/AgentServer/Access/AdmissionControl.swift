import Synchronization

/// Lets in what each key may do at once, and counts who is inside.
final class AdmissionControl: Sendable {
    /// What takes a place as long as it lasts.
    enum Kind: Hashable, Sendable {
        /// A reply that is written for a client that waits.
        case reply
        /// Looking on at a turn.
        case view
    }

    /// A place that is held as long as this exists.
    final class Place: Sendable {
        private let turnstile: AdmissionControl
        private let seat: Seat

        fileprivate init(_ turnstile: AdmissionControl, _ seat: Seat) {
            self.turnstile = turnstile
            self.seat = seat
        }

        deinit { turnstile.leave(seat) }
    }

    fileprivate struct Seat: Hashable {
        var key: String
        var kind: Kind
    }

    private struct State {
        var rate: RateLimiter?
        var taken: [Seat: Int] = [:]
    }

    private let state: Mutex<State>
    private let maxReplies: Int
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Of one key, as the chat tasks API has it.
    private static let maxViews = 32
    /// Nobody can say when a reply will end.
    private static let patience = 5

    init(_ limits: ServerLimits, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        state = Mutex(State(rate: limits.requestsPerMinute.map(RateLimiter.init(perMinute:))))
        maxReplies = limits.streamsPerKey ?? .max
        self.now = now
    }

    /// - Throws: ``APIError`` if the key has made too many requests of late.
    func admit(_ principal: Principal) throws {
        let now = now()
        let seconds = state.withLock { $0.rate?.request(of: principal.prefix, now: now) }
        if let seconds { throw APIError(.rateLimited(retryAfter: seconds)) }
    }

    /// - Throws: ``APIError`` if the key holds too many places already.
    func enter(_ principal: Principal?, _ kind: Kind) throws -> Place {
        let seat = Seat(key: principal?.prefix ?? "", kind: kind)
        let limit = kind == .reply ? maxReplies : Self.maxViews
        let isFree = state.withLock { state in
            guard state.taken[seat, default: 0] < limit else { return false }
            state.taken[seat, default: 0] += 1
            return true
        }
        guard isFree else {
            throw APIError(
                .rateLimited(retryAfter: Self.patience), "Too many replies are open with this key.")
        }
        return Place(self, seat)
    }

    /// How many places are taken.
    var openStreams: Int { state.withLock { $0.taken.values.reduce(0, +) } }

    private func leave(_ seat: Seat) {
        state.withLock { state in
            let left = state.taken[seat, default: 1] - 1
            state.taken[seat] = left > 0 ? left : nil
        }
    }
}

extension Backend {
    /// Begins a turn that a client waits for. It is stopped if the client goes before the answer has ended.
    func attend(_ turn: NewTurn, for context: ServerContext) async throws -> ReplyStream {
        let place = try turnstile.enter(context.principal, .reply)
        let reply = try await runner.open(turn, holding: place)
        await context.departure?.whenGone { [weak reply] in reply?.cancel() }
        return reply
    }
}
