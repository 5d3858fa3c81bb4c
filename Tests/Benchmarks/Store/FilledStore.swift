import SessionCore
import Synchronization
import TestSupport

/// A session manager over a store on disk, filled through its public interface: tasks by a listing, messages by a history.
final class FilledStore: Sendable {
    let store: SessionStore
    /// The task with all the messages.
    let task: ChatTask.ID
    private let manager: SessionManager
    private let events: EventTap
    private let folder: TemporaryFolder

    struct NotFilled: Error {}

    /// - Parameter path: the database, in a temporary folder when nil.
    init(_ service: PlayedService, path: String? = nil) async throws {
        folder = try TemporaryFolder()
        store = try SessionStore(path: path ?? folder.file("parley.sqlite"))
        let events = EventTap()
        self.events = events
        manager = SessionManager(store: store, accounts: ["played": service]) { events.take($0) }
        await manager.start()
        let listed = events.next { if case .listing(_, .complete) = $0 { true } else { false } }
        manager.submit(.refresh)
        await listed.value
        guard let first = try await store.tasks().first(where: { $0.serviceID == "session-0" }) else {
            throw NotFilled()
        }
        task = first.id
        if service.messageCount > 0 { try await loadHistory(service.messageCount) }
    }

    private func loadHistory(_ count: Int) async throws {
        let filled = events.next { if case .page(let page) = $0 { !page.messages.isEmpty } else { false } }
        manager.submit(.load(PageRequest(task: task, place: .newest)))
        await filled.value
    }

    /// Sends a message and records how its reply comes in.
    /// - Returns: seconds until it was whole, and the times at which its pieces were emitted.
    func reply(emitted: AsyncStream<Void>.Continuation? = nil) async -> (seconds: Double, pieces: [Double]) {
        let over = events.next { if case .turn(let turn) = $0 { turn.state.isOver } else { false } }
        events.record(signalling: emitted)
        let start = wallTime()
        manager.submit(.send(task, text: "Go on", mode: .streamed))
        await over.value
        return (wallTime() - start, events.pieces)
    }

    func close() async { await manager.shutdown() }
}

/// Watches what a session manager emits.
final class EventTap: Sendable {
    private struct State {
        var isAwaited: (@Sendable (SessionEvent) -> Bool)?
        var continuation: CheckedContinuation<Void, Never>?
        var isMet = false
        var pieces: [Double] = []
        var emitted: AsyncStream<Void>.Continuation?
    }

    private let state = Mutex(State())

    /// When pieces of a reply were emitted since ``record(signalling:)``.
    var pieces: [Double] { state.withLock { $0.pieces } }

    func record(signalling emitted: AsyncStream<Void>.Continuation?) {
        state.withLock { state in
            state.pieces = []
            state.emitted = emitted
        }
    }

    func take(_ event: SessionEvent) {
        state.withLock { state in
            if event.isPiece {
                state.pieces.append(wallTime())
                state.emitted?.yield()
            }
            guard let isAwaited = state.isAwaited, isAwaited(event) else { return }
            state.isAwaited = nil
            state.isMet = true
            state.continuation?.resume()
            state.continuation = nil
        }
    }

    /// Starts to wait for the next event that meets the condition; the returned task ends with it.
    func next(_ isAwaited: @escaping @Sendable (SessionEvent) -> Bool) -> Task<Void, Never> {
        state.withLock { state in
            state.isAwaited = isAwaited
            state.isMet = false
        }
        return Task {
            await withCheckedContinuation { continuation in
                let isMet = state.withLock { state in
                    if !state.isMet { state.continuation = continuation }
                    return state.isMet
                }
                if isMet { continuation.resume() }
            }
        }
    }
}

extension SessionEvent {
    /// Whether it holds new text of a reply.
    fileprivate var isPiece: Bool {
        switch self {
        case .chunk: true
        case .message(let message): message.state == .streaming
        default: false
        }
    }
}
