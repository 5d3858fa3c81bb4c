import Foundation
import Timing

/// Polls running turns: makes the requests that ``PolledTurns`` finds due, and passes on what an answer means. What becomes of the turn
/// is the engine's.
final class Polls {
    private let context: SessionContext
    private var turns: PolledTurns
    private var waiter = PollOnceWaiter()

    init(_ context: SessionContext) {
        self.context = context
        turns = PolledTurns(limits: context.limits)
    }

    /// When ``pollDue()`` has something to do.
    var nextWake: Duration? { turns.wake }

    /// Begins to poll a turn that has just begun to run.
    func start(_ turn: Turn, in task: ChatTask) {
        guard let running = RunningTurn(turn, in: task) else { return }
        start(running, after: Backoff.polling.delay(after: 0, random: context.random()))
    }

    /// Polls at once turns that ran before.
    /// - Returns: those whose account is there.
    func adopt(_ running: [RunningTurn]) -> Set<Turn.ID> {
        for turn in running { start(turn, after: .zero) }
        return Set(running.filter { context.accounts[$0.account] != nil }.map(\.turn.id))
    }

    private func start(_ running: RunningTurn, after delay: Duration) {
        let hasAccount = context.accounts[running.account] != nil
        turns.start(running, due: hasAccount ? context.uptime + delay : nil)
    }

    func stop(_ turn: Turn.ID) { turns.stop(turn) }

    /// Stops polling turns that another program has ended.
    func stopEnded() async throws {
        for turn in turns.ids where try await context.store.turn(turn)?.state != .running { stop(turn) }
    }

    /// Goes on with the turns of accounts that have come back, and leaves those of accounts that are gone.
    func accountsChanged() { turns.restart(accounts: Set(context.accounts.keys), at: context.uptime) }

    func pollDue() {
        for question in turns.due(at: context.uptime) {
            guard let service = context.accounts[question.account] else {
                turns.suspend(question.attempt.turn)
                continue
            }
            context.request {
                .polled(
                    question.attempt, await ServiceError.catching { try await service.poll(question.ticket) })
            }
        }
    }

    /// - Returns: what an answer means for its turn; nil for nothing.
    func answered(
        _ attempt: TurnAttempt, _ result: Result<PollAnswer, ServiceError>
    ) -> PolledTurns.Outcome? {
        guard !context.isClosing else { return nil }
        return turns.answered(
            attempt, result, at: context.uptime, today: context.now, random: context.random())
    }

    // MARK: Polling once

    /// Resumes the caller when each of these turns has been polled, or after the timeout.
    func wait(
        for turns: Set<Turn.ID>, timeout: Duration, _ continuation: CheckedContinuation<Void, Never>
    ) {
        guard waiter.wait(for: turns, continuation) else { return }
        let deadline = context.uptime + timeout
        context.request { [clock = context.clock] in
            (try? await clock.sleep(deadline)) != nil ? .pollOnceTimedOut : nil
        }
    }

    /// The answer to a poll is stored and emitted.
    func handled(_ turn: Turn.ID) { waiter.polled(turn) }

    /// Resumes the caller of ``wait(for:timeout:_:)``, if there is one.
    func endWait() { waiter.end() }
}
