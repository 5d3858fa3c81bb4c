import AgentAPI
import Foundation
import SessionCore
import Synchronization
import TestSupport
import Testing
import Wire

@testable import AgentClient

@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct VectaraServiceTests {
    private let patient = PatientTransport()
    private static let agent = Agent(id: "customer_support", name: "Customer Support")

    private func service(_ server: ScriptedServer, agents: [Agent] = [agent]) throws -> VectaraService {
        try VectaraService(Fixture.account(server.url, agents: agents), transport: patient.transport)
    }

    private func conversation(_ session: String? = "s1") -> Conversation {
        Fixture.conversation(session, agent: Self.agent)
    }

    private func request(_ session: String? = "s1") -> TurnRequest {
        TurnRequest(conversation: conversation(session), text: "I'm having trouble")
    }

    private static let created = answer(
        "201 Created",
        body: """
            {"key":"parley-00000000000000aa","agent_key":"customer_support","name":"A title","enabled":true,"created_at":"2024-01-15T10:30:00Z"}
            """)

    private static func stream(_ events: [String], isWhole: Bool = true) -> String {
        chunked(events.map { "data: \($0)\n\n" }, type: "text/event-stream", isWhole: isWhole)
            .replacing("200 OK", with: "201 Created")
    }

    private static let events = [
        #"{"type":"input_message","id":"aev_1","session_key":"s","messages":[{"type":"text","content":"hi"}],"created_at":"2024-01-15T10:30:00Z"}"#,
        #"{"type":"streaming_agent_output","content":"I can help caf\u00e9","created_at":"2024-01-15T10:30:01Z"}"#,
        #"{"type":"streaming_agent_output_end","event_id":"aev_2","created_at":"2024-01-15T10:30:02Z"}"#,
        #"{"type":"end"}"#,
    ]

    private static let expected: [ReplyEvent] = [
        .accepted(serviceID: "s1"), .text("I can help café"), .messageID("aev_2"),
    ]

    private func path(_ rest: String) -> String { "/v2/agents/customer_support/sessions\(rest)" }

    // MARK: Replies

    @Test func aReplyIsTheStreamOfItsPost() async throws {
        try await ScriptedServer.answering { _ in
            Self.stream(Self.events)
        } use: { server in
            let (received, end) = try await service(server).gather(request())
            #expect(end == .complete)
            #expect(received.events == Self.expected)
            let sent = try #require(server.requests.first)
            #expect(sent.target == path("/s1/events"))
            #expect(sent.headers["x-api-key"] == Fixture.key)
            #expect(sent.headers["accept"]?.hasPrefix("text/event-stream") == true)
            #expect(
                sent.body
                    == #"{"messages":[{"content":"I'm having trouble","type":"text"}],"stream_response":true,"type":"input_message"}"#
            )
        }
    }

    @Test("A key is sent in its own header, a token as bearer")
    func keysAndTokens() async throws {
        try await ScriptedServer.answering { _ in
            answer(body: #"{"agents":[],"metadata":{}}"#)
        } use: { server in
            for key in ["zut_plain.key.here", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl"] {
                let account = Fixture.account(server.url, key: { key })
                _ = try await VectaraService(account, transport: patient.transport).agents()
            }
            #expect(server.requests.map { $0.headers["x-api-key"] } == ["zut_plain.key.here", nil])
            #expect(
                server.requests.map { $0.headers["authorization"] } == [
                    nil, "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl",
                ])
        }
    }

    @Test("However the bytes are cut, the reply is the same")
    func everySplit() async throws {
        let bytes = Array(Self.stream(Self.events).utf8)
        let next = Mutex(0)
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            let place = next.withLock { $0 }
            try await connection.send(Array(bytes[..<place]))
            try await connection.send(Array(bytes[place...]))
        } use: { server in
            for place in stride(from: 0, through: bytes.count, by: 3) {
                next.withLock { $0 = place }
                let (received, end) = try await service(server).gather(request())
                #expect(received.events == Self.expected)
                #expect(end == .complete)
            }
        }
    }

    @Test("Without its end a reply is truncated, however tidily the body ended", arguments: [true, false])
    func truncated(isWhole: Bool) async throws {
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            try await connection.send(Self.stream(Array(Self.events.dropLast()), isWhole: isWhole))
        } use: { server in
            let (received, end) = try await service(server).gather(request())
            #expect(received.events == Self.expected)
            #expect(end == .truncated)
            #expect(server.requests.count == 1)
        }
    }

    @Test func anAnswerInOnePiece() async throws {
        let body =
            #"{"events":[{"type":"input_message","id":"aev_1"},{"type":"agent_output","id":"aev_2","content":"I can help café"}],"session_key":"s1"}"#
        let whole = answer("201 Created", ["content-type: application/json"], body: body)
        try await ScriptedServer.answering { _ in
            whole
        } use: { server in
            let (received, end) = try await service(server).gather(request())
            #expect(received.events == Self.expected)
            #expect(end == .complete)
        }
    }

    @Test func aFailureWithinTheStream() async throws {
        let events = [Self.events[1], #"{"type":"error","messages":["Model failed"]}"#]
        try await ScriptedServer.answering { _ in
            Self.stream(events)
        } use: { server in
            let received = EventLog<ReplyEvent>()
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).reply(to: request(), receive: received.add)
            }
            #expect(error?.detail == "Model failed")
            #expect(received.text == "I can help café")
        }
    }

    @Test func eventsThatCannotBeReadAreStepsAndDoNotFailAReply() async throws {
        let events = ["[DONE]", "{\"type\"", Self.events[1], Self.events[2], "7", Self.events[3]]
        try await ScriptedServer.answering { _ in
            Self.stream(events)
        } use: { server in
            let (received, end) = try await service(server).gather(request())
            let isUnreadable: (ReplyEvent) -> Bool = { event in
                if case .step(let step) = event { step.title == "unreadable event" } else { false }
            }
            #expect(received.events.filter { !isUnreadable($0) } == Self.expected)
            #expect(received.events.count(where: isUnreadable) == 2)
            #expect(end == .complete)
        }
    }

    // MARK: Sessions

    @Test func aNewConversationGetsASessionFirst() async throws {
        try await ScriptedServer.answering { request in
            request.target.hasSuffix("/sessions") ? Self.created : Self.stream(Self.events)
        } use: { server in
            let (received, _) = try await service(server).gather(request(nil))
            #expect(received.events.first == .accepted(serviceID: "parley-00000000000000aa"))
            #expect(server.requests.map(\.target) == [path(""), path("/parley-00000000000000aa/events")])
            let sent = try WireJSON.decode(Vectara.SessionRequest.self, from: server.requests[0].body.utf8)
            #expect(sent.key == "parley-00000000000000aa")
            #expect(Vectara.isKey(sent.key ?? ""))
            #expect(sent.name == "A title")
            #expect(sent.description?.isEmpty == false)
            #expect(sent.metadata?["client"] == "parley")
        }
    }

    @Test(
        "A session that an earlier attempt has created is used",
        arguments: [
            ("409 Conflict", #"{"messages":["Session exists"],"request_id":"r"}"#),
            (
                "400 Bad Request",
                #"{"field_errors":{"key":"A session with this key already exists"},"messages":["Bad"],"request_id":"r"}"#
            ),
        ])
    func aSessionThatExists(status: String, body: String) async throws {
        try await ScriptedServer.answering { request in
            if request.target.hasSuffix("/sessions") { return answer(status, body: body) }
            return request.target.hasSuffix("/events") ? Self.stream(Self.events) : Self.created
        } use: { server in
            let (received, _) = try await service(server).gather(request(nil))
            #expect(received.events.first == .accepted(serviceID: "parley-00000000000000aa"))
        }
    }

    @Test func aBusySessionAcceptsNothing() async throws {
        let busy = answer(
            "409 Conflict", body: #"{"messages":["Session is already running."],"request_id":"r"}"#)
        try await ScriptedServer.answering { _ in
            busy
        } use: { server in
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).gather(request())
            }
            #expect(error?.kind == .busy)
            #expect(server.requests.count == 1)
        }
    }

    @Test func renameDeleteInterruptAndFork() async throws {
        try await ScriptedServer.answering { request in
            switch request.method {
            case "DELETE": "HTTP/1.1 204 No Content\r\n\r\n"
            case "PATCH": answer(body: "{}")
            default: Self.created
            }
        } use: { server in
            let service = try service(server)
            try await service.rename(conversation(), to: "New name")
            try await service.delete(conversation())
            try await service.interrupt(conversation())
            let forked = try await service.fork(
                conversation(), upTo: ForkPoint(serviceID: "aev_2", words: []))
            #expect(forked == "parley-00000000000000aa")
            #expect(server.requests.map(\.method) == ["PATCH", "DELETE", "POST", "POST"])
            #expect(
                server.requests.map(\.target) == [path("/s1"), path("/s1"), path("/s1/events"), path("")])
            #expect(server.requests[0].body == #"{"name":"New name"}"#)
            #expect(server.requests[2].body == #"{"type":"interrupt"}"#)
            let source = try WireJSON.decode(Vectara.SessionRequest.self, from: server.requests[3].body.utf8)
                .source
            #expect(
                source == Vectara.Source(agentKey: "customer_support", sessionKey: "s1", includeUpTo: "aev_2")
            )
        }
    }

    @Test func agentsAreListedToTheEnd() async throws {
        try await ScriptedServer.answering { request in
            answer(
                body: request.target.contains("page_key")
                    ? #"{"agents":[{"key":"b","name":"B"},{"key":"off","name":"Off","enabled":false}],"metadata":{}}"#
                    : #"{"agents":[{"key":"a","name":"A"}],"metadata":{"page_key":"k+1"}}"#)
        } use: { server in
            let agents = try await service(server).agents()
            #expect(agents == [Agent(id: "a", name: "A"), Agent(id: "b", name: "B")])
            #expect(
                server.requests.map(\.target) == [
                    "/v2/agents?limit=100", "/v2/agents?limit=100&page_key=k%2B1",
                ])
        }
    }

    @Test func sessionsOfAllAgentsAreListedPageByPage() async throws {
        try await ScriptedServer.answering { request in
            let isFirst = request.target.contains("/a/") && !request.target.contains("page_key")
            let name = request.target.contains("/a/") ? (isFirst ? "a1" : "a2") : "b1"
            return answer(
                body: """
                    {"sessions":[{"key":"\(name)","agent_key":"x","name":"Name \(name)","created_at":"2024-01-15T10:30:00Z"}],
                     "metadata":{\(isFirst ? "\"page_key\":\"p 2\"" : "")}}
                    """)
        } use: { server in
            let service = try service(server, agents: [Agent(id: "a", name: "A"), Agent(id: "b", name: "B")])
            var page: String?
            var found: [RemoteTask] = []
            repeat {
                let next = try await service.tasks(page: page)
                found += next.elements
                page = next.next
            } while page != nil
            #expect(found.map(\.serviceID) == ["a1", "a2", "b1"])
            #expect(found.map(\.agent.name) == ["A", "A", "B"])
            #expect(found[0].title == "Name a1")
            #expect(found[0].updatedAt == Date(timeIntervalSince1970: 1_705_314_600))
        }
    }

    // MARK: History

    @Test("The service pages forwards, the history is read backwards")
    func history() async throws {
        let pages = [
            #"{"events":[{"type":"input_message","id":"1","messages":[{"type":"text","content":"one"}],"created_at":"2024-01-15T10:30:00Z"},{"type":"agent_output","id":"2","content":"first"}],"metadata":{"page_key":"1"}}"#,
            #"{"events":[{"type":"input_message","id":"3","messages":[{"type":"text","content":"two"}]},{"type":"tool_input","id":"4","tool_call_id":"c","tool_name":"t","tool_input":{}}],"metadata":{"page_key":"2"}}"#,
            #"{"events":[{"type":"tool_output","id":"5","tool_call_id":"c","tool_name":"t","tool_output":{"a":1}},{"type":"agent_output","id":"6","content":"second"},{"type":"new_thing","id":"7"}],"metadata":{}}"#,
        ]
        try await ScriptedServer.answering { request in
            let number =
                request.target.split(separator: "page_key=").dropFirst().first.flatMap { Int($0) } ?? 0
            return answer(body: pages[number])
        } use: { server in
            let service = try service(server)
            let newest = try await service.history(conversation(), page: nil)
            #expect(newest.elements.map(\.text) == ["second", ""])
            #expect(newest.elements[0].extras.steps.map(\.state) == [.completed])
            #expect(newest.elements[1].extras.steps.map(\.title) == ["new_thing"])
            #expect(server.requests.count == 3)

            let middle = try await service.history(conversation(), page: newest.next)
            #expect(middle.elements.map(\.text) == ["two", ""])
            #expect(middle.elements.map(\.role) == [.user, .agent])
            let oldest = try await service.history(conversation(), page: middle.next)
            #expect(oldest.elements.map(\.text) == ["one", "first"])
            #expect(oldest.elements.map(\.serviceID) == ["1", "2"])
            #expect(oldest.next == nil)
            #expect(server.requests.count == 5)
        }
    }

    @Test("A service whose pages go in a circle does not hang the history")
    func circularPages() async throws {
        let body =
            #"{"events":[{"type":"agent_output","id":"1","content":"x"}],"metadata":{"page_key":"same"}}"#
        try await ScriptedServer.answering { _ in
            answer(body: body)
        } use: { server in
            let page = try await service(server).history(conversation(), page: nil)
            #expect(page.elements.map(\.text) == ["x"])
            #expect(server.requests.count == 2)
        }
    }
}
