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
            if case .text(let piece) = event, !piece.isEmpty { return piece }
        }
        return nil
    }

    /// Waits for the complete answer.
    func wholeText() async throws -> String {
        var text = ""
        while let piece = try await nextText() { text += piece }
        return text
    }

    /// Stops the turn; the answer is kept as far as it came.
    func cancel() {
        work.cancel()
    }
}
