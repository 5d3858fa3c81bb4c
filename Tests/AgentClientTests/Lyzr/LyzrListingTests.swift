import Foundation
import SessionCore
import Synchronization
import TestSupport
import Testing

@testable import AgentClient

@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct LyzrListingTests {
    private let patient = PatientTransport()

    private func service(
        _ server: ScriptedServer, user: String = "user123", agents: [Agent] = [Fixture.agent]
    ) throws -> LyzrService {
        try LyzrService(Fixture.account(server.url, user: user, agents: agents), transport: patient.transport)
    }

    // MARK: Background turns

    @Test func aTurnIsBegunAsTheDocumentSays() async throws {
        let body = "{\n  \"task_id\": \"91b97d32-0e60-4e75-8xxxxxx\"\n}"
        try await ScriptedServer.answering { _ in
            answer(body: body)
        } use: { server in
            let ticket = try await service(server).begin(
                Fixture.request("Initiate a complex task for me.", nil))
            #expect(ticket.id == "91b97d32-0e60-4e75-8xxxxxx")
            #expect(ticket.conversation.serviceID == "60d0fe4f5311236168a109ca-00000000000000aa")
            #expect(server.requests.map(\.target) == ["/v2/task/"])
            #expect(server.requests.map(\.method) == ["POST"])
        }
    }

    @Test func anAnswerWithoutATaskIsUnreadable() async throws {
        try await ScriptedServer.answering { _ in
            answer(body: "{}")
        } use: { server in
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).begin(Fixture.request())
            }
            #expect(error?.kind == .unreadable)
            #expect(error?.detail == "task_id: field required")
            #expect(server.requests.count == 1)
        }
    }

    static let pollAnswers: [(String, PollAnswer)] = [
        (#"{"task_id":"t","status":"pending","result":null}"#, PollAnswer(.running)),
        (#"{"task_id":"t","status":"in_progress"}"#, PollAnswer(.running)),
        (
            #"{"task_id":"t","status":"completed","result":{"response":"I'm here …"}}"#,
            PollAnswer(.done, events: [.wholeText("I'm here …")])
        ),
        (
            #"{"task_id":"t","status":"completed","result":"text"}"#,
            PollAnswer(.done, events: [.wholeText("text")])
        ),
        (
            #"{"task_id":"t","status":"failed","result":null,"error":"boom"}"#,
            PollAnswer(
                .failed(
                    ServiceError(
                        .service, "The agent could not finish the turn. Send it again.", detail: "boom")))
        ),
    ]

    @Test(arguments: pollAnswers)
    func polls(json: String, expected: PollAnswer) async throws {
        try await ScriptedServer.answering { _ in
            answer(body: json)
        } use: { server in
            let ticket = Ticket(id: "91b97d32/0e60", conversation: Fixture.conversation())
            let polled = try await service(server).poll(ticket)
            #expect(polled == expected)
            #expect(server.requests.map(\.target) == ["/v2/task/91b97d32%2F0e60"])
            #expect(server.requests.map(\.method) == ["GET"])
            #expect(server.requests[0].headers["content-type"] == nil)
        }
    }

    @Test("A poll is made once: the poller has its own patience")
    func pollsAreNotRetried() async throws {
        try await ScriptedServer.answering { _ in
            answer("503 Service Unavailable", ["Retry-After: 3"], body: "")
        } use: { server in
            let ticket = Ticket(id: "t", conversation: Fixture.conversation())
            let error = await #expect(throws: ServiceError.self) { try await service(server).poll(ticket) }
            #expect(error?.isTransient == true)
            #expect(error?.retryAt == PatientTransport.now.addingTimeInterval(3))
            #expect(server.requests.count == 1)
        }
    }

    @Test func anUnknownTurnIsToldApart() async throws {
        try await ScriptedServer.answering { _ in
            answer("404 Not Found", body: #"{"detail":"Task not found"}"#)
        } use: { server in
            let ticket = Ticket(id: "t", conversation: Fixture.conversation())
            let error = await #expect(throws: ServiceError.self) { try await service(server).poll(ticket) }
            #expect(error?.kind == .notFound)
            #expect(error?.isTransient == false)
        }
    }

    @Test(
        "What a proxy or an updating service says of a turn passes",
        arguments: [
            ("404 Not Found", "<html><title>404 Not Found</title></html>"), ("404 Not Found", ""),
            ("404 Not Found", #"{"detail":"Not Found"}"#), ("400 Bad Request", "no healthy upstream"),
            ("302 Found", ""), ("405 Method Not Allowed", #"{"detail":"Method Not Allowed"}"#),
        ])
    func othersCannotDenyATurn(status: String, body: String) async throws {
        try await ScriptedServer.answering { _ in
            answer(status, body: body)
        } use: { server in
            let ticket = Ticket(id: "t", conversation: Fixture.conversation())
            let error = await #expect(throws: ServiceError.self) { try await service(server).poll(ticket) }
            #expect(error?.deniesTurn == false)
        }
    }

    // MARK: Sessions and history

    @Test func sessionsAreListedWithTheirAgent() async throws {
        let agents = [Agent(id: "aaa", name: "A"), Agent(id: "bbb", name: "B")]
        let body = """
            [{"session_id":"bbb-1","created_at":"2024-08-21T12:38:10.504000"},
             {"session_id":"free","created_at":null,"session_name":"Named"},{"odd":1}]
            """
        try await ScriptedServer.answering { _ in
            answer(body: body)
        } use: { server in
            let page = try await service(server, user: "me & you", agents: agents).tasks(page: nil)
            #expect(page.elements.map(\.serviceID) == ["bbb-1", "free"])
            #expect(page.elements.map(\.agent.name) == ["B", "A"])
            #expect(page.elements.map(\.title) == ["", "Named"])
            #expect(page.elements[0].updatedAt == Date(timeIntervalSince1970: 1_724_243_890.504))
            #expect(page.next == nil)
            #expect(server.requests.map(\.target) == ["/v1/users/me%20%26%20you/sessions"])
        }
    }

    static let history = """
        [{"role":"user","content":"Hi","created_at":"2024-08-30T09:41:44.355000"},
         {"role":"system","content":"You are helpful."},
         {"role":"assistant","content":"Hello!","created_at":"2024-08-30T09:41:46.101000"}]
        """

    @Test(arguments: [history, "{\"history\":\(history)}"])
    func historyInBothForms(body: String) async throws {
        try await ScriptedServer.answering { _ in
            answer(body: body)
        } use: { server in
            let page = try await service(server).history(Fixture.conversation("a/b"), page: nil)
            #expect(page.elements.map(\.role) == [.user, .agent])
            #expect(page.elements.map(\.text) == ["Hi", "Hello!"])
            #expect(page.elements[0].at == Date(timeIntervalSince1970: 1_725_010_904.355))
            #expect(server.requests.map(\.target) == ["/v1/sessions/a%2Fb/history"])
        }
    }

    // MARK: What reads may be read again

    @Test func readingGoesOnAfterFailuresThatPass() async throws {
        let count = Mutex(0)
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            let turn = count.withLock {
                $0 += 1
                return $0
            }
            switch turn {
            case 1:
                try await connection.send(
                    answer("503 Busy", ["Retry-After: 2", "connection: close"], body: "later"))
            case 2: try await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n[")
            default: try await connection.send(answer(body: "[]"))
            }
        } use: { server in
            let page = try await service(server).tasks(page: nil)
            #expect(page.elements.isEmpty)
            #expect(server.requests.count == 3)
            #expect(patient.pauses.all == [.seconds(2), .milliseconds(800)])
        }
    }

    @Test func readingGivesUpInTheEnd() async throws {
        try await ScriptedServer.answering { _ in
            answer("502 Bad Gateway", body: "")
        } use: { server in
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).tasks(page: nil)
            }
            #expect(error?.kind == .service)
            #expect(server.requests.count == 3)
        }
    }

    @Test func aLongRetryAfterIsNotSleptThrough() async throws {
        try await ScriptedServer.answering { _ in
            answer("429 Too Many Requests", ["Retry-After: 60"], body: "")
        } use: { server in
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).tasks(page: nil)
            }
            #expect(error?.retryAt == PatientTransport.now.addingTimeInterval(60))
            #expect(server.requests.count == 1)
            #expect(patient.pauses.all.isEmpty)
        }
    }

    @Test func documentsHaveALimit() async throws {
        var limits = HTTPTransport.Limits.generous
        limits.document = 1 << 20
        let body = "[" + String(repeating: " ", count: 2 << 20) + "]"
        try await ScriptedServer.answering { _ in
            answer(body: body)
        } use: { server in
            let service = try LyzrService(
                Fixture.account(server.url), transport: HTTPTransport(limits: limits))
            let error = await #expect(throws: ServiceError.self) { try await service.tasks(page: nil) }
            #expect(error?.kind == .unreadable)
            #expect(error?.message.contains("1 MiB") == true)
        }
    }

    @Test func anAnswerThatIsNoJSONSaysSo() async throws {
        try await ScriptedServer.answering { _ in
            answer(body: "<html>login</html>")
        } use: { server in
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).tasks(page: nil)
            }
            #expect(error?.kind == .unreadable)
            #expect(error?.message.contains("list the tasks") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test func stoppingWhileWaitingToReadAgain() async throws {
        let waiting = Signal()
        let transport = HTTPTransport(
            limits: .generous,
            pause: { _ in
                waiting.fire()
                try await Task.sleep(for: .seconds(3600))
            })
        try await ScriptedServer.answering { _ in
            answer("503 Busy", body: "")
        } use: { server in
            let service = try LyzrService(Fixture.account(server.url), transport: transport)
            let listing = Task { try await service.tasks(page: nil) }
            await waiting.wait()
            listing.cancel()
            await #expect(throws: CancellationError.self) { try await listing.value }
        }
    }

    @Test func afterShutdownNothingIsSent() async throws {
        try await ScriptedServer.answering { _ in
            answer(body: "[]")
        } use: { server in
            let service = try service(server)
            await patient.transport.shutdown()
            let error = await #expect(throws: ServiceError.self) {
                try await service.begin(Fixture.request())
            }
            #expect(error?.kind == .unreachable)
            #expect(server.requests.isEmpty)
        }
    }
}
