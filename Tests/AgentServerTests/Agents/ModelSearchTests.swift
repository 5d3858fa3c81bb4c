import AgentAPI
import Foundation
import TestSupport
import Testing

@testable import AgentServer
@testable import Agents

/// Models on this computer, found at ports that a test gives.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ModelSearchTests {
    private static let models =
        #"{"object": "list", "data": [{"id": "tiny:1b"}, {"id": "nomic-embed-text"}, {"id": "big"}]}"#

    private func place(_ url: String, _ name: String = "Ollama") -> ModelSearch.Place {
        ModelSearch.Place(name: name, port: URL(string: url)?.port ?? 0)
    }

    @Test func eachModelBecomesAnAgent() async throws {
        try await ScriptedEndpoint.run(models: Self.models) { _ in
            .stream([delta("I am here"), stop])
        } use: { endpoint, url async throws in
            let places = [.init(name: "Nobody", port: 1), self.place(url), self.place(url, "vLLM")]
            let server = LocalServer(
                ServerConfiguration(
                    store: .memory, modelSearch: ModelSearch(places: places, timeout: .seconds(60))))
            let address = try await server.start()
            let found = try await server.foundAgents()
            #expect(found.map(\.key) == ["ollama-tiny-1b", "ollama-big", "vllm-tiny-1b", "vllm-big"])
            #expect(found.first?.name == "tiny:1b (Ollama)")
            #expect(try await server.agents().map(\.key) == ["guide"] + found.map(\.key))
            let client = TestClient(url: address, key: await server.processKey ?? "")
            let body = #"{"user_id": "u", "agent_id": "ollama-big", "session_id": "s", "message": "hello"}"#
            #expect(try await client.post("/v2/chat/", body).json == ["response": "I am here"])
            #expect(endpoint.questions.first?["model"] == "big")
            await server.stop(grace: .zero)
        }
    }

    @Test func whatIsNoModelServerIsPassedOver() async throws {
        let wrong = [
            "[]", "{}", #"{"data": 7}"#, "<html>", #"{"data": [{"id": 7}, {"id": ""}, {"id": "a\u0007b"}]}"#,
        ]
        for models in wrong {
            try await ScriptedEndpoint.run(models: models) { _ in
                .stream([])
            } use: { _, url async throws in
                let found = await ModelSearch(places: [self.place(url)], timeout: .seconds(60)).agents(
                    besides: [])
                #expect(found.isEmpty)
            }
        }
        #expect(await ModelSearch(places: [.init(name: "Nobody", port: 1)]).agents(besides: []).isEmpty)
    }

    @Test func keyThatIsTakenIsNotTakenAgain() async throws {
        try await ScriptedEndpoint.run(models: #"{"data": [{"id": "a b"}, {"id": "a-b"}]}"#) { _ in
            .stream([])
        } use: { _, url async throws in
            let found = await ModelSearch(places: [self.place(url)], timeout: .seconds(60)).agents(besides: [
                "ollama-a-b"
            ])
            #expect(found.map(\.key) == ["ollama-a-b-2", "ollama-a-b-3"])
        }
    }

    /// The search ends with its time, and the server does not wait for it.
    @Test func placeThatDoesNotAnswerHoldsNothingUp() async throws {
        let over = Signal()
        try await ScriptedEndpoint.run(models: Self.models, held: over) { _ in
            .stream([])
        } use: { _, url async throws in
            let search = ModelSearch(places: [self.place(url)], timeout: .seconds(3600))
            let server = LocalServer(ServerConfiguration(store: .memory, modelSearch: search))
            try await server.start()
            #expect(try await server.agents().map(\.key) == ["guide"])
            await server.stop(grace: .zero)
            let short = ModelSearch(places: [self.place(url)], timeout: .milliseconds(20))
            #expect(await short.agents(besides: []).isEmpty)
            over.fire()
        }
    }

    /// A background turn that waited while its server was away is not failed before its model was looked for.
    @Test(.timeLimit(.minutes(1))) func turnOfAModelWaitsUntilTheModelsAreKnown() async throws {
        let folder = try TemporaryFolder()
        let store = try ServerStore(folder.store)
        try await store.add([
            AgentNames(key: "ollama-big", name: "big"), AgentNames(key: "gone", name: "gone"),
        ])
        var turns: [Turn] = []
        for key in ["ollama-big", "gone"] {
            let agent = try #require(try await store.agent(named: key))
            let conversation = try await store.enter(key: key, agent: agent.id, user: "u")
            let new = NewTurn(
                conversation: conversation.id, agent: agent.id, input: "hello", mode: .background,
                whenBusy: .wait)
            turns.append(try await store.accept(new, owner: "dead"))
        }
        try await ScriptedEndpoint.run(models: Self.models) { _ in
            .stream([delta("ok"), stop])
        } use: { [turns] _, url async throws in
            let server = LocalServer(
                ServerConfiguration(
                    store: folder.store,
                    modelSearch: ModelSearch(places: [self.place(url)], timeout: .seconds(60))))
            try await server.start()
            for turn in turns {
                try await eventually { try await store.turn(id: turn.id)?.state.isOver == true }
            }
            #expect(try await store.turn(id: turns[0].id)?.state == .completed)
            #expect(try await store.turn(id: turns[1].id)?.failure?.contains("not configured") == true)
            await server.stop(grace: .zero)
        }
    }
}
