import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Wire

@testable import AgentServer
@testable import Agents

/// Version 3 of the Lyzr dialect.
@Suite(.timeLimit(.scaled(minutes: 5))) struct LyzrStudioTests {
    private static let body =
        #"{"agent_id": "60d0fe4f5311236168a109ca", "session_id": "s", "message": "hello there"}"#

    private static func saying(_ pieces: String...) -> ScriptedAgent {
        ScriptedAgent { _, emit in for piece in pieces { try await emit(.text(piece)) } }
    }

    @Test(arguments: ["/v3/inference/chat/", "/v3/inference/chat"])
    func answersAtOnce(path: String) async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.post, path, Self.body)
        #expect(response.json == ["response": "echo hello there", "module_outputs": [:]])
        let user = try await server.store.conversation(key: "s")?.userId
        #expect(user == "default_user")
    }

    /// Clients cut characters in two, and write JSON by hand.
    @Test(arguments: [
        (#"cut \ud83d and on"#, "cut \u{FFFD} and on"), (#"a \d"#, #"a \d"#), ("two\nlines", "two\nlines"),
    ])
    func oneBadCharacterOfARequestCostsNoMoreThanItself(sent: String, read: String) async throws {
        let server = try await TestBackend(.echo)
        let body = Self.body.replacing("hello there", with: sent)
        for path in ["/v3/inference/chat/", "/v2/chat/"] {
            let response = try await server.send(
                .post, path, body.replacing("{", with: #"{"user_id": "u", "#))
            #expect(response.json?["response"] == .string("echo " + read))
        }
    }

    @Test func stepsAreStreamedToClientsThatAskForThem() async throws {
        let agent = ScriptedAgent { _, emit in
            try await emit(.thinking("Hm"))
            try await emit(.thinking(". \u{2028}"))
            try await emit(.toolCall(id: "c", name: "clock", input: #"{"zone":"UTC"}"#))
            try await emit(.toolResult(id: "c", output: "noon", isError: false))
            try await emit(.toolCall(id: "d", name: "clock", input: "{}"))
            try await emit(.toolResult(id: "d", output: "broken", isError: true))
            try await emit(.text("Noon."))
        }
        let server = try await TestBackend(agent)
        let plain = try await server.send(.post, "/v3/inference/stream/", Self.body)
        #expect(plain.text == "data: Noon.\n\ndata: [DONE]\n\n")
        let name = try #require(HTTPField.Name(Lyzr.stepsHeader))
        let response = try await server.send(
            .post, "/v3/inference/stream/", Self.body,
            headers: [name: "yes", .apiKey: server.backend.keyring.processKey])
        var decoder = Lyzr.StreamDecoder(contentType: "text/event-stream")
        #expect(
            try decoder.decode(Array(response.text.utf8)) == [
                .thinking("Hm"), .thinking(". \u{2028}"),
                .toolCall(id: "c", name: "clock", arguments: ["zone": "UTC"]),
                .toolResult(id: "c", output: "noon", isError: false),
                .toolCall(id: "d", name: "clock", arguments: [:]),
                .toolResult(id: "d", output: "broken", isError: true), .text("Noon."),
            ])
    }

    @Test func streamIsEventsUntilDone() async throws {
        let server = try await TestBackend(Self.saying("Hel", "lo"))
        let response = try await server.send(.post, "/v3/inference/stream/", Self.body)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/event-stream")
        #expect(response.headers[try #require(HTTPField.Name("x-accel-buffering"))] == "no")
        #expect(response.text == "data: Hel\n\ndata: lo\n\ndata: [DONE]\n\n")
    }

    /// What the vendor's package makes of a payload: JSON where it is some, with an object's `content`, or else the payload itself.
    @Test(arguments: [
        "42", " 7", "true", "null", "[DONE]", "[ERROR] no", "{\"a\": 1}", "two\nlines", "\n", " ", "a \"b\"",
        "back\\slash", "A & B", "line\u{2028}end", "next\u{85}line", "é 👩‍🚀 漢", "\"quoted\"", "NaN",
    ])
    func pieceOfAnyKindReachesTheVendorsPackageUnchanged(piece: String) async throws {
        let server = try await TestBackend(Self.saying(piece))
        let response = try await server.send(.post, "/v3/inference/stream/", Self.body)
        let payloads = response.text.split(separator: "\n").map { $0.dropFirst("data: ".count) }
        let payload = String(try #require(payloads.first))
        #expect(payloads.count == 2)
        #expect(payloads.last == "[DONE]")
        #expect(JSONValue(text: payload).map { $0["content"]?.string } ?? payload == piece)
        var decoder = Lyzr.StreamDecoder(contentType: "text/event-stream")
        #expect(try decoder.decode(Array(response.text.utf8)) == [.text(piece)])
        #expect(decoder.finish().end == .complete)
    }

    @Test func failureIsToldInTheStream() async throws {
        let agent = ScriptedAgent { _, emit in
            try await emit(.text("so far "))
            throw AgentFailure("The model\nwent away.")
        }
        let server = try await TestBackend(agent)
        let response = try await server.send(.post, "/v3/inference/stream/", Self.body)
        #expect(response.text == "data: so far \n\ndata: [ERROR] The model went away.\n\n")
        let chat = try await server.send(.post, "/v3/inference/chat/", Self.body)
        #expect(chat.status == .badGateway)
        #expect(chat.json == ["detail": "The model\nwent away.\nBefore that it wrote:\nso far "])
    }

    @Test func lastMessageOfTheUserIsAsked() async throws {
        let server = try await TestBackend(.echo)
        let body = """
            {"agent_id": "echo", "session_id": "s", "messages": [{"role": "user", "content": "first"},
            {"role": "assistant", "content": "yes?"},
            {"role": "user", "content": [{"type": "text", "text": "second"}, {"type": "image_url", "image_url": {}}]}]}
            """
        let response = try await server.send(.post, "/v3/inference/chat/", body)
        #expect(response.json?["response"] == "echo second")
    }

    @Test func requestThatAsksNothingIsRefused() async throws {
        let server = try await TestBackend(.echo)
        for path in ["chat", "stream", "task", "chat/task"] {
            for body in [
                #"{"agent_id": "echo", "session_id": "s"}"#,
                #"{"agent_id": "echo", "session_id": "s", "messages": []}"#,
                #"{"agent_id": "echo", "session_id": "s", "message": ""}"#,
            ] {
                let response = try await server.send(.post, "/v3/inference/" + path, body)
                #expect(response.status == .unprocessableContent)
                #expect(response.json?["detail"]?.elements?.first?["loc"] == ["body", "message"])
            }
        }
    }

    @Test func taskIsPolledInBothForms() async throws {
        let gate = Signal()
        let server = try await TestBackend(
            ScriptedAgent { _, emit in
                await gate.wait()
                try await emit(.text("done"))
            })
        let first = try await server.send(.post, "/v3/inference/chat/task", Self.body)
        let id = try #require(first.json?["task_id"]?.string)
        #expect(first.json == ["task_id": .string(id)])
        let second = try await server.send(.post, "/v3/inference/task/", Self.body)
        #expect(second.json?["status"] == "pending")
        let waiting = try #require(second.json?["task_id"]?.string)

        let running = try await server.send(.get, "/v3/inference/chat/task/\(id)").json
        #expect(
            running == ["task_id": .string(id), "status": "in_progress", "response": nil, "error": nil])
        #expect(try await server.send(.get, "/v3/inference/task/\(id)").json?["status"] == "running")
        #expect(try await server.send(.get, "/v3/inference/task/\(waiting)").json?["status"] == "pending")
        #expect(try await server.send(.get, "/v3/inference/chat/task/\(waiting)").json?["status"] == "queued")
        #expect(try await server.send(.get, "/v2/task/\(id)").json?["status"] == "pending")

        gate.fire()
        try await server.store.whenFinished(try #require(try await server.store.turn(ticket: waiting)))
        let chat = try await server.send(.get, "/v3/inference/chat/task/\(id)").json
        #expect(chat?["status"] == "completed")
        #expect(chat?["response"] == ["response": "done", "module_outputs": [:]])
        let task = try await server.send(.get, "/v3/inference/task/\(waiting)").json
        #expect(task?["status"] == "completed")
        #expect(task?["result"]?["response"] == "done")
        #expect(task?["result"]?["session_id"] == "s")
    }

    @Test func failedTaskSaysWhyAndHasNoResult() async throws {
        let server = try await TestBackend(ScriptedAgent { _, _ in throw AgentFailure("The model is away.") })
        let created = try await server.send(.post, "/v3/inference/task/", Self.body)
        let id = try #require(created.json?["task_id"]?.string)
        try await server.store.whenFinished(try #require(try await server.store.turn(ticket: id)))
        for path in ["task", "chat/task"] {
            let failed = try await server.send(.get, "/v3/inference/\(path)/\(id)").json
            #expect(failed?["status"] == "failed")
            #expect(failed?["error"] == "The model is away.")
            #expect(failed?["result"] == nil)
        }
        #expect(try await server.send(.get, "/v3/inference/task/none").json == ["detail": "Task not found"])
    }

    @Test func sessionIsStopped() async throws {
        let started = Signal()
        let server = try await TestBackend(
            ScriptedAgent { _, emit in
                try await emit(.text("on and on "))
                started.fire()
                try await Task.sleep(for: .seconds(3600))
            })
        let stream = Task { try await server.send(.post, "/v3/inference/stream/", Self.body) }
        await started.wait()
        let begun = try await server.send(.post, "/v3/inference/session/s/start")
        #expect(begun.json == ["session_id": "s", "status": "started"])
        let stopped = try await server.send(.post, "/v3/inference/session/s/stop")
        #expect(stopped.json == ["session_id": "s", "status": "stopped"])
        #expect(try await stream.value.text == "data: on and on \n\ndata: [ERROR] The turn was stopped.\n\n")
        let again = try await server.send(.post, "/v3/inference/session/s/stop/")
        #expect(again.json?["status"] == "not_running")
    }

    @Test func summaryOfASessionIsTheBeginningsOfWhatWasSaid() async throws {
        let server = try await TestBackend(.echo)
        _ = try await server.send(.post, "/v3/inference/chat/", Self.body)
        let summary = try await server.send(.get, "/v1/sessions/s/summary")
        #expect(summary.json == ["payload": "user: hello there\nagent: echo hello there"])
        let made = try await server.send(.post, "/v1/sessions/", #"{"user_id": "u"}"#)
        let empty = try #require(made.json?["session_id"]?.string)
        #expect(try await server.send(.get, "/v1/sessions/\(empty)/summary").json == ["payload": ""])
    }

    @Test func agentsAreMadeShownChangedAndDeleted() async throws {
        let instructed = ScriptedAgent.echo
        let server = try await TestBackend(instructed)
        let made = try await server.send(
            .post, "/v3/agents/",
            """
            {"name": "Poet", "description": "Writes", "agent_role": "You are a poet.", "agent_goal": "",
            "agent_instructions": "Answer in verse.", "provider_id": "openai", "model": "gpt-4o", "temperature": 0.2}
            """)
        let id = try #require(made.json?["agent_id"]?.string)
        #expect(Identifier.isHex(id))
        let shown = try await server.send(.get, "/v3/agents/\(id)").json
        #expect(shown?["_id"]?.string == id)
        #expect(shown?["model"] == "gpt-4o")
        #expect(shown?["temperature"] == .number(0.2))
        #expect(shown?["agent_role"] == "You are a poet.")

        _ = try await server.send(
            .post, "/v3/inference/chat/", #"{"agent_id": "\#(id)", "session_id": "v", "message": "hi"}"#)
        #expect(instructed.requests.last?.instructions == "You are a poet.\n\nAnswer in verse.")
        let page = try await server.send(.get, "/v2/agents")
        let agent = page.json?["agents"]?.elements?.first { $0["name"] == "Poet" }
        #expect(agent?["model"] == ["name": "gpt-4o"])

        let changed = try await server.send(.put, "/v3/agents/\(id)", #"{"name": "Bard", "agent_role": ""}"#)
        #expect(changed.status == .ok)
        let names = try await server.send(.get, "/v3/agents/").json?.elements?.compactMap {
            $0["name"]?.string
        }
        #expect(names == ["Echo", "Bard"])
        #expect(
            try await server.send(.get, "/v3/agents/\(id)").json?["agent_instructions"] == "Answer in verse.")
        #expect(try await server.send(.delete, "/v3/agents/\(id)").status == .ok)
        #expect(try await server.send(.get, "/v3/agents/\(id)").json == ["detail": "Agent not found"])
        let configured = try await server.send(.delete, "/v3/agents/60d0fe4f5311236168a109ca")
        #expect(configured.status == .forbidden)
    }

    @Test func keyOfOneAgentEntersNoConversationOfAnother() async throws {
        let server = try await TestBackend([.scripted(.echo), .scripted(.echo, key: "other")])
        _ = try await server.send(.post, "/v3/inference/chat/", Self.body)
        let key = APIKey.generate(.agent)
        let other = try #require(try await server.store.agent(named: "other"))
        try await server.store.add(key, name: "bound", agent: other.id, permissions: [.chat])
        let body = #"{"agent_id": "other", "session_id": "s", "message": "let me in"}"#
        let response = try await server.send(
            .post, "/v3/inference/chat/", body, headers: [.apiKey: key.text])
        #expect(response.status == .notFound)
        #expect(response.json == ["detail": "Session not found"])
    }
}
