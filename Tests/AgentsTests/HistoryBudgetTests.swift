import Testing

@testable import Agents

@Suite struct HistoryBudgetTests {
    @Test func latestMessagesThatFitAreKept() {
        let history: [AgentRequest.Message] = [
            .init(.user, "aaaa"), .init(.agent, "bbbb"), .init(.user, "cccc"), .init(.agent, "dddd"),
        ]
        #expect(HistoryBudget(characters: 100).trim(history) == history)
        #expect(HistoryBudget(characters: 12).trim(history) == Array(history.suffix(2)))
        #expect(HistoryBudget(characters: 8).trim(history) == Array(history.suffix(2)))
        #expect(HistoryBudget(characters: 7).trim(history) == [])
        let summed = [AgentRequest.Message(.summary, "ss")] + history
        #expect(HistoryBudget(characters: 10).trim(summed) == [summed[0]] + history.suffix(2))
        let answered = [summed[0], AgentRequest.Message(.agent, "bbbb")] + history
        #expect(HistoryBudget(characters: 100).trim(answered) == answered)
    }
}
