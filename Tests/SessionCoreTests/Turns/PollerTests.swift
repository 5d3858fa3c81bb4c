import Foundation
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
        poller.answered(key, outcome, at: now, today: Self.today, random: 0.5)
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

    @Test func aFailureThatEndsTheTurnEndsThePolling() {
        var poller = Poller()
        poller.add(key(2), due: .zero)
        _ = poller.due(at: .zero)
        #expect(answer(&poller, key(2), .trouble(ServiceError(.notFound, "Gone.")), at: .zero))
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
        var poller = Poller(limit: 3)
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
}
