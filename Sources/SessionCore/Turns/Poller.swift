import Foundation
import Timing

/// When each running turn is polled next. It holds no timer and makes no request: it is given the time, and returns what
/// to poll now and when to come back.
///
/// No more than ``limit`` polls are under way, however many turns run; the one that is overdue longest goes first. An answer
/// to a poll that is not under way, or to an earlier attempt of the turn, is dropped.
struct Poller {
    enum Outcome: Hashable, Sendable {
        case running
        case over
        /// The poll failed.
        case trouble(ServiceError)
    }

    private struct Entry {
        var due: Duration
        var isAsked = false
        /// Answers in which it still ran.
        var answers = 0
        /// Failed polls in a row.
        var troubles = 0
    }

    /// Polls under way at once.
    let limit: Int
    private var entries: [Turn.ID: (generation: Int, entry: Entry)] = [:]
    private var asked = 0

    init(limit: Int = 4) { self.limit = limit }

    /// When ``due(at:)`` has something again; nil when that does not depend on the time.
    var wake: Duration? {
        guard asked < limit else { return nil }
        return entries.values.lazy.filter { !$0.entry.isAsked }.map(\.entry.due).min()
    }

    /// Begins to poll a turn at this time, and then less and less often.
    mutating func add(_ attempt: TurnAttempt, due: Duration) {
        remove(attempt.turn)
        entries[attempt.turn] = (attempt.generation, Entry(due: due))
    }

    mutating func remove(_ turn: Turn.ID) {
        guard let removed = entries.removeValue(forKey: turn) else { return }
        if removed.entry.isAsked { asked -= 1 }
    }

    /// The polls to make now. Each is under way until ``answered(_:_:at:today:random:)`` is called for it.
    mutating func due(at now: Duration) -> [TurnAttempt] {
        let waiting = entries.lazy.filter { !$0.value.entry.isAsked && $0.value.entry.due <= now }
            .sorted { ($0.value.entry.due, $0.key) < ($1.value.entry.due, $1.key) }
            .prefix(limit - asked)
        for (turn, _) in waiting { entries[turn]?.entry.isAsked = true }
        asked += waiting.count
        return waiting.map { TurnAttempt(turn: $0.key, generation: $0.value.generation) }
    }

    /// - Parameter today: the time of day, which ``ServiceError/retryAt`` is compared with.
    /// - Returns: whether the answer counts; false for a stale one.
    mutating func answered(
        _ attempt: TurnAttempt, _ outcome: Outcome, at now: Duration, today: Date, random: Double
    ) -> Bool {
        guard var entry = entries[attempt.turn]?.entry,
            entries[attempt.turn]?.generation == attempt.generation,
            entry.isAsked
        else { return false }
        entry.isAsked = false
        asked -= 1
        switch outcome {
        case .running:
            entry.answers += 1
            entry.troubles = 0
            entry.due = now + Backoff.polling.delay(after: entry.answers, random: random)
        case .trouble(let error) where !error.endsTurn:
            let pause = Backoff.trouble.delay(after: entry.troubles, random: random)
            let asked = error.retryAt.map { Duration.seconds($0.timeIntervalSince(today)) } ?? .zero
            entry.troubles += 1
            entry.due = now + max(pause, asked)
        case .over, .trouble:
            entries[attempt.turn] = nil
            return true
        }
        entries[attempt.turn]?.entry = entry
        return true
    }
}
