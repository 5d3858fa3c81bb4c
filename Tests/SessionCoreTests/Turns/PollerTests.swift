import Foundation
import TestSupport
import Testing

@testable import SessionCore

@Suite struct PollerTests {
    private static let today = Date(timeIntervalSince1970: 5000)

    private func key(_ turn: Turn.ID, _ generation: Int = 1) -> TurnAttempt {
        TurnAttempt(turn: turn, generation: generation)
    }

    private func answer(
        _ poller: inout Poller, _ key: TurnAttempt, _ outcome: Poller.Outcome = .running, at now: Duration
    ) -> Bool {
        poller.answered(key, outcome, at: now, today: Self.today, random: 0.5) != .stale
    }

    @Test func nothingIsDueWhenNothingRuns() {
        var poller = Poller()
        #expect(poller.wake == nil)
        poller.add(key(2), due: .seconds(1))
        #expect(poller.wake == .seconds(1))
        poller.remove(2)
        #expect(poller.wake == nil)
    }

    @Test func aTurnIsPolledLessAndLessOften() {
        var poller = Poller()
        poller.add(key(2), due: .zero)
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<6 {
            #expect(poller.due(at: now) == [key(2)])
            #expect(poller.wake == nil, "it is being asked")
            #expect(answer(&poller, key(2), at: now))
            let wake = poller.wake ?? .zero
            waits.append(wake - now)
            #expect(poller.due(at: wake - .nanoseconds(1)).isEmpty)
            now = wake
        }
        #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10), .seconds(10)])
    }

    @Test func troubleIsWaitedForLongerAndForgottenAfterAnAnswer() {
        var poller = Poller()
        poller.add(key(2), due: .zero)
        let error = ServiceError(.unreachable, "No network.")
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<8 {
            _ = poller.due(at: now)
            #expect(answer(&poller, key(2), .trouble(error), at: now))
            let wake = poller.wake ?? .zero
            waits.append(wake - now)
            now = wake
        }
        #expect(waits.map { $0 / .seconds(1) } == [1, 2, 4, 8, 16, 32, 60, 60])
        _ = poller.due(at: now)
        #expect(answer(&poller, key(2), at: now))
        #expect(poller.wake == now + .seconds(1))
    }

    @Test func theServiceSaysWhenItMayBePolledAgain() {
        var poller = Poller()
        poller.add(key(2), due: .zero)
        _ = poller.due(at: .zero)
        let error = ServiceError(.rateLimited, "Slow down.", retryAt: Self.today.addingTimeInterval(90))
        #expect(answer(&poller, key(2), .trouble(error), at: .zero))
        #expect(poller.wake == .seconds(90))
        _ = poller.due(at: .seconds(90))
        let past = ServiceError(.rateLimited, "Slow down.", retryAt: Self.today.addingTimeInterval(-90))
        #expect(answer(&poller, key(2), .trouble(past), at: .seconds(90)))
        #expect(poller.wake == .seconds(92))
    }

    @Test func theServiceHasToDenyATurnTwiceInARow() {
        var poller = Poller()
        poller.add(key(2), due: .zero)
        func verdict(_ outcome: Poller.Outcome) -> Poller.Verdict {
            let now = poller.wake ?? .zero
            _ = poller.due(at: now)
            return poller.answered(key(2), outcome, at: now, today: Self.today, random: 0.5)
        }
        let gone = Poller.Outcome.trouble(ServiceError(.notFound, "Gone."))
        #expect(verdict(gone) == .doubted)
        #expect(poller.wake == .seconds(10), "a service that is being updated gets some time")
        #expect(verdict(.running) == .goesOn)
        #expect(verdict(gone) == .doubted)
        #expect(verdict(.trouble(ServiceError(.service, "Bad gateway."))) == .goesOn)
        #expect(verdict(gone) == .doubted)
        #expect(verdict(gone) == .ended)
        #expect(poller.wake == nil)
    }

    @Test func staleAnswersAreDropped() {
        var poller = Poller()
        poller.add(key(2, 1), due: .zero)
        #expect(!answer(&poller, key(2, 1), at: .zero), "not asked")
        _ = poller.due(at: .zero)
        poller.add(key(2, 2), due: .zero)
        #expect(!answer(&poller, key(2, 1), .over, at: .zero), "an earlier attempt")
        #expect(poller.due(at: .zero) == [key(2, 2)])
        poller.remove(2)
        #expect(!answer(&poller, key(2, 2), at: .zero), "stopped meanwhile")
    }

    @Test func noMoreThanTheLimitArePolledAtOnceAndEveryTurnGetsItsShare() {
        var poller = Poller(limit: 3, rate: 1000)
        let turns = (1...50).map { Turn.ID($0 * 2) }
        for turn in turns { poller.add(key(turn), due: .zero) }
        var asked: [Turn.ID: Int] = [:]
        var open: [TurnAttempt] = []
        var now = Duration.zero
        for _ in 0..<1000 {
            for key in poller.due(at: now) {
                asked[key.turn, default: 0] += 1
                open.append(key)
            }
            #expect(open.count <= 3)
            now += .milliseconds(50)
            if !open.isEmpty { #expect(answer(&poller, open.removeFirst(), at: now)) }
        }
        let counts = asked.values.sorted()
        #expect(asked.count == 50)
        #expect((counts.last ?? 0) - (counts.first ?? 0) <= 2)
    }

    @Test func aStoppedTurnFreesItsPlace() {
        var poller = Poller(limit: 1)
        poller.add(key(2), due: .zero)
        poller.add(key(4), due: .zero)
        #expect(poller.due(at: .zero) == [key(2)])
        #expect(poller.due(at: .zero).isEmpty)
        #expect(poller.wake == nil)
        poller.remove(2)
        #expect(poller.wake == .zero)
        #expect(poller.due(at: .zero) == [key(4)])
    }

    /// Answers at once that everything still runs, until this time.
    /// - Returns: when each poll began.
    private func run(_ poller: inout Poller, until end: Duration) -> [(turn: Turn.ID, at: Duration)] {
        var polls: [(Turn.ID, Duration)] = []
        while let now = poller.wake, now <= end {
            for key in poller.due(at: now) {
                polls.append((key.turn, now))
                #expect(answer(&poller, key, at: now))
            }
        }
        return polls
    }

    @Test func theRateOfAllDoesNotGrowWithTheirNumber() {
        var poller = Poller(rate: 20)
        for turn in 1...5000 { poller.add(key(Turn.ID(turn)), due: .zero) }
        let polls = run(&poller, until: .seconds(100))
        #expect((1990...2020).contains(polls.count), "\(polls.count)")
        for second in 0..<99 {
            let window = Duration.seconds(second)..<Duration.seconds(second + 1)
            #expect(polls.count { window.contains($0.at) } <= 39, "a second's worth may have been saved up")
        }
        #expect(Set(polls.map(\.turn)).count == polls.count, "the one that is overdue longest goes first")
    }

    @Test func theTurnOnTheScreenIsPolledAtItsOwnPace() {
        var poller = Poller(rate: 1)
        for turn in 1...500 { poller.add(key(Turn.ID(turn)), due: .zero) }
        poller.prefer(400)
        let times = run(&poller, until: .seconds(36)).filter { $0.turn == 400 }.map(\.at)
        #expect(
            times == [.zero, .seconds(1), .seconds(3), .seconds(7), .seconds(15), .seconds(25), .seconds(35)])
        poller.prefer(nil)
        #expect(
            run(&poller, until: .seconds(100)).allSatisfy { $0.turn != 400 },
            "it has its place among the others")
    }

    /// Adds, removes, prefers and answers in any order, beside a list that is searched from end to end.
    @Test(arguments: 0..<UInt64(60))
    func itAgreesWithASimpleList(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var poller = Poller(limit: 3, rate: 1000)
        var list: [Turn.ID: (due: Duration, isAsked: Bool)] = [:]
        var now = Duration.zero
        for _ in 0..<400 {
            now += .milliseconds(Int.random(in: 0...700, using: &random))
            let turn = Turn.ID.random(in: 1...12, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                poller.add(key(turn), due: now)
                list[turn] = (now, false)
            case 1:
                poller.remove(turn)
                list[turn] = nil
            case 2, 3:
                let free = max(0, 3 - list.values.count(where: \.isAsked))
                let due = list.filter { !$0.value.isAsked && $0.value.due <= now }
                    .sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }.prefix(free).map(\.key)
                #expect(poller.due(at: now).map(\.turn) == due)
                for turn in due { list[turn]?.isAsked = true }
            default:
                let error = ServiceError(.rateLimited, "", retryAt: Self.today.addingTimeInterval(2))
                let isAsked = list[turn]?.isAsked == true
                let verdict = poller.answered(
                    key(turn), .trouble(error), at: now, today: Self.today, random: 0.5)
                #expect((verdict != .stale) == isAsked)
                guard isAsked else { continue }
                poller.add(key(turn), due: now + .seconds(2))
                list[turn] = (now + .seconds(2), false)
            }
            let isFull = list.values.count(where: \.isAsked) >= 3
            let next = list.values.filter { !$0.isAsked }.map(\.due).min()
            #expect(poller.wake.map { max($0, now) } == (isFull ? nil : next.map { max($0, now) }))
        }
    }
}
