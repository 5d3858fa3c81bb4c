import Synchronization

/// Keeps the events that the code under test emits, in order, and lets a test wait for one.
public final class EventLog<Event: Sendable>: Sendable {
    private struct Waiter {
        var isMet: @Sendable (Event) -> Bool
        var continuation: CheckedContinuation<Event, Never>
    }

    private struct State {
        var events: [Event] = []
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())

    public init() {}

    public var events: [Event] { state.withLock { $0.events } }

    public func clear() { state.withLock { $0.events = [] } }

    @Sendable public func add(_ event: Event) {
        let met = state.withLock { state in
            state.events.append(event)
            let met = state.waiters.filter { $0.isMet(event) }
            state.waiters.removeAll { $0.isMet(event) }
            return met
        }
        for waiter in met { waiter.continuation.resume(returning: event) }
    }

    /// The first event that meets the condition: one that is there already, or the next that comes.
    @discardableResult
    public func first(where isMet: @escaping @Sendable (Event) -> Bool) async -> Event {
        await withCheckedContinuation { continuation in
            let known: Event? = state.withLock { state in
                if let known = state.events.first(where: isMet) { return known }
                state.waiters.append(Waiter(isMet: isMet, continuation: continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
