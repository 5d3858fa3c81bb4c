import Agents
import Foundation
import TestSupport
import Testing

@testable import AgentServer

/// Agents that are found while the server runs.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct FoundAgentsTests {
    private static func found(_ keys: String...) -> [AgentDefinition] {
        keys.map { AgentDefinition(key: $0, name: $0, agent: ScriptedAgent.echo) }
    }

    @Test func foundAgentsAreOfferedAfterTheOthers() async throws {
        let server = LocalServer(
            ServerConfiguration(store: .memory, agents: [.scripted(.echo)], limits: .patient) { taken in
                #expect(taken == ["echo"])
                return Self.found("small", "big")
            })
        let address = try await server.start()
        let found = try await server.foundAgents()
        #expect(found.map(\.key) == ["small", "big"])
        #expect(try await server.agents().map(\.key) == ["echo", "small", "big"])
        let client = TestClient(url: address, key: await server.processKey ?? "")
        let body = #"{"user_id": "u", "agent_id": "big", "session_id": "s", "message": "hello"}"#
        #expect(try await client.post("/v2/chat/", body).json == ["response": "echo hello"])
        await server.stop(grace: .zero)
    }

    @Test func otherAgentsTakeThePlaceOfAll() async throws {
        let server = LocalServer(
            ServerConfiguration(store: .memory, agents: [.scripted(.echo)], limits: .patient) { _ in
                Self.found("small")
            })
        try await server.start()
        let echo = try await server.agents().first
        _ = try await server.foundAgents()
        try await server.use([.scripted(.echo, key: "other"), .scripted(.echo)]) { taken in
            #expect(taken == ["other", "echo"])
            return Self.found("big")
        }
        #expect(try await server.foundAgents().map(\.key) == ["big"])
        let agents = try await server.agents()
        #expect(agents.map(\.key) == ["other", "echo", "big"])
        #expect(agents[1] == echo, "it keeps its ids")

        await #expect(throws: ServerError.self) {
            try await server.use([.scripted(.echo), .scripted(.echo)])
        }
        #expect(try await server.agents() == agents)
        try await server.use([.scripted(.echo)])
        #expect(try await server.agents().map(\.key) == ["echo"])
        #expect(try await server.foundAgents() == [])
        await server.stop(grace: .zero)
    }

    @Test func serverDoesNotWaitForTheSearch() async throws {
        let server = LocalServer(
            ServerConfiguration(store: .memory) { _ in
                try? await Task.sleep(for: .seconds(3600))
                return []
            })
        try await server.start()
        #expect(try await server.agents().map(\.key) == ["guide"])
        await server.stop(grace: .zero)
    }

    /// The turn was queued by a server that is gone.
    @Test func queuedTurnWaitsUntilItsAgentIsFound() async throws {
        let folder = try TemporaryFolder()
        let store = try ServerStore(folder.store)
        try await store.add([AgentNames(key: "found", name: "found"), AgentNames(key: "gone", name: "gone")])
        var turns: [StoredTurn] = []
        for key in ["found", "gone"] {
            let agent = try #require(try await store.agent(named: key))
            let conversation = try await store.findOrCreate(key: key, agent: agent.id, user: "u")
            let new = NewTurn(
                conversation: conversation.id, agent: agent.id, input: "hello", mode: .background,
                whenBusy: .wait)
            turns.append(try await TurnQueue(store: store, owner: "dead").accept(new))
        }
        let server = LocalServer(
            ServerConfiguration(store: folder.store) { _ in Self.found("found") })
        try await server.start()
        for turn in turns {
            try await eventually { try await store.turn(id: turn.id)?.state.isFinished == true }
        }
        #expect(try await store.turn(id: turns[0].id)?.state == .completed)
        #expect(try await store.turn(id: turns[1].id)?.failure?.contains("no longer configured") == true)
        await server.stop(grace: .zero)
    }
}
