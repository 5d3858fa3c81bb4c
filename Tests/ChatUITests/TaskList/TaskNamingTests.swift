import SessionCore
import Testing

@testable import ChatUI

/// Tasks on the screen that their service gives no title are named by what was said in them.
@Suite struct TaskNamingTests {
    private func scenario(_ count: Int, rows: Int = 24) -> Scenario {
        Scenario(
            rows: rows,
            tasks: [Scenario.task("first", "Titled")]
                + (0..<count).map {
                    Scenario.task("\($0)", "", minutesAgo: Double($0 + 1), serviceID: "s\($0)")
                })
    }

    private func named(_ scenario: Scenario) -> [String] {
        scenario.intents.compactMap { if case .name(let id) = $0 { id.rawValue } else { nil } }
    }

    @Test func theyAreAskedForOnceAndAFewAtATime() {
        var scenario = scenario(5)
        _ = scenario.screen()
        #expect(named(scenario) == ["0", "1"])
        _ = scenario.screen()
        #expect(named(scenario) == ["0", "1"])
        scenario.receive(.history(ChatTask.ID(rawValue: "1"), .loading))
        scenario.receive(.history(ChatTask.ID(rawValue: "1"), .complete))
        scenario.receive(.task(Scenario.task("1", "Named", minutesAgo: 2, serviceID: "s1")))
        _ = scenario.screen()
        #expect(named(scenario) == ["0", "1", "2"])
        #expect(scenario.screen().contains("Untitled"))
    }

    @Test func onlyThoseOnTheScreenAre() {
        var scenario = scenario(30, rows: 8)
        for _ in 0..<30 {
            _ = scenario.screen()
            for id in named(scenario) { scenario.receive(.history(ChatTask.ID(rawValue: id), .complete)) }
        }
        #expect(named(scenario) == ["0", "1", "2"])
    }

    @Test func aServiceThatDoesNotAnswerIsLeftAlone() {
        var scenario = scenario(5)
        _ = scenario.screen()
        let error = ServiceError(.unreachable, "No network.")
        scenario.receive(.history(ChatTask.ID(rawValue: "0"), .failed(error)))
        _ = scenario.screen()
        #expect(named(scenario) == ["0", "1"])
    }
}
