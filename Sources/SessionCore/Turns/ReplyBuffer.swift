import Synchronization

/// Gathers the events of one streamed reply while the store is busy with earlier ones: a writer that falls behind gets
/// all of them in one piece. A connection that delivers faster than the store writes is held back.
final class ReplyBuffer: Sendable {
    fileprivate struct State {
        var events: [ReplyEvent] = []
        /// Text behind the events, in one piece.
        var text = ""
        var size = 0
        var isAnnounced = false
        var isClosed = false
        var waiter: CheckedContinuation<Void, any Error>?
    }

    private let state = Mutex(State())
    private let limit: Int
    private let announce: @Sendable () -> Void

    /// - Parameters:
    ///   - limit: bytes that may gather before ``put(_:)`` waits.
    ///   - announce: called when there is something to drain again. It must not drain it itself.
    init(limit: Int = 256 * 1024, announce: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.announce = announce
    }

    /// Adds an event behind the others, and waits while too much has gathered.
    /// - Throws: `CancellationError` when the calling task is cancelled or the buffer is closed.
    func put(_ event: ReplyEvent) async throws {
        let (isFirst, isFull) = try state.withLock { state in
            guard !state.isClosed else { throw CancellationError() }
            state.add(event)
            defer { state.isAnnounced = true }
            return (!state.isAnnounced, state.size >= limit)
        }
        if isFirst { announce() }
        if isFull { try await waitForRoom() }
    }

    /// Everything that has gathered, in order.
    func drain() -> [ReplyEvent] {
        let (events, waiter) = state.withLock { state in
            state.closeText()
            defer {
                state.events = []
                state.size = 0
                state.isAnnounced = false
                state.waiter = nil
            }
            return (state.events, state.waiter)
        }
        waiter?.resume()
        return events
    }

    /// Takes no more events.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(throwing: CancellationError())
    }

    private func waitForRoom() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if state.isClosed { return .failure(CancellationError()) }
                    if state.size < limit { return .success(()) }
                    state.waiter = continuation
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            close()
        }
    }
}

extension ReplyBuffer.State {
    mutating func add(_ event: ReplyEvent) {
        switch event {
        case .text(let more):
            text += more
            size += more.utf8.count
        case .wholeText(let whole):
            // What it replaces need not be written.
            events.removeAll {
                if case .text = $0 { true } else if case .wholeText = $0 { true } else { false }
            }
            text = ""
            events.append(event)
            size = whole.utf8.count + 64 * events.count
        case .step(let step):
            closeText()
            events.append(event)
            size += step.title.utf8.count + step.detail.utf8.count + 64
        default:
            closeText()
            events.append(event)
            size += 64
        }
    }

    mutating func closeText() {
        guard !text.isEmpty else { return }
        events.append(.text(text))
        text = ""
    }
}
