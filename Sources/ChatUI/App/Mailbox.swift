import RichText
import SessionCore
import Synchronization

/// What reaches the interface from other threads: events of the session manager, and answers of the program, which the session
/// manager knows nothing of.
public enum Mail: Sendable {
    case session(SessionEvent)
    case accountWizard(AccountWizardAnswer)
    case agents(AgentsAnswer)
    case files(FilesAnswer)
    /// What is on the clipboard; nil where it cannot be read.
    case clipboard(String?)
    case settings(SettingsUpdate)
    /// What was submitted before ``ApplicationServices/settle`` has been carried out.
    case settled
}

/// Mail for the interface, from any thread, in order. The interface drains it; the first mail after that wakes it, the following
/// ones do not. Chunks of one reply that follow each other are drained in one piece.
public final class Mailbox: Sendable {
    private struct State {
        var mail: [Mail] = []
        /// The chunk behind the mail, which still grows.
        var chunk: Chunk?
        var waker: (any Waker)?

        var isEmpty: Bool { mail.isEmpty && chunk == nil }

        mutating func add(_ new: Mail) {
            if case .session(.chunk(let task, let message, let offset, let text)) = new {
                if chunk?.append(text, to: message, at: offset) == true { return }
                closeChunk()
                chunk = Chunk(task: task, message: message, offset: offset, text: text)
            } else {
                closeChunk()
                mail.append(new)
            }
        }

        mutating func closeChunk() {
            guard let chunk else { return }
            mail.append(
                .session(
                    .chunk(
                        task: chunk.task, message: chunk.message, offset: chunk.offset, text: chunk.text)))
            self.chunk = nil
        }
    }

    private struct Chunk {
        let task: ChatTask.ID
        let message: Message.ID
        let offset: Int
        var text: String

        /// - Returns: whether it goes on here.
        mutating func append(_ more: String, to message: Message.ID, at offset: Int) -> Bool {
            guard message == self.message, offset == self.offset + text.utf8.count else { return false }
            text += more
            return true
        }
    }

    private let state = Mutex(State())

    public init() {}

    /// Sets what the first mail wakes.
    func attach(_ waker: any Waker) {
        let hasMail = state.withLock { state in
            state.waker = waker
            return !state.isEmpty
        }
        if hasMail { waker.wake() }
    }

    public func put(_ event: SessionEvent) { put(.session(event)) }

    public func put(_ mail: Mail) {
        let waker = state.withLock { state in
            let isFirst = state.isEmpty
            state.add(mail)
            return isFirst ? state.waker : nil
        }
        waker?.wake()
    }

    func drain() -> [Mail] {
        state.withLock { state in
            state.closeChunk()
            let mail = state.mail
            state.mail = []
            return mail
        }
    }
}
