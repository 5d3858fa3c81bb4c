import Foundation
import Timing

/// Polls running turns: makes the requests that ``PolledTurns`` finds due, and passes on what an answer means. What becomes of the turn
/// is the engine's.
final class Polls {
    private let context: SessionContext
    private var turns: PolledTurns
    private var waiter = PollOnceWaiter()

    /// - Parameter rate: how many polls may begin in a second.
    init(_ context: SessionContext, rate: Int) {
        self.context = context
        turns = PolledTurns(limits: context.limits, rate: rate)
    }

    /// When ``pollDue()`` has something to do.
    var nextWake: Duration? { turns.wake }

    /// Begins to poll a turn that has just begun to run.
    func start(_ turn: Turn, in task: ChatTask) {
        start(RunningTurn(turn, in: task), after: Backoff.polling.delay(after: 0, random: context.random()))
    }

    /// Polls at once turns that ran before.
    func adopt(_ running: [RunningTurn]) {
        for turn in running { start(turn, after: .zero) }
    }

    private func start(_ running: RunningTurn, after delay: Duration) {
        turns.start(running, due: context.uptime + delay)
    }

    func stop(_ turn: Turn.ID) { turns.stop(turn) }

    /// The person looks at this task.
    func show(_ task: ChatTask.ID) { turns.show(task) }

    /// - Parameter tasks: nil for those of all tasks.
    func attempts(in tasks: [ChatTask.ID]?) -> [TurnAttempt] { turns.attempts(in: tasks) }

    /// Stops polling the turns of accounts that are gone.
    /// - Returns: those turns.
    func stopOfMissingAccounts() -> [Turn.ID] {
        let stopped = turns.turns(except: Set(context.accounts.keys))
        for turn in stopped { turns.stop(turn) }
        return stopped
    }

    func pollDue() {
        for poll in turns.due(at: context.uptime) {
            guard let service = context.accounts[poll.running.account] else {
                turns.stop(poll.attempt.turn)
                continue
            }
            let isLate = context.now > poll.running.lastAnswer
            context.request { [store = context.store] in
                .polled(
                    poll.attempt,
                    await ServiceError.catching {
                        try await poll.running.poll(service, in: store, isLate: isLate)
                    })
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
