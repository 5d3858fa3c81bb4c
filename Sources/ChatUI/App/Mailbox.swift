import RichText
import SessionCore
import Synchronization

/// What reaches the interface from other threads: events of the session manager, and answers of the program, which the session
/// manager knows nothing of.
public enum Mail: Sendable {
    case session(SessionEvent)
    case accountWizard(AccountWizardAnswer)
    case agents(AgentsAnswer)
}

/// Mail for the interface, from any thread, in order. The interface drains it; the first mail after that wakes it, the following
/// ones do not.
public final class Mailbox: Sendable {
    private struct State {
        var mail: [Mail] = []
        var waker: (any Waker)?
    }

    private let state = Mutex(State())

    public init() {}

    /// Sets what the first mail wakes.
    func attach(_ waker: any Waker) {
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

    func drain() -> [Mail] {
        state.withLock { state in
            let mail = state.mail
            state.mail = []
            return mail
        }
    }
}
