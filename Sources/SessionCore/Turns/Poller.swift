import Collections
import Foundation
import Timing

/// When each running turn is polled next. It holds no timer and makes no request: it is given the time, and returns what
/// to poll now and when to come back.
///
/// However many turns run, no more than ``limit`` polls are under way, and no more than ``rate`` begin in a second; the one that is
/// overdue longest goes first. One turn, which the person looks at, is polled beside them at its own pace. An answer to a poll
/// that is not under way, or to an earlier attempt of the turn, is dropped. No call costs more for many turns than for few, other
/// than by the depth of a heap.
struct Poller {
    enum Outcome: Hashable, Sendable {
        case running
        case over
        /// The poll failed.
        case trouble(ServiceError)
    }

    enum Verdict: Hashable, Sendable {
        /// The answer does not count.
        case stale
        case goesOn
        /// The service has said, for the first time, that it does not know the turn. A service that is being updated says so too.
        case doubted
        case ended
    }

    private struct Slot: Comparable {
        var due: Duration
        var turn: Turn.ID
        /// Which of the slots of a turn is the valid one.
        var number: Int

        static func < (one: Slot, other: Slot) -> Bool {
            (one.due, one.turn, one.number) < (other.due, other.turn, other.number)
        }
    }

    private struct Entry {
        var generation: Int
        var due: Duration
        var slot = 0
        /// Whether a poll is under way, and whether it counts against the limit.
        var isAsked = false
        var isCounted = false
        /// Answers in which it still ran.
        var answers = 0
        /// Failed polls in a row, and those in which the service did not know the turn.
        var troubles = 0
        var denials = 0
    }

    /// How often in a row the service has to say that it does not know a turn.
    private static let denialLimit = 2

    /// Polls under way at once.
    let limit: Int
    /// Polls that begin in a second, in the long run; that many may begin at once.
    let rate: Int
    private var entries: [Turn.ID: Entry] = [:]
    /// Every turn that no poll is under way for has one valid slot; the first slot is valid.
    private var schedule = Heap<Slot>()
    private var slots = 0
    private var asked = 0
    private var preferred: Turn.ID?
    /// The time at which all polls so far would have begun, one after the other at the rate.
    private var spent = Duration.zero

    init(limit: Int = 4, rate: Int = 20) {
        self.limit = limit
        self.rate = max(1, rate)
    }

    private var interval: Duration { .seconds(1) / rate }
    /// The earliest time at which the rate allows another poll.
    private var allowed: Duration { spent - interval * (rate - 1) }

    /// When ``due(at:)`` has something again; nil when that does not depend on the time.
    var wake: Duration? {
        let next = asked < limit ? schedule.min.map { max($0.due, allowed) } : nil
        return [next, preferredDue].compactMap(\.self).min()
    }

    private var preferredDue: Duration? {
        preferred.flatMap { entries[$0] }.flatMap { $0.isAsked ? nil : $0.due }
    }

    /// Begins to poll a turn at this time, and then less and less often.
    mutating func add(_ attempt: TurnAttempt, due: Duration) {
        remove(attempt.turn)
        schedule(attempt.turn, Entry(generation: attempt.generation, due: due))
    }

    mutating func remove(_ turn: Turn.ID) {
        guard let removed = entries.removeValue(forKey: turn) else { return }
        if removed.isCounted { asked -= 1 }
        tidy()
    }

    /// The turn that the person looks at.
    mutating func prefer(_ turn: Turn.ID?) { preferred = turn }

    /// The polls to make now. Each is under way until ``answered(_:_:at:today:random:)`` is called for it.
    mutating func due(at now: Duration) -> [TurnAttempt] {
        var due: [TurnAttempt] = []
        if let preferred, let time = preferredDue, time <= now { due += begin(preferred, isCounted: false) }
        while asked < limit, allowed <= now, let first = schedule.min, first.due <= now {
            spent = max(spent, now) + interval
            due += begin(first.turn, isCounted: true)
        }
        return due
    }

    private mutating func begin(_ turn: Turn.ID, isCounted: Bool) -> [TurnAttempt] {
        guard var entry = entries[turn] else { return [] }
        entry.isAsked = true
        entry.isCounted = isCounted
        if isCounted { asked += 1 }
        entries[turn] = entry
        tidy()
        return [TurnAttempt(turn: turn, generation: entry.generation)]
    }

    /// - Parameter today: the time of day, which ``ServiceError/retryAt`` is compared with.
    mutating func answered(
        _ attempt: TurnAttempt, _ outcome: Outcome, at now: Duration, today: Date, random: Double
    ) -> Verdict {
        guard var entry = entries[attempt.turn], entry.generation == attempt.generation, entry.isAsked else {
            return .stale
        }
        if entry.isCounted { asked -= 1 }
        (entry.isAsked, entry.isCounted) = (false, false)
        var verdict = Verdict.goesOn
        switch outcome {
        case .over: return end(attempt.turn)
        case .running:
            entry.answers += 1
            (entry.troubles, entry.denials) = (0, 0)
            entry.due = now + Backoff.polling.delay(after: entry.answers, random: random)
        case .trouble(let error) where error.deniesTurn:
            entry.denials += 1
            guard entry.denials < Self.denialLimit else { return end(attempt.turn) }
            entry.due = now + Backoff.polling.delay(after: .max, random: random)
            verdict = .doubted
        case .trouble(let error):
            let pause = Backoff.trouble.delay(after: entry.troubles, random: random)
            let asked = error.retryAt.map { Duration.seconds($0.timeIntervalSince(today)) } ?? .zero
            entry.troubles += 1
            entry.denials = 0
            entry.due = now + max(pause, asked)
        }
        schedule(attempt.turn, entry)
        return verdict
    }

    private mutating func end(_ turn: Turn.ID) -> Verdict {
        entries[turn] = nil
        tidy()
        return .ended
    }

    // MARK: The schedule

    private mutating func schedule(_ turn: Turn.ID, _ entry: Entry) {
        slots += 1
        var entry = entry
        entry.slot = slots
        entries[turn] = entry
        schedule.insert(Slot(due: entry.due, turn: turn, number: slots))
        tidy()
    }

    private func isValid(_ slot: Slot) -> Bool {
        entries[slot.turn].map { $0.slot == slot.number && !$0.isAsked } ?? false
    }

    /// Drops invalid slots from the front, and all of them when they are the most.
    private mutating func tidy() {
        while let first = schedule.min, !isValid(first) { schedule.removeMin() }
        if schedule.count > 2 * entries.count + 32 { schedule = Heap(schedule.unordered.filter(isValid)) }
    }
}
