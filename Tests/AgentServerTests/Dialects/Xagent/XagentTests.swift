import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Wire

@testable import AgentServer
@testable import Agents

/// The chat tasks dialect.
@Suite(.timeLimit(.scaled(minutes: 5))) struct XagentTests {
    /// The document's body, with an agent that exists.
    private static func body(_ content: String, agent: Int = 1, metadata: String = "{}") -> String {
        """
        {
          "agent_id": \(agent),
          "message": {
            "content": "\(content)",
            "role": "user"
          },
          "metadata": \(metadata)
        }
        """
    }

    private static func bearer(_ key: String) -> HTTPFields { [.authorization: "Bearer \(key)"] }

    private func whenDone(_ task: JSONValue?, in server: TestBackend) async throws -> JSONValue? {
        guard case .integer(let id)? = task?["task_id"] else { return nil }
        let turn = try #require(try await server.store.latestTurn(in: id))
        try await server.store.whenFinished(turn)
        return try await server.send(.get, "/v1/chat/tasks/\(id)").json
    }

    @Test func taskIsMadeAndPolled() async throws {
        let server = try await TestBackend(.echo)
        let made = try await server.send(
            .post, "/v1/chat/tasks", Self.body("hi", metadata: #"{"trace_id": "t1"}"#))
        #expect(made.status == .accepted)
        #expect(made.json?["status"] == "running")
        #expect(made.json?["agent_id"] == 1)
        #expect(Timestamp(made.json?["created_at"]?.string ?? "") != nil)
        #expect(made.json?["accepted_at"] == nil)
        let state = try #require(try await whenDone(made.json, in: server))
        #expect(state["status"] == "completed")
        #expect(state["input"] == "hi")
        #expect(state["output"] == "echo hi")
        #expect(state["error"] == .null)
        #expect(Timestamp(state["completed_at"]?.string ?? "") != nil)
        let kept = try #require(try await server.store.conversation(id: 1))
        #expect(kept.metadata == ["trace_id": "t1"])
    }

    @Test func runningTaskHasNoOutput() async throws {
        let gate = Signal()
        let server = try await TestBackend(ScriptedAgent { _, _ in await gate.wait() })
        let made = try await server.send(.post, "/v1/chat/tasks", Self.body("hi"))
        let state = try await server.send(.get, "/v1/chat/tasks/1").json
        #expect(state?["status"] == "running")
        #expect(state?["output"] == .null)
        #expect(state?["completed_at"] == .null)
        gate.fire()
        #expect(try await whenDone(made.json, in: server)?["output"] == "")
    }

    @Test func ofManyAppendsOneWins() async throws {
        let gate = Signal()
        let server = try await TestBackend(ScriptedAgent { _, _ in await gate.wait() })
        _ = try await server.send(.post, "/v1/chat/tasks", Self.body("first"))
        gate.fire()
        try await server.store.whenFinished(try #require(try await server.store.latestTurn(in: 1)))
        let closed = Signal()
        let busy = try await TestBackend(ScriptedAgent { _, _ in await closed.wait() })
        let agent = try await busy.backend.agent(named: "echo", for: nil)
        _ = try await busy.store.create(NewConversation(agent: agent.id))
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<10 {
                group.addTask {
                    try await busy.send(.post, "/v1/chat/tasks/1/messages", Self.body("\(number)")).status
                        .code
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [202] + Array(repeating: 409, count: 9))
        let refused = try await busy.send(.post, "/v1/chat/tasks/1/messages", Self.body("more"))
        #expect(refused.json?["error"]?["code"] == "task_busy")
        closed.fire()
    }

    @Test func appendedMessageSaysWhenItWasAccepted() async throws {
        let server = try await TestBackend(.echo)
        _ = try await whenDone(
            try await server.send(.post, "/v1/chat/tasks", Self.body("one")).json, in: server)
        let appended = try await server.send(.post, "/v1/chat/tasks/1/messages", Self.body("two"))
        #expect(appended.status == .accepted)
        #expect(appended.json?["accepted_at"] != nil)
        #expect(appended.json?["created_at"] == nil)
        #expect(try await whenDone(appended.json, in: server)?["input"] == "two")
    }

    @Test func stepsTellEverythingUnderStableNames() async throws {
        let server = try await TestBackend(
            ScriptedAgent { _, emit in
                try await emit(.thinking("hm"))
                try await emit(.toolCall(id: "1", name: "add", input: #"{"a": 1}"#))
                try await emit(.toolResult(id: "1", output: #""391\n""#, isError: false))
                try await emit(.text("391"))
            })
        _ = try await whenDone(
            try await server.send(.post, "/v1/chat/tasks", Self.body("17 × 23")).json, in: server)
        let first = try await server.send(.get, "/v1/chat/tasks/1/steps").json
        let steps = try #require(first?["steps"]?.elements)
        #expect(steps.map { $0["type"] } == ["message", "thinking", "tool_call", "message"])
        #expect(steps.allSatisfy { $0["status"] == "completed" })
        #expect(steps[0]["data"] == ["role": "user", "content": "17 × 23"])
        #expect(steps[2]["data"] == ["name": "add", "args": ["a": 1], "result": "391\n"])
        #expect(steps[3]["data"] == ["role": "assistant", "content": "391"])
        for step in steps {
            let (id, type) = (step["id"]?.string ?? "", step["type"]?.string ?? "?")
            #expect(id.hasPrefix(type + ":"))
        }
        #expect(try await server.send(.get, "/v1/chat/tasks/1/steps").json == first)
    }

    @Test func failedTurnSaysWhy() async throws {
        let server = try await TestBackend(ScriptedAgent { _, _ in throw AgentFailure("The model is away.") })
        let state = try await whenDone(
            try await server.send(.post, "/v1/chat/tasks", Self.body("hi")).json, in: server)
        #expect(state?["status"] == "failed")
        #expect(state?["error"] == "The model is away.")
        #expect(state?["output"] == .null)
    }

    @Test(arguments: [
        ("", "the body is not valid JSON"), ("[]", "value is not a valid object"),
        (#"{"agent_id": 1}"#, "field required (message)"),
        (#"{"agent_id": 1, "message": {}}"#, "field required (message.content)"),
        (#"{"agent_id": "1", "message": {"content": "x"}}"#, "value is not a valid integer (agent_id)"),
        (
            #"{"agent_id": 1, "message": {"content": ""}}"#,
            "String should have at least 1 character (message.content)"
        ),
        (
            #"{"agent_id": 1, "message": {"content": "x", "role": "system"}}"#,
            "Input should be 'user' (message.role)"
        ),
        (
            #"{"agent_id": 1, "message": {"content": "x"}, "metadata": []}"#,
            "Input should be a valid dictionary (metadata)"
        ),
    ])
    func badBodyIsInvalidInput(body: String, message: String) async throws {
        let server = try await TestBackend(.echo)
        _ = try await server.store.create(NewConversation())
        for path in ["/v1/chat/tasks", "/v1/chat/tasks/1/messages"] {
            let response = try await server.send(.post, path, body)
            #expect(response.status == .unprocessableContent)
            #expect(response.json == ["error": ["code": "invalid_input", "message": .string(message)]])
        }
    }

    @Test(
        arguments: [
            ("GET", "/v1/chat/tasks/99", nil, 404, "task_not_found"),
            ("GET", "/v1/chat/tasks/99/steps", nil, 404, "task_not_found"),
            ("GET", "/v1/chat/tasks/99/events", nil, 404, "task_not_found"),
            ("POST", "/v1/chat/tasks/99/messages", body("x", agent: 77), 404, "task_not_found"),
            ("POST", "/v1/chat/tasks/1/messages", body("x", agent: 77), 404, "agent_not_found"),
            ("POST", "/v1/chat/tasks", body("x", agent: 77), 404, "agent_not_found"),
            ("POST", "/v1/chat/tasks/1/reply", body("x"), 409, "no_pending_interaction"),
            ("GET", "/v1/chat/tasks/abc", nil, 422, "invalid_input"),
            ("GET", "/v1/chat/nothing", nil, 404, "not_found"),
            ("DELETE", "/v1/chat/tasks/1", nil, 405, "method_not_allowed"),
        ] as [(String, String, String?, Int, String)])
    func everyRefusalHasItsCode(method: String, path: String, body: String?, status: Int, code: String)
        async throws
    {
        let server = try await TestBackend(.echo)
        _ = try await server.store.create(NewConversation(agent: 1))
        let response = try await server.send(try #require(HTTPRequest.Method(method)), path, body)
        #expect(response.status.code == status)
        #expect(response.json?["error"]?["code"] == .string(code))
        #expect(response.json?["error"]?["message"]?.string?.isEmpty == false)
    }

    @Test func keyOfOneAgentSeesItsTasksOnly() async throws {
        let server = try await TestBackend([.scripted(.echo), .scripted(.echo, key: "other")])
        let key = APIKey.generate(.agent)
        try await server.store.add(key, name: "bound", agent: 2, permissions: [.chat])
        let headers = Self.bearer(key.text)
        _ = try await server.store.create(NewConversation(agent: 1))
        let foreign = try await server.send(.get, "/v1/chat/tasks/1", headers: headers)
        #expect(foreign.json?["error"]?["code"] == "task_not_found")
        let append = try await server.send(
            .post, "/v1/chat/tasks/1/messages", Self.body("x"), headers: headers)
        #expect(append.json?["error"]?["code"] == "task_not_found")
        let create = try await server.send(
            .post, "/v1/chat/tasks", Self.body("x", agent: 1), headers: headers)
        #expect(create.json?["error"]?["code"] == "agent_not_found")
        let me = try await server.send(.get, "/v1/me", headers: headers).json
        #expect(me == ["agent_id": 2, "agent_name": "Echo", "key_prefix": .string(key.prefix)])
        let agents = try await server.send(.get, "/v1/agents", headers: headers)
        #expect(agents.status == .unauthorized)
        #expect(agents.json?["error"]?["code"] == "invalid_api_key")
    }

    @Test func aPersonalKeyKnowsWhoseItIsAndManages() async throws {
        let server = try await TestBackend(.echo)
        let key = APIKey.generate(.personal)
        #expect(key.text.hasPrefix("xag_personal_"))
        try await server.store.add(key, name: "mine", agent: nil, permissions: [.manage])
        let headers = Self.bearer(key.text)
        let me = try await server.send(.get, "/v1/me", headers: headers)
        #expect(me.status == .ok)
        #expect(me.json?["principal_type"] == "user")
        #expect(me.json?["key_prefix"]?.string == key.prefix)
        #expect(try await server.send(.get, "/v1/agents", headers: headers).json?.elements?.count == 1)
        #expect(try await server.send(.get, "/v1/templates", headers: headers).json == [])
        for (method, path) in [("GET", "/v1/templates/7"), ("POST", "/v1/agents/from-template")] {
            let template = try await server.send(
                try #require(HTTPRequest.Method(method)), path, method == "POST" ? "{}" : nil,
                headers: headers)
            #expect(template.status == .notFound)
            #expect(template.json?["error"]?["code"] == "template_not_found")
        }
        // It does not hold conversations.
        let task = try await server.send(.post, "/v1/chat/tasks", Self.body("x"), headers: headers)
        #expect(task.json?["error"]?["code"] == "invalid_api_key")
    }

    /// Some of these paths belong to another dialect, whose errors a client with such a key does not understand.
    @Test(arguments: [
        ("/v1/nothing", "not_found"), ("/v1/workforces/7/runs", "not_found"),
        ("/v1/templates/7", "invalid_api_key"),
        ("/v1/sessions/none", "task_not_found"), ("/v1/users/none", "task_not_found"),
        ("/v1/agents", "invalid_api_key"), ("/v1/agents/1", "not_found"),
    ])
    func everyErrorOfTheKeysPathsIsAnEnvelope(path: String, code: String) async throws {
        let server = try await TestBackend(.echo)
        let key = APIKey.generate(.agent)
        try await server.store.add(key, name: "bound", agent: 1, permissions: [.chat])
        let response = try await server.send(.get, path, headers: Self.bearer(key.text))
        #expect(response.json?["error"]?["code"]?.string == code)
        let revoked = APIKey.generate(.agent)
        let refused = try await server.send(.get, path, headers: Self.bearer(revoked.text))
        #expect(refused.json?["error"]?["code"] == (code == "not_found" ? "not_found" : "invalid_api_key"))
    }

    @Test func agentsAreListedAndMadeWithAKey() async throws {
        let server = try await TestBackend(.echo)
        let made = try await server.send(
            .post, "/v1/agents", #"{"name": "Helper", "instructions": "Be brief."}"#)
        #expect(made.status == .created)
        let key = try #require(made.json?["api_key"]?["full_key"]?.string)
        #expect(key.hasPrefix("xag_"))
        let agents = try await server.send(.get, "/v1/agents").json?.elements
        #expect(agents?.map { $0["name"] } == ["Echo", "Helper"])
        guard case .integer(let id)? = made.json?["agent"]?["id"] else { throw APIError(.internal) }
        let task = try await server.send(
            .post, "/v1/chat/tasks", Self.body("x", agent: Int(id)), headers: Self.bearer(key))
        #expect(task.status == .accepted)
    }

    // MARK: Events

    private static func events(_ response: TestResponse) throws -> [Xagent.Event] {
        var decoder = ServerSentEventDecoder()
        return try decoder.decode(Array(response.body.readableBytesView)).compactMap(Xagent.Event.init)
    }

    @Test func eventsFollowTheRunningTurn() async throws {
        let (watched, gate) = (Signal(), Signal())
        let server = try await TestBackend(
            ScriptedAgent { _, emit in
                try await emit(.text("be"))
                watched.fire()
                await gate.wait()
                try await emit(.toolCall(id: "1", name: "add", input: "{}"))
                try await emit(.toolResult(id: "1", output: "1", isError: false))
                try await emit(.text("fore"))
            })
        _ = try await server.send(.post, "/v1/chat/tasks", Self.body("hi"))
        await watched.wait()
        let turn = try #require(try await server.store.latestTurn(in: 1))
        async let following = server.send(.get, "/v1/chat/tasks/1/events")
        try await server.backend.runner.whenSubscribed(to: turn)
        gate.fire()
        let response = try await following
        #expect(response.headers[.contentType] == "text/event-stream")
        let events = try Self.events(response)
        #expect(events.first == .status("running"))
        #expect(events.last == .completed(status: "completed", output: "before", error: nil))
        let deltas = events.compactMap { if case .delta(_, let text) = $0 { text } else { nil } }
        #expect(deltas.joined() == "before")
        let steps = events.compactMap { if case .step(let step) = $0 { step.status } else { nil } }
        #expect(steps == ["running", "completed"])
        #expect(events.dropLast().last == .message(messageID: "live:1", content: "before", isCut: false))
    }

    @Test func eventsOfAFinishedTaskEndAtOnce() async throws {
        let server = try await TestBackend(.echo)
        _ = try await whenDone(
            try await server.send(.post, "/v1/chat/tasks", Self.body("hi")).json, in: server)
        let events = try Self.events(try await server.send(.get, "/v1/chat/tasks/1/events"))
        #expect(
            events == [.status("completed"), .completed(status: "completed", output: "echo hi", error: nil)])
    }

    @Test func onlySoManyLookOn() async throws {
        let gate = Signal()
        let server = try await TestBackend(ScriptedAgent { _, _ in await gate.wait() })
        _ = try await server.send(.post, "/v1/chat/tasks", Self.body("hi"))
        let turn = try #require(try await server.store.latestTurn(in: 1))
        let views = try await [
            server.backend.runner.subscribe(to: turn, limit: 2),
            server.backend.runner.subscribe(to: turn, limit: 2),
        ]
        #expect(views.compactMap { $0 }.count == 2)
        let third = try await server.send(.get, "/v1/chat/tasks/1/events")
        #expect(third.status == .tooManyRequests)
        #expect(third.json?["error"]?["code"] == "rate_limited")
        withExtendedLifetime(views) { gate.fire() }
    }
}
