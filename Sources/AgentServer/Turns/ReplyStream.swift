import Agents
import AsyncAlgorithms

/// The answer to an attended turn as it is written. Each event waits until it has been taken, so a slow reader holds the agent
/// back. Who lets go of the stream before its end stops the turn.
final class ReplyStream: Sendable {
    let turn: Turn
    private let events: AsyncThrowingChannel<TurnEvent, any Error>
    private let work: Task<Void, Never>
    /// Taken among the replies of a key until this one is let go of.
    private let place: AdmissionControl.Place?

    init(
        turn: Turn, events: AsyncThrowingChannel<TurnEvent, any Error>, work: Task<Void, Never>,
        place: AdmissionControl.Place?
    ) {
        self.turn = turn
        self.events = events
        self.work = work
        self.place = place
    }

    deinit {
        work.cancel()
    }

    /// The next event; nil when the answer is whole and in the store.
    /// - Throws: an ``AgentFailure`` when the turn failed, `CancellationError` when it was stopped.
    func next() async throws -> TurnEvent? {
        var iterator = events.makeAsyncIterator()
        return try await iterator.next()
    }

    /// Stops the turn; what was said is kept.
    func cancel() {
        work.cancel()
    }
}
