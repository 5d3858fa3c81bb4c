import AgentAPI
import SessionCore
import Testing

@testable import AgentClient

@Suite struct LyzrThoughtsTests {
    @Test("A tool call within a thought ends it, and the rest does not overwrite it")
    func interruptedThought() throws {
        var reply = LyzrReply()
        let events =
            try reply.apply(.thinking("before"))
            + reply.apply(.toolCall(id: "t", name: "search", arguments: [:]))
            + reply.apply(.thinking("after")) + reply.endThinking()
        let steps = events.reduce(into: [String: String]()) { steps, event in
            if case .step(let step) = event { steps[step.id] = step.detail }
        }
        #expect(steps["thinking:1"] == "before")
        #expect(steps["thinking:2"] == "after")
    }
}
