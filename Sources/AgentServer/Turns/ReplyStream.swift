import Agents
import AsyncAlgorithms

/// The answer to an attended turn as it is written. Each event waits until it is consumed, so a slow reader holds the agent back.
/// Releasing the stream before its end stops the turn.
final class ReplyStream: Sendable {
    let turn: StoredTurn
    private let events: AsyncThrowingChannel<TurnEvent, any Error>
    private let work: Task<Void, Never>
    /// Held until this stream is released.
    private let permit: AdmissionControl.Permit?

    init(
        turn: StoredTurn, events: AsyncThrowingChannel<TurnEvent, any Error>, work: Task<Void, Never>,
        permit: AdmissionControl.Permit?
    ) {
        self.turn = turn
        self.events = events
        self.work = work
        self.permit = permit
    }

    deinit {
        work.cancel()
    }

    /// The next event; nil when the answer is complete and stored.
    /// - Throws: ``AgentFailure`` if the turn failed, `CancellationError` if it was stopped.
    func next() async throws -> TurnEvent? {
        var iterator = events.makeAsyncIterator()
        return try await iterator.next()
    }

    /// The next piece of the answer's text; nil when it is complete.
    func nextText() async throws -> String? {
        while let event = try await next() {
            if let piece = event.text, !piece.isEmpty { return piece }
        }
        return nil
    }

    /// Waits for the complete answer.
    /// - Throws: ``AgentFailure`` that also says what was written before, where the client has seen none of it.
    func wholeText() async throws -> String {
        var text = ""
        _ = try await end { text += $0 }
        return text
    }

    /// Waits for the end of the answer.
    /// - Parameter receive: Receives its text.
    /// - Returns: The stored answer.
    /// - Throws: Like ``wholeText()``.
    func end(_ receive: (String) -> Void = { _ in }) async throws -> StoredEntry? {
        var text = ""
        var answer: StoredEntry?
        do {
            while let event = try await next() {
                if let piece = event.text {
                    text += piece
                    receive(piece)
                }
                if case .ended(_, let entry) = event { answer = entry }
            }
            return answer
        } catch let failure as AgentFailure where !text.isEmpty {
            throw AgentFailure("\(failure.message)\nBefore that it wrote:\n\(text)")
        }
    }

    /// Stops the turn; the answer is kept as far as it came.
    func cancel() {
        work.cancel()
    }
}
