import AgentAPI
import Foundation
import SessionCore
import Synchronization
import TestSupport
import Testing
import Timing

@testable import AgentClient

@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct XagentServiceTests {
    private let patient = PatientTransport()
    private static let agent = Agent(id: "7", name: "Flash")

    private func service(_ server: ScriptedServer) throws -> XagentService {
        try XagentService(Fixture.account(server.url, agents: [Self.agent]), transport: patient.transport)
    }

    private func request(_ serviceID: String?, _ text: String = "Calculate 17 times 23 …") -> TurnRequest {
        TurnRequest(conversation: Fixture.conversation(serviceID, agent: Self.agent), text: text)
    }

    private let ticket = Ticket(id: "10", conversation: Fixture.conversation("10"))

    private static let accepted = answer(
        "202 Accepted",
        body: #"{"task_id":10,"agent_id":7,"status":"running","created_at":"2026-05-10T03:00:00Z"}"#)

    private static func state(_ status: String, _ rest: String = #""output":null,"error":null"#) -> String {
        answer(
            body: """
                {"task_id":10,"agent_id":7,"status":"\(status)","input":"Calculate 17 times 23 …",\(rest),
                 "created_at":"2026-05-10T03:00:00Z","completed_at":null}
                """)
    }

    private static let steps = """
        {"task_id":10,"agent_id":7,"steps":[
         {"id":"message:user:0","type":"message","status":"completed","started_at":"2026-05-10T02:00:00Z","completed_at":"2026-05-10T02:00:00Z","data":{"role":"user","content":"Hello"}},
         {"id":"message:assistant:0","type":"message","status":"completed","started_at":"2026-05-10T02:00:05Z","completed_at":"2026-05-10T02:00:05Z","data":{"role":"assistant","content":"Hi"}},
         {"id":"message:user:1","type":"message","status":"completed","started_at":"2026-05-10T03:00:00Z","completed_at":"2026-05-10T03:00:00Z","data":{"role":"user","content":"Calculate 17 times 23 …"}},
         {"id":"thinking:plan:1","type":"thinking","status":"completed","started_at":"2026-05-10T03:00:01Z","completed_at":"2026-05-10T03:00:01Z","data":{"phase":"planning"}},
         {"id":"tool_call:py:1","type":"tool_call","status":"completed","started_at":"2026-05-10T03:00:02Z","completed_at":"2026-05-10T03:00:03Z","data":{"name":"execute_python_code","args":{"code":"print(17 * 23)"},"result":"391\\n"}},
         {"id":"agent_delegation:chart:1","type":"agent_delegation","status":"failed","started_at":"2026-05-10T03:00:04Z","completed_at":"2026-05-10T03:00:04Z","data":{"sub_agent_name":"ChartCraft","input":"plot a histogram","error":"no data"}},
         {"id":"message:assistant:1","type":"message","status":"completed","started_at":"2026-05-10T03:00:05Z","completed_at":"2026-05-10T03:00:05Z","data":{"role":"assistant","content":"391"}}]}
        """

    private static let reported = [
        Step(id: "thinking:plan:1", kind: .thinking, title: "planning", state: .completed),
        Step(
            id: "tool_call:py:1", kind: .tool, title: "execute_python_code", state: .completed,
            detail: "{\"code\":\"print(17 * 23)\"}\n\n391"),
        Step(
            id: "agent_delegation:chart:1", kind: .delegation, title: "ChartCraft", state: .failed,
            detail: "plot a histogram\n\nno data"),
    ]

    /// A server with or without an event stream; other requests are answered with the task's states, one after the other.
    private func serve<Outcome: Sendable>(
        events: String?, states: [String] = [], post: [String] = [accepted],
        use: (ScriptedServer) async throws -> Outcome
    ) async throws -> Outcome {
        let absent = answer("404 Not Found", body: #"{"detail":"Not Found"}"#)
        let polls = Mutex(states)
        let posts = Mutex(post)
        return try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                let next: String
                if request.method == "POST" {
                    next = posts.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                } else if request.target.hasSuffix("/events") {
                    next = events ?? absent
                } else if request.target.hasSuffix("/steps") {
                    next = answer(body: Self.steps)
                } else {
                    next = polls.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? absent }
                }
                try await connection.send(next)
                // A body without an end needs the connection closed; after a whole one a client may use it again.
                if !next.contains("content-length"), !next.hasSuffix("\r\n0\r\n\r\n") { return }
            }
        } use: {
            try await use($0)
        }
    }

    private static func stream(_ events: [(String, String)]) -> String {
        chunked(
            events.map { "event: \($0.0)\ndata: \($0.1)\n\n" } + [": ping\n\n"], type: "text/event-stream")
    }

    private static let whole = stream([
        ("task.status", #"{"status":"running"}"#),
        ("message.delta", #"{"message_id":"live:1","text":"39"}"#),
        ("message.delta", #"{"message_id":"live:1","text":"1"}"#),
        ("message.completed", #"{"message_id":"live:1","content":"391"}"#),
        ("task.completed", #"{"status":"completed","output":"391","error":null}"#),
    ])

    // MARK: Sending

    @Test func aTaskIsCreatedAndAMessageAppendedAsDocumented() async throws {
        try await serve(events: nil) { server in
            let ticket = try await service(server).begin(request(nil))
            #expect(ticket.id == "10")
            #expect(ticket.conversation.serviceID == "10")
            _ = try await service(server).begin(request("123"))
            #expect(server.requests.map(\.target) == ["/v1/chat/tasks", "/v1/chat/tasks/123/messages"])
            for sent in server.requests {
                #expect(sent.headers["authorization"] == "Bearer \(Fixture.key)")
                #expect(
                    sent.body
                        == #"{"agent_id":7,"message":{"content":"Calculate 17 times 23 …","role":"user"}}"#)
            }
        }
    }

    @Test func aMessageToABusyTaskIsNotAccepted() async throws {
        let busy = answer(
            "409 Conflict",
            body:
                #"{"error":{"code":"task_busy","message":"Task is currently running; retry after it completes."}}"#
        )
        try await serve(events: nil, post: [busy]) { server in
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).gather(request("10"))
            }
            #expect(error?.kind == .busy)
            #expect(error?.message.contains("nothing was accepted") == true)
            #expect(error?.detail?.contains("task_busy") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test("What answers a question goes where answers go")
    func answeringAQuestion() async throws {
        let required = answer(
            "409 Conflict",
            body: #"{"error":{"code":"interaction_response_required","message":"Use /reply."}}"#)
        try await serve(events: Self.whole, post: [required, Self.accepted]) { server in
            let (received, end) = try await service(server).gather(request("10", "Lisbon"))
            #expect(end == .complete)
            #expect(received.text == "391")
            let posts = server.requests.filter { $0.method == "POST" }
            #expect(posts.map(\.target) == ["/v1/chat/tasks/10/messages", "/v1/chat/tasks/10/reply"])
            #expect(posts[1].body.contains("Lisbon"))
        }
    }

    @Test func anAgentIsANumber() async throws {
        try await serve(events: nil) { server in
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).begin(
                    TurnRequest(
                        conversation: Fixture.conversation(nil, agent: Agent(id: "seven", name: "")),
                        text: "x"))
            }
            #expect(error?.kind == .invalid)
            #expect(error?.message.contains("“seven”") == true)
            #expect(server.requests.isEmpty)
        }
    }

    // MARK: Replies

    @Test func aReplyIsTheStreamOfItsTurn() async throws {
        try await serve(events: Self.whole) { server in
            let (received, end) = try await service(server).gather(request(nil))
            #expect(end == .complete)
            // The steps have what happened before the stream was attached.
            #expect(
                received.events == [.accepted(serviceID: "10"), .ticket("10"), .text("39"), .text("1")]
                    + Self.reported.map { .step($0) } + [.messageID("message:assistant:1")])
            #expect(
                server.requests.map(\.target) == [
                    "/v1/chat/tasks", "/v1/chat/tasks/10/events", "/v1/chat/tasks/10/steps",
                ])
            #expect(server.requests[1].headers["accept"] == "text/event-stream")
        }
    }

    @Test(
        "Cut at any byte and then broken off, a stream ends truncated, and its ticket has the rest",
        arguments: [0.0, 0.2, 0.5, 0.8])
    func brokenStreams(part: Double) async throws {
        let cut = String(Self.whole.prefix(Int(Double(Self.whole.count) * part)))
        try await serve(events: cut, states: [Self.state("completed", #""output":"391","error":null"#)]) {
            server in
            let service = try service(server)
            let (received, end) = try await service.gather(request(nil))
            #expect(end == .truncated)
            #expect(received.ticket == "10")
            #expect(try await service.poll(ticket).events.contains(.wholeText("391")))
            #expect(server.requests.filter { $0.method == "POST" }.count == 1)
        }
    }

    @Test("Without a stream the reply ends with its ticket, and the stream is not asked for again")
    func withoutAStream() async throws {
        try await serve(events: nil) { server in
            let service = try service(server)
            let (received, end) = try await service.gather(request(nil))
            #expect(end == .truncated)
            #expect(received.events == [.accepted(serviceID: "10"), .ticket("10")])
            _ = try await service.gather(request(nil))
            #expect(server.requests.filter { $0.target.hasSuffix("/events") }.count == 1)
            #expect(patient.pauses.all.isEmpty)
        }
    }

    @Test func aQuestionEndsTheReply() async throws {
        let waiting = Self.stream([
            ("task.input_required", #"{"task_id":10,"prompt":"Where are you flying to?"}"#)
        ])
        try await serve(events: waiting) { server in
            let (received, end) = try await service(server).gather(request(nil))
            #expect(end == .waiting)
            #expect(received.events.contains(.question("Where are you flying to?")))
        }
    }

    @Test func aQuestionThatTheStreamDoesNotQuoteIsPolled() async throws {
        let waiting = Self.stream([("task.input_required", #"{"task_id":10,"prompt":null}"#)])
        let state = Self.state(
            "waiting_for_user",
            #""output":null,"error":null,"pending_interaction":{"question":"Where to?","interactions":[{"label":"Destination"}]}"#
        )
        try await serve(events: waiting, states: [state]) { server in
            let service = try service(server)
            #expect(try await service.gather(request(nil)).end == .truncated)
            let answer = try await service.poll(ticket)
            #expect(answer.state == .waiting)
            #expect(answer.events.contains(.question("Where to?\n- Destination")))
        }
    }

    @Test func aTurnThatFailsEndsTheReply() async throws {
        let failed = Self.stream([
            ("task.completed", #"{"status":"failed","output":null,"error":"out of memory"}"#)
        ])
        try await serve(events: failed) { server in
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).gather(request(nil))
            }
            #expect(error?.kind == .service)
            #expect(error?.detail == "out of memory")
        }
    }

    @Test func aPollOfATurnThatFailedSaysWhy() async throws {
        try await serve(events: nil, states: [Self.state("failed", #""output":null,"error":"boom""#)]) {
            server in
            let answer = try await service(server).poll(ticket)
            guard case .failed(let error) = answer.state else {
                Issue.record("\(answer.state)")
                return
            }
            #expect(error.detail == "boom")
        }
    }

    @Test func aPollIsNotRetriedByTheService() async throws {
        let busy = answer("503 Busy", ["Retry-After: 30"], body: "")
        try await serve(events: nil, states: [busy]) { server in
            let error = await #expect(throws: ServiceError.self) { try await service(server).poll(ticket) }
            #expect(error?.kind == .service)
            #expect(error?.retryAt == PatientTransport.now.addingTimeInterval(30))
            #expect(server.requests.count == 1)
            #expect(patient.pauses.all.isEmpty)
        }
    }

    @Test func stopClosesTheStream() async throws {
        let underWay = Signal()
        let closed = Signal()
        try await ScriptedServer.run { connection in
            guard let request = try await connection.request() else { return }
            if request.method == "POST" {
                try await connection.send(Self.accepted)
                await connection.waitForClose()
                return
            }
            try await connection.send(
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                    + chunk("event: message.delta\ndata: {\"message_id\":\"1\",\"text\":\"x\"}\n\n"))
            await connection.waitForClose()
            closed.fire()
        } use: { server in
            let service = try service(server)
            let reply = Task {
                try await service.reply(to: request(nil)) { if case .text = $0 { underWay.fire() } }
            }
            await underWay.wait()
            reply.cancel()
            await closed.wait()
            await #expect(throws: CancellationError.self) { try await reply.value }
        }
    }

    // MARK: Polling and history

    @Test func aPollReportsTheStepsOfTheLatestTurnOnly() async throws {
        try await serve(events: nil, states: [Self.state("completed", #""output":"391","error":null"#)]) {
            server in
            let polled = try await service(server).poll(ticket)
            let expected =
                Self.reported.map { ReplyEvent.step($0) } + [
                    .wholeText("391"), .messageID("message:assistant:1"),
                ]
            #expect(polled == PollAnswer(.done, events: expected))
        }
    }

    @Test("Steps of an earlier turn are not taken for the new one's")
    func staleSteps() async throws {
        let state = Self.state("running").replacing("Calculate 17 times 23", with: "Something newer")
        let adjusted = answer(body: String(state.split(separator: "\r\n\r\n")[1]))
        try await serve(events: nil, states: [adjusted]) { server in
            let polled = try await service(server).poll(ticket)
            #expect(polled == PollAnswer(.running))
        }
    }

    @Test func theTranscriptIsTheHistory() async throws {
        try await serve(events: nil) { server in
            let page = try await service(server).history(Fixture.conversation("10"), page: nil)
            #expect(page.elements.map(\.role) == [.user, .agent, .user, .agent])
            #expect(page.elements.map(\.text) == ["Hello", "Hi", "Calculate 17 times 23 …", "391"])
            #expect(page.elements[3].extras.steps == Self.reported)
            #expect(page.elements[3].serviceID == "message:assistant:1")
            #expect(page.elements[2].at == Date(timeIntervalSince1970: 1_778_382_000))
            let none = try await service(server).history(Fixture.conversation(nil), page: nil)
            #expect(none.elements.isEmpty)
        }
    }
}
