import Foundation
import TestSupport
import Testing

@testable import Agents

/// Models on this computer, at the ports of scripted endpoints.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct ModelSearchTests {
    private static let models =
        #"{"object": "list", "data": [{"id": "tiny:1b"}, {"id": "nomic-embed-text"}, {"id": "big"}]}"#

    private func place(_ url: String, _ name: String = "Ollama") -> ModelSearch.Place {
        ModelSearch.Place(name: name, port: URL(string: url)?.port ?? 0)
    }

    private func search(_ places: ModelSearch.Place..., timeout: Duration = TimeLimits.wait) -> ModelSearch {
        ModelSearch(places: places, timeout: timeout)
    }

    @Test func eachModelBecomesAnAgent() async throws {
        try await ScriptedEndpoint.run(models: Self.models) { _ in
            .stream([delta("I am here"), stop])
        } use: { endpoint, url async throws in
            let nowhere = ModelSearch.Place(name: "Nowhere", port: 1)
            let found = await self.search(nowhere, self.place(url), self.place(url, "vLLM")).agents(
                besides: [])
            #expect(found.map(\.key) == ["ollama-tiny-1b", "ollama-big", "vllm-tiny-1b", "vllm-big"])
            let agent = try #require(found.first)
            #expect(agent.name == "tiny:1b (Ollama)")
            #expect(try await EventLog.of(agent.agent).text == "I am here")
            #expect(endpoint.questions.first?["model"] == "tiny:1b")
        }
    }

    @Test func whatIsNoModelServerIsSkipped() async throws {
        let wrong = [
            "[]", "{}", #"{"data": 7}"#, "<html>", #"{"data": [{"id": 7}, {"id": ""}, {"id": "a\u0007b"}]}"#,
        ]
        for models in wrong {
            try await ScriptedEndpoint.run(models: models) { _ in
                .stream([])
            } use: { _, url async throws in
                #expect(await self.search(self.place(url)).agents(besides: []).isEmpty)
            }
        }
        #expect(await search(.init(name: "Nowhere", port: 1)).agents(besides: []).isEmpty)
    }

    @Test func takenKeyIsNotUsed() async throws {
        try await ScriptedEndpoint.run(models: #"{"data": [{"id": "a b"}, {"id": "a-b"}]}"#) { _ in
            .stream([])
        } use: { _, url async throws in
            let found = await self.search(self.place(url)).agents(besides: ["ollama-a-b"])
            #expect(found.map(\.key) == ["ollama-a-b-2", "ollama-a-b-3"])
        }
    }

    @Test func placeThatDoesNotAnswerInTimeIsSkipped() async throws {
        let end = Signal()
        try await ScriptedEndpoint.run(models: Self.models, held: end) { _ in
            .stream([])
        } use: { _, url async throws in
            let search = self.search(self.place(url), timeout: .milliseconds(20))
            #expect(await search.agents(besides: []).isEmpty)
            end.fire()
        }
    }
}
