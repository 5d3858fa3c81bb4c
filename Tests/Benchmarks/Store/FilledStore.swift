import SessionCore
import Synchronization
import TestSupport

/// A session manager over a store on disk, filled through its own doors: tasks by a listing, messages by a history.
final class FilledStore: Sendable {
    let store: SessionStore
    /// The task with all the messages.
    let task: ChatTask.ID
    private let manager: SessionManager
    private let events: EventTap
    private let folder: TemporaryFolder

    struct NotFilled: Error {}

    init(_ service: PlayedService) async throws {
        folder = try TemporaryFolder()
        store = try SessionStore(path: folder.file("parley.sqlite"))
        let events = EventTap()
        self.events = events
        manager = SessionManager(store: store, accounts: ["played": service]) { events.take($0) }
        await manager.start()
        let listed = events.next { if case .tasks = $0 { true } else { false } }
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

    /// Sends a message and sees how its reply comes in.
    /// - Returns: seconds until it was whole, and the times at which its pieces were told.
    func reply(told: AsyncStream<Void>.Continuation? = nil) async -> (seconds: Double, pieces: [Double]) {
        let over = events.next { if case .turn(let turn) = $0 { turn.state.isOver } else { false } }
        events.record(telling: told)
        let start = wallTime()
        manager.submit(.send(task, text: "Go on", mode: .streamed))
        await over.value
        return (wallTime() - start, events.pieces)
    }

    func close() async { await manager.shutdown() }
}

/// Watches what a session manager tells.
final class EventTap: Sendable {
    private struct State {
        var isAwaited: (@Sendable (SessionEvent) -> Bool)?
        var continuation: CheckedContinuation<Void, Never>?
        var isMet = false
        var pieces: [Double] = []
        var told: AsyncStream<Void>.Continuation?
    }

    private let state = Mutex(State())

    /// When pieces of a reply were told since ``record(telling:)``.
    var pieces: [Double] { state.withLock { $0.pieces } }

    func record(telling told: AsyncStream<Void>.Continuation?) {
        state.withLock { state in
            state.pieces = []
            state.told = told
        }
    }

    func take(_ event: SessionEvent) {
        state.withLock { state in
            if event.isPiece {
                state.pieces.append(wallTime())
                state.told?.yield()
            }
            guard let isAwaited = state.isAwaited, isAwaited(event) else { return }
            state.isAwaited = nil
            state.isMet = true
            state.continuation?.resume()
            state.continuation = nil
        }
    }

    /// Waits from now on, though not yet here, for the next event that meets the condition.
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
    /// Whether it tells of new text of a reply.
    fileprivate var isPiece: Bool {
        switch self {
        case .chunk: true
        case .message(let message): message.state == .streaming
        default: false
        }
    }
}
