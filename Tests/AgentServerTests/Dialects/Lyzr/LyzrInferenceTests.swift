import AgentAPI
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Wire

@testable import AgentServer
@testable import Agents

/// The turns of the Lyzr dialect, with the bodies of its documents.
@Suite(.timeLimit(.scaled(minutes: 5))) struct LyzrInferenceTests {
    static let documented = """
        {
           "user_id": "user123",
           "agent_id": "60d0fe4f5311236168a109ca",
           "session_id": "session123",
           "message": "Can you stream your response?"
         }
        """

    @Test(arguments: ["/v2/stream/", "/v2/stream"])
    func streamsTextAfterTheTag(path: String) async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.post, path, Self.documented)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(response.headers[.contentLength] == nil)
        #expect(response.text == "LYZR_AGENT: echo Can you stream your response?")
    }

    @Test func answersAtOnce() async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.post, "/v2/chat/", Self.documented)
        #expect(response.json == ["response": "echo Can you stream your response?"])
    }

    @Test func taskIsPendingUntilItsAnswerIsThere() async throws {
        let gate = Signal()
        let server = try await TestBackend(
            ScriptedAgent { _, emit in
                await gate.wait()
                try await emit(.text("done"))
            })
        let created = try await server.send(.post, "/v2/task/", Self.documented)
        #expect(created.status == .ok)
        let id = try #require(created.json?["task_id"]?.string)
        #expect(UUID(uuidString: id) != nil)

        let pending = try await server.send(.get, "/v2/task/\(id)")
        #expect(pending.json == ["task_id": .string(id), "status": "pending", "result": nil])

        let turn = try #require(try await server.store.turn(ticket: id))
        gate.fire()
        try await server.store.whenFinished(turn)
        let completed = try await server.send(.get, "/v2/task/\(id)/")
        #expect(
            completed.json == ["task_id": .string(id), "status": "completed", "result": ["response": "done"]])
    }

    @Test func failedTaskSaysWhy() async throws {
        let server = try await TestBackend(ScriptedAgent { _, _ in throw AgentFailure("The model is away.") })
        let created = try await server.send(.post, "/v2/task/", Self.documented)
        let id = try #require(created.json?["task_id"]?.string)
        try await server.store.whenFinished(try #require(try await server.store.turn(ticket: id)))
        let failed = try await server.send(.get, "/v2/task/\(id)")
        #expect(
            failed.json
                == ["task_id": .string(id), "status": "failed", "result": nil, "error": "The model is away."])
    }

    @Test func agentThatFailsBeforeItsFirstWordIsAnError() async throws {
        let server = try await TestBackend(ScriptedAgent { _, _ in throw AgentFailure("The model is away.") })
        for path in ["/v2/stream/", "/v2/chat/"] {
            let response = try await server.send(.post, path, Self.documented)
            #expect(response.status == .badGateway)
            #expect(response.json == ["detail": "The model is away."])
        }
    }

    private static let failing = ScriptedAgent { _, emit in
        try await emit(.text("half"))
        throw AgentFailure("The model went away:\nfor good.")
    }

    @Test func failedTaskHasWhatWasWritten() async throws {
        let server = try await TestBackend(Self.failing)
        let id = try #require(
            try await server.send(.post, "/v2/task/", Self.documented).json?["task_id"]?.string)
        try await server.store.whenFinished(try #require(try await server.store.turn(ticket: id)))
        let reason: JSONValue = "The model went away:\nfor good."
        let failed = try await server.send(.get, "/v2/task/\(id)").json
        #expect(failed?["status"] == "failed")
        #expect(failed?["result"] == ["response": "half"])
        #expect(failed?["error"] == reason)
        let chat = try await server.send(.get, "/v3/inference/chat/task/\(id)").json
        #expect(chat?["response"]?["response"] == "half")
        #expect(chat?["error"] == reason)
        let task = try await server.send(.get, "/v3/inference/task/\(id)").json
        #expect(task?["result"]?["response"] == "half")
        #expect(task?["error"] == reason)
    }

    /// A client that waits for the whole answer has seen nothing of it.
    @Test(arguments: [
        ("/v2/chat/", documented, ["detail"]),
        (
            "/v2/agents/echo/sessions/s/events", #"{"messages": [{"type": "text", "content": "x"}]}"#,
            ["messages", "0"]
        ),
        ("/api/v1/external/message", #"{"task_id": "TASK", "text": "x"}"#, ["message"]),
    ])
    func errorHasWhatWasWritten(path: String, body: String, words: [String]) async throws {
        let server = try await TestBackend(Self.failing)
        _ = try await server.send(.post, "/v2/agents/echo/sessions", #"{"key": "s"}"#)
        let task = try await server.send(.post, "/api/v1/external/tasks", #"{"user_id": "u"}"#)
        let body = body.replacing("TASK", with: task.json?["id"]?.string ?? "")
        let response = try await server.send(.post, path, body)
        #expect(response.status == .badGateway)
        let said = words.reduce(response.json) { value, part in
            Int(part).map { value?.elements?[$0] } ?? value?[part]
        }
        #expect(said?.string == "The model went away:\nfor good.\nBefore that it wrote:\nhalf")
    }

    /// The body breaks off after the reason.
    @Test func streamThatFailsEndsWithTheReason() async throws {
        let server = LocalServer(
            ServerConfiguration(store: .memory, agents: [.scripted(Self.failing)], limits: .patient))
        let url = try await server.start()
        let key = await server.processKey ?? ""
        let request =
            "POST /v2/stream/ HTTP/1.1\r\nhost: x\r\nx-api-key: \(key)\r\n"
            + "content-length: \(Self.documented.utf8.count)\r\n\r\n\(Self.documented)"
        let answer = try await RawClient(url).send(request)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("half"))
        #expect(answer.contains("\n\n[ERROR] The model went away:\nfor good."))
        #expect(!answer.contains("\r\n0\r\n"))
        await server.stop(grace: .zero)
    }

    @Test func agentRemembersTheConversation() async throws {
        let agent = ScriptedAgent.echo
        let server = try await TestBackend(agent)
        _ = try await server.send(.post, "/v2/chat/", Self.documented)
        _ = try await server.send(.post, "/v2/chat/", Self.documented)
        #expect(agent.requests[0].history.isEmpty)
        #expect(
            agent.requests[1].history == [
                .init(.user, "Can you stream your response?"),
                .init(.agent, "echo Can you stream your response?"),
            ])
    }

    @Test func agentIsFoundByItsKeyToo() async throws {
        let server = try await TestBackend(.echo)
        let body = #"{"user_id": "u", "agent_id": "echo", "session_id": "s", "message": "hi"}"#
        #expect(try await server.send(.post, "/v2/chat/", body).status == .ok)
    }

    @Test func chunksAreShortAndWhole() async throws {
        let words = String(repeating: "é👩‍🚀漢", count: 40) + String(repeating: "a", count: 300)
        let agent = ScriptedAgent { _, emit in try await emit(.text(words)) }
        let server = try await TestBackend(agent)
        let context = ServerContext(source: .init(channel: TestChannel.make(), logger: .silent))
        let request = Request(
            head: .init(
                method: .post, scheme: "http", authority: "localhost", path: "/v2/stream/",
                headerFields: [.apiKey: server.backend.keyring.processKey]),
            body: RequestBody(buffer: ByteBuffer(string: Self.documented)))
        let responder = ServerRouter.responder(for: server.backend)
        let response = try await responder.respond(to: request, context: context)
        let writer = ChunkCollector()
        try await response.body.write(writer)
        let chunks = writer.chunks
        #expect(chunks.first == Array("LYZR_AGENT: ".utf8))
        #expect(chunks.allSatisfy { $0.count <= 128 && String(validating: $0, as: UTF8.self) != nil })
        #expect(String(decoding: chunks.joined(), as: UTF8.self) == "LYZR_AGENT: " + words)
    }
}
