import AgentAPI
import Foundation
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// Hosts of version 3: other paths, agents that are listed, turns that are stopped.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct LyzrV3Tests {
    private let patient = PatientTransport()

    private func service(_ server: ScriptedServer, agents: [Agent] = [Fixture.agent]) throws -> LyzrService {
        try LyzrService(Fixture.account(server.url + "/v3/", agents: agents), transport: patient.transport)
    }

    @Test(
        "Which version an address speaks",
        arguments: [
            ("https://agent.api.lyzr.app", LyzrRoutes.Version.v2, "https://agent.api.lyzr.app/x"),
            ("https://agent.api.lyzr.app/v2", .v2, "https://agent.api.lyzr.app/x"),
            ("https://agent-prod.studio.lyzr.ai", .v3, "https://agent-prod.studio.lyzr.ai/x"),
            ("https://Agent-Dev.Studio.Lyzr.ai:443/v3", .v3, "https://Agent-Dev.Studio.Lyzr.ai:443/x"),
            ("http://localhost:4477/below/v3/", .v3, "http://localhost:4477/below/x"),
            ("http://localhost:4477", .v2, "http://localhost:4477/x"),
        ])
    func versions(text: String, version: LyzrRoutes.Version, address: String) throws {
        var url = try ServiceURL(text)
        #expect(LyzrRoutes(&url).version == version)
        #expect(url.appending(["x"]) == address)
    }

    @Test func aReplyStreamsAsEventsWithItsThinking() async throws {
        let events = ["<thi", "nk>Let me ", "see</thi", "nk>\\n\\nHello", " world", "[DONE]"]
        let body = chunked(events.map { "data: \($0)\n\n" }, type: "text/event-stream")
        try await ScriptedServer.answering { _ in
            body
        } use: { server in
            let (received, end) = try await service(server).gather()
            #expect(end == .complete)
            #expect(received.text == "Hello world")
            let steps = received.events.compactMap { if case .step(let step) = $0 { step } else { nil } }
            #expect(Set(steps.map(\.id)).count == 1)
            #expect(
                steps.last
                    == Step(
                        id: "thinking:1", kind: .thinking, title: "thinking", state: .completed,
                        detail: "Let me see"))
            #expect(server.requests.map(\.target) == ["/v3/inference/stream/"])
            #expect(server.requests.first?.headers["x-api-key"] == Fixture.key)
        }
    }

    @Test("A background turn is begun where the host takes it, and polled there, also after a restart")
    func tasks() async throws {
        try await ScriptedServer.answering { request in
            switch (request.method, request.target) {
            case ("POST", "/v3/inference/task/"): answer(body: #"{"task_id":"t 1","status":"pending"}"#)
            case ("GET", "/v3/inference/task/t%201"):
                answer(
                    body:
                        #"{"status":"completed","result":{"response":"<think>hm</think>Hello","session_id":"s"},"error":null}"#
                )
            default: answer("404 Not Found", body: #"{"detail":"Not Found"}"#)
            }
        } use: { server in
            let service = try service(server)
            let ticket = try await service.begin(Fixture.request())
            #expect(ticket.id == "v3/inference/task/t 1")
            let polled = try await self.service(server).poll(ticket)
            #expect(polled.state == .done)
            #expect(polled.events.last == .wholeText("Hello"))
            _ = try await service.begin(Fixture.request())
            #expect(
                server.requests.filter { $0.method == "POST" }.map(\.target) == [
                    "/v3/inference/chat/task", "/v3/inference/task/", "/v3/inference/task/",
                ])
        }
    }

    @Test("An agent that the host does not know is no reason to send the message elsewhere")
    func unknownAgent() async throws {
        try await ScriptedServer.answering { _ in
            answer("404 Not Found", body: #"{"detail":"Agent not found"}"#)
        } use: { server in
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).begin(Fixture.request())
            }
            #expect(error?.kind == .notFound)
            #expect(server.requests.count == 1)
        }
    }

    @Test func agentsAreListedAndSessionsFindTheirs() async throws {
        try await ScriptedServer.answering { request in
            request.target == "/v3/agents/"
                ? answer(
                    body: #"[{"_id":"aa","name":"A","model":"m"},{"name":"no id"},{"_id":"bb","name":""}]"#)
                : answer(body: #"[{"session_id":"bb-1","created_at":"2024-08-21T12:38:10.504000"}]"#)
        } use: { server in
            let service = try service(server, agents: [])
            #expect(service.capabilities.isSuperset(of: [.listsAgents, .interrupts]))
            #expect(try await service.agents() == [Agent(id: "aa", name: "A"), Agent(id: "bb", name: "bb")])
            #expect(try await service.tasks(page: nil).elements.map(\.agent.id) == ["bb"])
            #expect(server.requests.last?.target == "/v3/agents/")
        }
    }

    @Test func aTurnIsStoppedAtTheService() async throws {
        try await ScriptedServer.answering { _ in
            answer(body: "{}")
        } use: { server in
            try await service(server).interrupt(Fixture.conversation())
            #expect(server.requests.map(\.method) == ["POST"])
            #expect(server.requests.map(\.target) == ["/v3/inference/session/session123/stop"])
        }
    }
}
