import Agents
import TestSupport
import Testing
import Wire

@testable import AgentServer

/// Reasoning and tool calls of an agent are steps in each dialect that has them.
@Suite(.timeLimit(.scaled(minutes: 5))) struct StepTests {
    private func server() async throws -> TestBackend {
        let agent = ScriptedAgent { _, emit in
            try await emit(.thinking("Let me see."))
            try await emit(.toolCall(id: "t1", name: "add", input: #"{"a": 1}"#))
            try await emit(.toolResult(id: "t1", output: "2", isError: false))
            try await emit(.text("two"))
        }
        return try await TestBackend([AgentDefinition(key: "echo", name: "Echo", id: 7, agent: agent)])
    }

    @Test func xagentListsThem() async throws {
        let server = try await server()
        let created = try await server.send(
            .post, "/v1/chat/tasks", #"{"agent_id": 7, "message": {"content": "1 + 1"}}"#)
        #expect(created.status == .accepted)
        try await server.store.whenFinished(try #require(try await server.store.turn(id: 1)))
        let steps = try await server.send(.get, "/v1/chat/tasks/1/steps").json?["steps"]?.elements ?? []
        #expect(steps.map { $0["type"]?.string } == ["message", "thinking", "tool_call", "message"])
        #expect(steps.map { $0["status"]?.string } == Array(repeating: "completed", count: 4))
        #expect(steps[2]["data"] == ["name": "add", "args": ["a": 1], "result": 2])
    }

    @Test func vectaraHasAnEventForEach() async throws {
        let server = try await server()
        _ = try await server.send(.post, "/v2/agents/echo/sessions", #"{"key": "s"}"#)
        let response = try await server.send(
            .post, "/v2/agents/echo/sessions/s/events",
            #"{"messages": [{"type": "text", "content": "1 + 1"}]}"#)
        let types = response.json?["events"]?.elements?.compactMap { $0["type"]?.string }
        #expect(types == ["input_message", "thinking", "tool_input", "tool_output", "agent_output"])
    }
}
