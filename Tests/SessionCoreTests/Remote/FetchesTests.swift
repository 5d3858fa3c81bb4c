import Foundation
import Testing

@testable import SessionCore

struct FetchesTests {
    private let today = Date(timeIntervalSince1970: 1000)
    private let unreachable = ServiceError(.unreachable, "No network.")

    @Test func onePageIsUnderWayAtATime() {
        var fetches = Fetches<String>()
        let begun = ["a", "a", "b"].map { fetches.begin($0) }
        #expect(begun == [true, false, true])
        fetches.end("a")
        let again = fetches.begin("a")
        #expect(again)
        #expect(fetches.wake == nil)
    }

    @Test func aFailureThatPassesIsTriedAgainLessAndLessOftenAndThenLeft() {
        var fetches = Fetches<String>()
        var now = Duration.zero
        var pauses: [Duration] = []
        _ = fetches.begin("a")
        while case .waiting = fetches.failed("a", unreachable, at: now, today: today, random: 0.5) {
            #expect(fetches.isHeld("a"))
            let wake = fetches.wake ?? now
            pauses.append(wake - now)
            let early = fetches.due(at: now)
            now = wake
            let due = fetches.due(at: now)
            #expect(early.isEmpty && due == ["a"])
        }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(fetches.isHeld("a"))
        #expect(fetches.wake == nil)
        let onThePersonsWord = fetches.begin("a")
        #expect(onThePersonsWord)
    }

    @Test func aServiceThatGivesATimeIsAskedThenHoweverOften() {
        var fetches = Fetches<String>()
        let limited = ServiceError(.rateLimited, "Slow down.", retryAt: today.addingTimeInterval(30))
        _ = fetches.begin("a")
        for _ in 1...20 {
            let state = fetches.failed("a", limited, at: .zero, today: today, random: 0.5)
            #expect(state == .waiting(limited, until: today.addingTimeInterval(30)))
            let due = fetches.due(at: .seconds(30))
            #expect(due == ["a"])
        }
    }

    @Test func aRefusalIsNotTriedAgain() {
        var fetches = Fetches<String>()
        _ = fetches.begin("a")
        let refused = ServiceError(.forbidden, "No.")
        let state = fetches.failed("a", refused, at: .zero, today: today, random: 0)
        #expect(state == .failed(refused))
        #expect(fetches.wake == nil)
        fetches.release("a")
        #expect(!fetches.isHeld("a"))
    }
}

struct HistoryAlignmentTests {
    private func words(_ texts: String) -> [HistoryAlignment.Words] {
        texts.map { HistoryAlignment.Words($0.isUppercase ? .user : .agent, String($0)) }
    }

    @Test(
        arguments: [
            ("", "", nil), ("AbCd", "", nil), ("AbCd", "Ef", nil), ("AbCd", "Cd", 2), ("AbCd", "AbCd", 0),
            // Said elsewhere since, and failed here.
            ("AbCdEf", "Cd", 2), ("AbCd", "XCd", 2), ("AbCd", "CdX", 2),
            // The same words more than once.
            ("AbAbAb", "AbAb", 2), ("AbCbAb", "Ab", 4),
        ] as [(String, String, Int?)])
    func startsWhereTheSameIsOnBothSides(_ history: String, _ here: String, _ start: Int?) {
        #expect(HistoryAlignment(of: words(history), with: words(here)).start == start)
    }

    @Test(
        arguments: [
            ("AbCd", "Ab", 2), ("AbCd", "AbCd", 4), ("AbCd", "", nil), ("AbCd", "AbX", nil),
            // Not for certain: something that came before is another.
            ("AbCdEf", "Xd", nil), ("AbAbAbCd", "AbAb", 6),
            // The history is a page of the newest, the store holds more.
            ("CdEfGh", "AbCdEf", 4),
        ] as [(String, String, Int?)])
    func goesOnAfterTheLastThatIsHere(_ history: String, _ here: String, _ place: Int?) {
        #expect(HistoryAlignment.continuation(of: words(history), after: words(here)) == place)
    }
}
