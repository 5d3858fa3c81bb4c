import Foundation
import Timing

/// The running turns that are polled: when each is due (``Poller``), by which ticket, what is known of its reply, and what
/// an answer means for the turn. It makes no request and writes nothing.
struct PolledTurns {
    /// A poll to make now.
    struct Poll: Hashable, Sendable {
        var attempt: TurnAttempt
        var account: AccountName
        var ticket: Ticket
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
    private var poller = Poller()
    private var entries: [Turn.ID: Entry] = [:]

    init(limits: ReplyLimits = ReplyLimits()) { self.limits = limits }

    /// When ``due(at:)`` has something again.
    var wake: Duration? { poller.wake }
    var ids: [Turn.ID] { Array(entries.keys) }

    /// Begins to poll a turn.
    /// - Parameter due: when first; nil while its account is missing: see ``restart(accounts:at:)``.
    mutating func start(_ running: RunningTurn, due: Duration?) {
        let turn = running.turn
        entries[turn.id] = Entry(
            running: running, assembly: ReplyAssembly(isKnown: turn.reply == nil, limits: limits),
            isTroubled: turn.failure != nil)
        if let due { poller.add(TurnAttempt(turn), due: due) }
    }

    mutating func stop(_ turn: Turn.ID) {
        poller.remove(turn)
        entries[turn] = nil
    }

    /// Polls the turns of these accounts at once, and none of others.
    mutating func restart(accounts: Set<AccountName>, at now: Duration) {
        for entry in entries.values {
            poller.remove(entry.running.turn.id)
            guard accounts.contains(entry.running.account) else { continue }
            poller.add(TurnAttempt(entry.running.turn), due: now)
        }
    }

    /// The polls to make now. Each is under way until ``answered(_:_:at:today:random:)`` is called for it.
    mutating func due(at now: Duration) -> [Poll] {
        poller.due(at: now).compactMap { attempt in
            guard let running = entries[attempt.turn]?.running else {
                poller.remove(attempt.turn)
                return nil
            }
            return Poll(attempt: attempt, account: running.account, ticket: running.ticket)
        }
    }

    /// A turn cannot be polled: its account is gone.
    mutating func suspend(_ turn: Turn.ID) { poller.remove(turn) }

    /// - Parameter today: the time of day, which ``ServiceError/retryAt`` is compared with.
    /// - Returns: nil if the answer is stale, or says nothing new: most do, and cost no write.
    mutating func answered(
        _ attempt: TurnAttempt, _ result: Result<PollAnswer, ServiceError>, at now: Duration, today: Date,
        random: Double
    ) -> Outcome? {
        let outcome = Poller.Outcome(result)
        guard poller.answered(attempt, outcome, at: now, today: today, random: random),
            let wasTroubled = entries[attempt.turn]?.isTroubled
        else { return nil }
        switch result {
        case .failure(let error):
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
