import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Wire

@testable import AgentServer
@testable import Agents

/// The events of Vectara sessions.
@Suite(.timeLimit(.scaled(minutes: 5))) struct VectaraEventTests {
    private static let session = "/v2/agents/echo/sessions/s"
    private static let events = session + "/events"

    /// A session `s` with an agent that does everything an agent can do.
    private func server(_ agent: ScriptedAgent = .echo) async throws -> TestBackend {
        let server = try await TestBackend(agent)
        _ = try await server.send(.post, "/v2/agents/echo/sessions", #"{"key": "s"}"#)
        return server
    }

    private static var versatile: ScriptedAgent {
        ScriptedAgent { _, emit in
            try await emit(.thinking("let me see"))
            try await emit(.toolCall(id: "t1", name: "add", input: #"{"a": 1}"#))
            try await emit(.toolResult(id: "t1", output: "2", isError: false))
            try await emit(.toolCall(id: "t2", name: "fail", input: "{}"))
            try await emit(.toolResult(id: "t2", output: "no", isError: true))
            try await emit(.text("Zwei – 二"))
        }
    }

    private static func input(_ text: String, isStreamed: Bool = false, more: String = "") -> String {
        #"{"type":"input_message","messages":[{"type":"text","content":"\#(text)"}],"stream_response":\#(isStreamed)\#(more)}"#
    }

    private static func events(_ response: TestResponse) throws -> [Vectara.Event] {
        var decoder = ServerSentEventDecoder()
        return try decoder.decode(Array(response.body.readableBytesView)).compactMap(Vectara.Event.init)
    }

    @Test func plainAnswerHoldsTheWholeTurn() async throws {
        let server = try await server(Self.versatile)
        let response = try await server.send(.post, Self.events, Self.input("hi"))
        #expect(response.status == .created)
        #expect(response.json?["session_key"] == "s")
        let events = try #require(response.json?["events"]?.elements)
        #expect(
            events.compactMap { $0["type"]?.string } == [
                "input_message", "thinking", "tool_input", "tool_output", "tool_input", "tool_output",
                "agent_output",
            ])
        for event in events {
            #expect(event["id"]?.string?.hasPrefix("aev_") == true)
            #expect(event["session_key"] == "s")
            #expect(event["created_at"]?.string.flatMap { Timestamp($0) } != nil)
        }
        #expect(events[0]["messages"] == [["type": "text", "content": "hi"]])
        #expect(events[2]["tool_input"] == ["a": 1])
        #expect(events[2]["tool_configuration_name"] == "add")
        #expect(events[3]["tool_output"] == ["value": 2])
        #expect(events[3]["error"] == false)
        #expect(events[5]["error"] == true)
        #expect(events[6]["content"] == "Zwei – 二")
        let names = Set(events.compactMap { $0["id"]?.string })
        #expect(names.count == events.count)
        let listed = try await server.send(.get, Self.events + "?limit=100").json
        #expect(listed?["events"]?.elements == events)
    }

    @Test func streamTellsTheTurnAsItHappens() async throws {
        let server = try await server(Self.versatile)
        let response = try await server.send(.post, Self.events, Self.input("hi", isStreamed: true))
        #expect(response.status == .created)
        #expect(response.headers[.contentType] == "text/event-stream")
        #expect(response.body.readableBytesView.allSatisfy { $0 < 0x80 })
        let events = try Self.events(response)
        #expect(
            events.map(\.type) == [
                "input_message", "streaming_thinking", "streaming_thinking_end", "tool_input", "tool_output",
                "tool_input", "tool_output", "streaming_agent_output", "streaming_agent_output_end", "end",
            ])
        #expect(events.dropLast().allSatisfy { $0.createdAt != nil })
        #expect(events[7].content == "Zwei – 二")
        let stored = try await server.send(.get, Self.events + "?limit=100").json?["events"]?.elements
        #expect(events[8]["event_id"] == stored?.last?["id"])
        #expect(response.text.hasSuffix("data: {\"type\":\"end\"}\n\n"))
    }

    @Test func failureIsToldInTheStream() async throws {
        let server = try await server(
            ScriptedAgent { _, emit in
                try await emit(.text("half"))
                throw AgentFailure("The model went away.")
            })
        let events = try Self.events(
            try await server.send(.post, Self.events, Self.input("hi", isStreamed: true)))
        #expect(events.map(\.type) == ["input_message", "streaming_agent_output", "error", "end"])
        #expect(events[2]["messages"] == ["The model went away."])
        #expect(events[2]["code"] == "agent_processing_failed")
        #expect(events[2].createdAt != nil)
    }

    @Test func plainAnswerThatFailsLeavesNothing() async throws {
        let server = try await server(ScriptedAgent { _, _ in throw AgentFailure("The model is away.") })
        let response = try await server.send(.post, Self.events, Self.input("hi"))
        #expect(response.status == .badGateway)
        #expect(response.json?["messages"] == ["The model is away."])
        #expect(try await server.send(.get, Self.events).json?["events"] == [])
    }

    @Test(arguments: [
        #"{}"#, #"{"messages": []}"#, #"{"messages": "hi"}"#, #"{"messages": [{"type": "text"}]}"#,
        #"{"messages": [{"type": "skill", "skill_name": "x"}]}"#,
        #"{"messages": [{"type": "text", "content": 7}]}"#,
        #"{"messages": [7]}"#, #"{"type": "dance"}"#, #"{"type": "tool_output", "tool_outputs": []}"#,
        #"{"messages": [{"type": "text", "content": "x"}], "stream_response": "yes"}"#,
        #"{"messages": [{"type": "text", "content": "x"}], "behavior": "jump"}"#,
    ])
    func badInputIsABadRequest(body: String) async throws {
        let server = try await server()
        let response = try await server.send(.post, Self.events, body)
        #expect(response.status == .badRequest)
        #expect(response.json?["field_errors"] != nil)
        #expect(try await server.send(.get, Self.events).json?["events"] == [])
    }

    @Test func busySessionRefusesUnlessAskedToWait() async throws {
        let (started, gate) = (Signal(), Signal())
        let server = try await server(
            ScriptedAgent { request, emit in
                started.fire()
                await gate.wait()
                try await emit(.text("to " + request.message))
            })
        async let first = server.send(.post, Self.events, Self.input("one"))
        await started.wait()
        #expect(try await server.send(.get, Self.session).json?["status"] == "running")
        let refused = try await server.send(.post, Self.events, Self.input("two"))
        #expect(refused.status == .conflict)
        async let second = server.send(.post, Self.events, Self.input("three", more: #","since":"start""#))
        try await server.whenQueued()
        gate.fire()
        #expect(try await first.status == .created)
        let events = try await second.json?["events"]?.elements ?? []
        #expect(
            events.map { $0["content"] ?? $0["messages"]?.elements?.first?["content"] } == [
                "one", "to one", "three", "to three",
            ])
    }

    @Test func interruptStopsTheTurn() async throws {
        let started = Signal()
        let server = try await server(
            ScriptedAgent { _, emit in
                try await emit(.text("half"))
                started.fire()
                try await Task.sleep(for: .seconds(3600))
            })
        async let running = server.send(.post, Self.events, Self.input("hi", isStreamed: true))
        await started.wait()
        let interrupt = try await server.send(.post, Self.events, #"{"type": "interrupt"}"#)
        #expect(interrupt.status == .created)
        #expect(interrupt.json?["events"]?.elements?.first?["type"] == "session_interrupted")
        let events = try Self.events(try await running)
        #expect(
            events.map(\.type) == ["input_message", "streaming_agent_output", "session_interrupted", "end"])
        let idle = try await server.send(.post, Self.events, #"{"type": "interrupt"}"#)
        #expect(idle.json?["events"] == [])
    }

    @Test func eventsAreListedPageByPage() async throws {
        let server = try await server(Self.versatile)
        for _ in 0..<3 { _ = try await server.send(.post, Self.events, Self.input("hi")) }
        var seen: [String] = []
        var next: String? = ""
        while let key = next {
            let page = try await server.send(.get, Self.events + "?limit=4&page_key=\(key)").json
            let events = page?["events"]?.elements ?? []
            #expect(events.count <= 4)
            seen += events.compactMap { $0["id"]?.string }
            next = page?["metadata"]?["page_key"]?.string
        }
        #expect(seen.count == 21)
        #expect(Set(seen).count == 21)
    }

    /// Each entry is one event: the one that a page ended with is no part of the next, and does not end the listing.
    @Test func aListingOfPlainMessagesGoesOnToItsEnd() async throws {
        let server = try await server(ScriptedAgent.echo)
        for _ in 0..<5 { _ = try await server.send(.post, Self.events, Self.input("hi")) }
        var sizes: [Int] = []
        var next: String? = ""
        while let key = next {
            let page = try await server.send(.get, Self.events + "?limit=2&page_key=\(key)").json
            sizes.append(page?["events"]?.elements?.count ?? 0)
            next = page?["metadata"]?["page_key"]?.string
        }
        #expect(sizes == [2, 2, 2, 2, 2])
    }

    @Test func eventIsShownHiddenAndDeleted() async throws {
        let agent = ScriptedAgent.echo
        let server = try await server(agent)
        let turn = try await server.send(.post, Self.events, Self.input("secret"))
        let ids = turn.json?["events"]?.elements?.compactMap { $0["id"]?.string } ?? []
        let (said, answered) = (try #require(ids.first), try #require(ids.last))
        #expect(try await server.send(.get, Self.events + "/" + said).json?["type"] == "input_message")
        #expect(try await server.send(.post, Self.events + "/\(said)/hide").status == .ok)
        #expect(try await server.send(.get, Self.events).json?["events"]?.elements?.count == 1)
        #expect(
            try await server.send(.get, Self.events + "?include_hidden=true").json?["events"]?.elements?.count
                == 2)
        _ = try await server.send(.post, Self.events, Self.input("next"))
        #expect(agent.requests.last?.history == [.init(.agent, "echo secret")])
        #expect(try await server.send(.post, Self.events + "/\(said)/unhide").status == .ok)
        #expect(try await server.send(.delete, Self.events + "/" + answered).status == .noContent)
        #expect(try await server.send(.get, Self.events + "/" + answered).status == .notFound)
        #expect(
            try await server.send(.get, Self.events + "/aev_none").json?["messages"] == ["Event not found"])
    }

    @Test func forkBeginsWithWhatWasSaid() async throws {
        let agent = ScriptedAgent.echo
        let server = try await server(agent)
        let first = try await server.send(.post, Self.events, Self.input("one"))
        _ = try await server.send(.post, Self.events, Self.input("two"))
        let cut = try #require(first.json?["events"]?.elements?.last?["id"]?.string)

        let sessions = "/v2/agents/echo/sessions"
        for (key, source, history) in [
            ("all", "", ["one", "echo one", "two", "echo two"]),
            ("part", #","include_up_to_event_id":"\#(cut)""#, ["one", "echo one"]),
            (
                "short", #","compact_up_to_event_id":"\#(cut)""#,
                ["user: one\nagent: echo one", "two", "echo two"]
            ),
        ] {
            let body = #"{"key": "\#(key)", "from_session": {"session_key": "s"\#(source)}}"#
            #expect(try await server.send(.post, sessions, body).status == .created)
            _ = try await server.send(.post, "\(sessions)/\(key)/events", Self.input("three"))
            #expect(agent.requests.last?.history.map(\.text) == history)
        }
        let copied = try await server.send(.get, "\(sessions)/all/events").json?["events"]?.elements ?? []
        let original = try await server.send(.get, Self.events).json?["events"]?.elements ?? []
        #expect(copied.prefix(4).map { $0["type"] } == original.map { $0["type"] })
        let names = [copied, original].map { events in Set(events.compactMap { $0["id"]?.string }) }
        #expect(names[0].isDisjoint(with: names[1]))
        #expect(copied.allSatisfy { $0["session_key"] == "all" })
        let unknown = #"{"from_session": {"session_key": "s", "include_up_to_event_id": "aev_none"}}"#
        #expect(try await server.send(.post, sessions, unknown).status == .notFound)
    }

    @Test func compactingReplacesWhatTheAgentRemembers() async throws {
        let agent = ScriptedAgent.echo
        let server = try await server(agent)
        _ = try await server.send(.post, Self.events, Self.input("one"))
        let second = try await server.send(.post, Self.events, Self.input("two"))
        let said = try #require(second.json?["events"]?.elements?.first?["id"]?.string)
        let compact = try await server.send(
            .post, Self.events, #"{"type": "compact", "compact_up_to_event_id": "\#(said)"}"#)
        let event = try #require(compact.json?["events"]?.elements?.first)
        #expect(event["type"] == "compaction")
        #expect(event["turns_compacted"] == 2)
        #expect(event["events_compacted"] == 3)
        _ = try await server.send(.post, Self.events, Self.input("three"))
        #expect(
            agent.requests.last?.history == [
                .init(.summary, "user: one\nagent: echo one\nuser: two"), .init(.agent, "echo two"),
            ])
    }

    /// There is nothing in a new session, nor after a compaction until more is said.
    @Test func nothingToCompactIsABadRequest() async throws {
        let server = try await server()
        func compact(_ more: String = "") async throws -> TestResponse {
            try await server.send(.post, Self.events, #"{"type": "compact"\#(more)}"#)
        }
        let empty = try await compact()
        #expect(empty.status == .badRequest)
        #expect(empty.json?["messages"] == ["There is nothing to compact"])
        #expect(empty.json?["code"] == "invalid_request")
        #expect(try await compact(#", "stream_response": true"#).status == .badRequest)
        #expect(try await server.send(.get, Self.events).json?["events"] == [])

        _ = try await server.send(.post, Self.events, Self.input("hi"))
        #expect(try await compact().status == .created)
        #expect(try await compact().status == .badRequest)
        _ = try await server.send(.post, Self.events, Self.input("more"))
        let second = try await compact()
        #expect(second.status == .created)
        #expect(second.json?["events"]?.elements?.first?["events_compacted"] == 2)
        #expect(
            second.json?["events"]?.elements?.first?["summary_text"]
                == "user: hi\nagent: echo hi\nuser: more\nagent: echo more")
    }

    @Test func disabledSessionTakesNothing() async throws {
        let server = try await server()
        _ = try await server.send(.patch, Self.session, #"{"enabled": false}"#)
        #expect(try await server.send(.post, Self.events, Self.input("hi")).status == .forbidden)
    }

    @Test func aliasMeansTheAgent() async throws {
        let server = try await server()
        let response = try await server.send(
            .post, "/v2/agent_aliases/echo/sessions/s/events", Self.input("hi"))
        #expect(response.status == .created)
    }
}

/// What the vendor's own package insists on.
@Suite(.timeLimit(.scaled(minutes: 5))) struct VectaraPackageTests {
    private static let events = "/v2/agents/echo/sessions/s/events"

    private static func types(_ text: String) throws -> [String] {
        var decoder = ServerSentEventDecoder()
        return try decoder.decode(Array(text.utf8)).compactMap { JSONValue(text: $0.data)?["type"]?.string }
    }

    @Test func everyInputIsStreamedIfAskedFor() async throws {
        let server = try await TestBackend(.echo)
        _ = try await server.send(.post, "/v2/agents/echo/sessions", #"{"key": "s"}"#)
        _ = try await server.send(.post, Self.events, #"{"messages": [{"type": "text", "content": "hi"}]}"#)
        for (input, types) in [("compact", ["compaction", "end"]), ("interrupt", ["end"])] {
            let response = try await server.send(
                .post, Self.events, #"{"type": "\#(input)", "stream_response": true}"#)
            #expect(response.status == .created)
            #expect(response.headers[.contentType] == "text/event-stream")
            #expect(try Self.types(response.text) == types)
        }
    }

    @Test(arguments: [
        ("/v2/agents/none", "none", "Agent not found"),
        ("/v2/agents/echo/sessions/n%20o", "n o", "Session not found"),
        ("/v2/agents/echo/sessions/s/events/aev_x", "aev_x", "Event not found"),
    ])
    func whatIsNotFoundIsNamed(path: String, id: String, words: String) async throws {
        let server = try await TestBackend(.echo)
        _ = try await server.send(.post, "/v2/agents/echo/sessions", #"{"key": "s"}"#)
        let refused = try await server.send(.get, path)
        #expect(refused.status == .notFound)
        #expect(refused.json?["id"]?.string == id)
        #expect(refused.json?["messages"] == [.string(words)])
    }
}
