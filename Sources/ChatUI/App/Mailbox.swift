import RichText
import SessionCore
import Synchronization

/// What arrives at the interface from elsewhere.
public enum Mail: Sendable {
    case session(SessionEvent)
    case setup(AccountWizardAnswer)
    case agents(AgentsAnswer)
}

/// Where the session manager puts its events and the program its answers, from whatever thread they are on, and the interface takes them out, all at once.
/// The first one after a taking wakes the interface; the ones that follow cost no further wake-up.
public final class Mailbox: Sendable {
    private struct State {
        var mail: [Mail] = []
        var waker: (any Waker)?
    }

    private let state = Mutex(State())

    public init() {}

    /// Who is woken by what arrives from now on.
    public func attach(_ waker: any Waker) {
        let hasMail = state.withLock { state in
            state.waker = waker
            return !state.mail.isEmpty
        }
        if hasMail { waker.wake() }
    }

    public func put(_ event: SessionEvent) { put(.session(event)) }

    public func put(_ mail: Mail) {
        let waker = state.withLock { state in
            state.mail.append(mail)
            return state.mail.count == 1 ? state.waker : nil
        }
        waker?.wake()
    }

    public func takeAll() -> [Mail] {
        state.withLock { state in
            let mail = state.mail
            state.mail = []
            return mail
        }
    }
}
