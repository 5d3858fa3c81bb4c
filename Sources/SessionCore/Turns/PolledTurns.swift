import Foundation
import Timing

/// The running turns that are polled: when each is due (``Poller``), by which ticket, what is known of its reply, and what
/// an answer means for the turn. It makes no request and writes nothing.
struct PolledTurns {
    /// A poll to make now.
    struct Poll: Hashable, Sendable {
        var attempt: TurnAttempt
        var running: RunningTurn
    }

    /// What an answer means for its turn.
    struct Outcome: Hashable, Sendable {
        var event: TurnMachine.Event
        var delta: ReplyDelta?
    }

    private struct Entry {
        var running: RunningTurn
        var assembly: ReplyAssembly
        /// Whether the last poll failed, which the turn shows.
        var isTroubled: Bool
    }

    private let limits: ReplyLimits
    private var poller: Poller
    private var entries: [Turn.ID: Entry] = [:]
    /// A task has one running turn.
    private var turns: [ChatTask.ID: Turn.ID] = [:]
    /// The task that the person looks at.
    private var shown: ChatTask.ID?

    /// - Parameter rate: how many polls may begin in a second.
    init(limits: ReplyLimits = ReplyLimits(), rate: Int = 20) {
        self.limits = limits
        poller = Poller(rate: rate)
    }

    /// When ``due(at:)`` has something again.
    var wake: Duration? { poller.wake }

    /// The attempts that are polled.
    /// - Parameter tasks: nil for those of all tasks.
    func attempts(in tasks: [ChatTask.ID]?) -> [TurnAttempt] {
        let ids = tasks.map { $0.compactMap { turns[$0] } } ?? Array(entries.keys)
        return ids.compactMap { entries[$0] }.map { TurnAttempt($0.running.turn) }
    }

    /// The turns of other accounts than these.
    func turns(except accounts: Set<AccountName>) -> [Turn.ID] {
        entries.filter { !accounts.contains($0.value.running.account) }.map(\.key)
    }

    /// The person looks at this task: its turn is polled at its own pace.
    mutating func show(_ task: ChatTask.ID) {
        shown = task
        poller.prefer(turns[task])
    }

    /// Begins to poll a turn.
    /// - Parameter due: when first.
    mutating func start(_ running: RunningTurn, due: Duration) {
        let turn = running.turn
        entries[turn.id] = Entry(
            running: running, assembly: ReplyAssembly(isKnown: turn.reply == nil, limits: limits),
            isTroubled: turn.failure != nil)
        turns[turn.task] = turn.id
        poller.add(TurnAttempt(turn), due: due)
        if turn.task == shown { poller.prefer(turn.id) }
    }

    mutating func stop(_ turn: Turn.ID) {
        poller.remove(turn)
        guard let task = entries.removeValue(forKey: turn)?.running.turn.task, turns[task] == turn else {
            return
        }
        turns[task] = nil
    }

    /// The polls to make now. Each is under way until ``answered(_:_:at:today:random:)`` is called for it.
    mutating func due(at now: Duration) -> [Poll] {
        poller.due(at: now).compactMap { attempt in
            guard let running = entries[attempt.turn]?.running else {
                poller.remove(attempt.turn)
                return nil
            }
            return Poll(attempt: attempt, running: running)
        }
    }

    /// - Parameter today: the time of day, which ``ServiceError/retryAt`` is compared with.
    /// - Returns: nil if the answer is stale, or says nothing new: most do, and cost no write.
    mutating func answered(
        _ attempt: TurnAttempt, _ result: Result<PollAnswer, ServiceError>, at now: Duration, today: Date,
        random: Double
    ) -> Outcome? {
        let outcome = Poller.Outcome(result)
        let verdict = poller.answered(attempt, outcome, at: now, today: today, random: random)
        guard verdict != .stale, let wasTroubled = entries[attempt.turn]?.isTroubled else { return nil }
        switch result {
        case .failure(let error):
            switch verdict {
            case .stale, .doubted: return nil
            case .ended: return Outcome(event: .polled(.failed(error)))
            case .goesOn: break
            }
            entries[attempt.turn]?.isTroubled = true
            return Outcome(event: .pollFailed(error))
        case .success(let answer):
            entries[attempt.turn]?.isTroubled = false
            guard let delta = entries[attempt.turn]?.assembly.restate(answer.events) else { return nil }
            if entries[attempt.turn]?.assembly.isFull == true {
                let isOver = answer.state != .running
                return Outcome(event: .exceeded(.tooLong(limits), isOver: isOver), delta: delta)
            }
            guard answer.state != .running || wasTroubled || !delta.isEmpty else { return nil }
            let asks = entries[attempt.turn]?.assembly.asks == true
            return Outcome(
                event: .polled(answer.state == .done && asks ? .waiting : answer.state), delta: delta)
        }
    }
}

extension Poller.Outcome {
    init(_ result: Result<PollAnswer, ServiceError>) {
        self =
            switch result {
            case .failure(let error): .trouble(error)
            case .success(let answer): answer.state == .running ? .running : .over
            }
    }
}
