import Synchronization

/// Keeps the events that the code under test emits, in order, and lets a test wait for one.
public final class EventLog<Event: Sendable>: Sendable {
    private struct Waiter {
        let isMet: @Sendable (Event) -> Bool
        let promise = Promise<Event>()
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
        for waiter in met { waiter.promise.fulfil(event) }
    }

    /// The first event that meets the condition: one that is there already, or the next that comes.
    /// - Throws: `CancellationError` when the time limit of the test is over.
    @discardableResult
    public func first(where isMet: @escaping @Sendable (Event) -> Bool) async throws -> Event {
        let waiter = Waiter(isMet: isMet)
        state.withLock { state in
            if let known = state.events.first(where: isMet) {
                waiter.promise.fulfil(known)
            } else {
                state.waiters.append(waiter)
            }
        }
        return try await waiter.promise.value()
    }
}
