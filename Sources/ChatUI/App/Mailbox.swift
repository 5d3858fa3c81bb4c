import RichText
import SessionCore
import Synchronization

/// Where the session manager puts its events, from whatever thread it is on, and the interface takes them out, all at once.
/// The first event after a taking wakes the interface; the ones that follow cost no further wake-up.
public final class Mailbox: Sendable {
    private struct State {
        var events: [SessionEvent] = []
        var waker: (any Waker)?
    }

    private let state = Mutex(State())

    public init() {}

    /// Who is woken by what arrives from now on.
    public func attach(_ waker: any Waker) {
        let hasMail = state.withLock { state in
            state.waker = waker
            return !state.events.isEmpty
        }
        if hasMail { waker.wake() }
    }

    public func put(_ event: SessionEvent) {
        let waker = state.withLock { state in
            state.events.append(event)
            return state.events.count == 1 ? state.waker : nil
        }
        waker?.wake()
    }

    public func takeAll() -> [SessionEvent] {
        state.withLock { state in
            let events = state.events
            state.events = []
            return events
        }
    }
}
