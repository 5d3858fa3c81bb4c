import AgentAPI
import Foundation
import SessionCore
import Synchronization
import TestSupport
import Testing

@testable import AgentClient

@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct AUIServiceTests {
    private let patient = PatientTransport()

    private func service(_ url: String) throws -> AUIService {
        try AUIService(Fixture.account(url, user: "user_123"), transport: patient.transport)
    }

    private static let task = "68e78d0dc5a4b19a030d03d6"

    private static let created = """
        {"id":"68e78d0dc5a4b19a030d03d6","user_id":"user_123","title":"New Conversation",
         "welcome_message":"Hi! I'm here to help you find the perfect product. What are you looking for today?",
         "followup_suggestions":["Show me your best sellers","What's on sale right now?"]}
        """

    private static let message = """
        {"id":"8af51ed1-0181-4bc8-bbc9-29949b8e26da","created_at":"2025-10-09 12:26:07.576000",
         "text":"The BLACK+DECKER EM044KB19 …",
         "sender":{"id":"intelligent-agent","type":"agent","email":null},
         "receiver":{"id":"user123","type":"user","email":null},
         "options":[{"is_recommended":true,"widget_parameters":[
             {"title":"Product name","value":"BLACK+DECKER EM044KB19 …","type":"string"},
             {"title":"Price","value":358.08,"type":"numeric"},
             {"title":"Features","value":["Auto-cook","1000 W"],"type":"list_of_objects"},
             {"title":"Colour","value":null,"type":"string"}]}],
         "variants_options":[{"is_recommended":false,"widget_parameters":[{"title":"Size","value":"20 l","type":"string"}]}],
         "followup_suggestions":["What is the price range?","…"]}
        """

    private static let cards = [
        SessionCore.Card(
            title: "BLACK+DECKER EM044KB19 …", isRecommended: true,
            properties: [
                .init(title: "Price", value: "358.08"), .init(title: "Features", value: "Auto-cook, 1000 W"),
            ]),
        SessionCore.Card(title: "20 l"),
    ]

    private static let reply: [ReplyEvent] = [
        .wholeText("The BLACK+DECKER EM044KB19 …"), .messageID("8af51ed1-0181-4bc8-bbc9-29949b8e26da"),
        .cards(cards), .suggestions(["What is the price range?", "…"]),
    ]

    /// A server without WebSockets.
    private func serve<Outcome: Sendable>(
        _ message: String = answer(body: message), use: (ScriptedServer) async throws -> Outcome
    ) async throws -> Outcome {
        try await ScriptedServer.answering { request in
            switch request.target {
            case "/api/v1/external/tasks": answer(body: Self.created)
            case "/api/v1/external/message": message
            default: answer("404 Not Found", body: #"{"detail":"Not Found"}"#)
            }
        } use: {
            try await use($0)
        }
    }

    // MARK: Conversations

    @Test func aConversationOpensWithItsWelcome() async throws {
        try await serve { server in
            let events = try await service(server.url).open(Fixture.conversation(nil))
            #expect(
                events == [
                    .accepted(serviceID: Self.task),
                    .text(
                        "Hi! I'm here to help you find the perfect product. What are you looking for today?"),
                    .messageID("welcome:\(Self.task)"),
                    .suggestions(["Show me your best sellers", "What's on sale right now?"]),
                ])
            let sent = try #require(server.requests.first)
            #expect(sent.method == "POST")
            #expect(sent.headers["x-network-api-key"] == Fixture.key)
            #expect(sent.body == #"{"user_id":"user_123"}"#)
        }
    }

    @Test func tasksArePaged() async throws {
        try await ScriptedServer.answering { request in
            let page = request.target.contains("page=2") ? 2 : 1
            return answer(
                body: """
                    {"tasks":[{"id":"t\(page)","user_id":"user_123","title":"Product Search","welcome_message":null,"followup_suggestions":[]}],
                     "total":2,"page":\(page),"size":1}
                    """)
        } use: { server in
            let service = try service(server.url)
            let first = try await service.tasks(page: nil)
            #expect(
                first.elements == [RemoteTask(serviceID: "t1", agent: Fixture.agent, title: "Product Search")]
            )
            #expect(first.next == "2")
            let last = try await service.tasks(page: first.next)
            #expect(last.elements.map(\.serviceID) == ["t2"])
            #expect(last.next == nil)
            #expect(server.requests[0].target == "/api/v1/external/tasks?user_id=user_123&page=1&size=50")
        }
    }

    @Test func messagesAreTheHistory() async throws {
        let body = """
            [{"id":"1","created_at":"2026-03-09T14:20:00.000Z","text":"I am looking for a microwave",
              "sender":{"id":"user_123","type":"user","email":"customer@example.com"},"receiver":{"id":"a","type":"agent"},
              "options":[],"variants_options":[],"followup_suggestions":[]}, {"no":"id"}, \(Self.message)]
            """
        try await ScriptedServer.answering { _ in
            answer(body: body)
        } use: { server in
            let page = try await service(server.url).history(Fixture.conversation(Self.task), page: nil)
            #expect(page.elements.map(\.role) == [.user, .agent])
            #expect(page.elements[0].at == Date(timeIntervalSince1970: 1_773_066_000))
            #expect(page.elements[1].at == Date(timeIntervalSince1970: 1_760_012_767.576))
            #expect(page.elements[1].extras.cards == Self.cards)
            #expect(page.elements[1].extras.suggestions == ["What is the price range?", "…"])
            #expect(server.requests.map(\.target) == ["/api/v1/external/tasks/\(Self.task)/messages"])
        }
    }

    @Test(
        "A conversation that was listed begins with its welcome, and offers its suggestions as long as nothing was said"
    )
    func listedWelcome() async throws {
        let said = Mutex("[]")
        try await ScriptedServer.answering { request in
            request.target.hasSuffix("/messages")
                ? answer(body: said.withLock { $0 })
                : answer(body: #"{"tasks":[\#(Self.created)],"total":1,"page":1,"size":50}"#)
        } use: { server in
            let service = try service(server.url)
            _ = try await service.tasks(page: nil)
            let empty = try await service.history(Fixture.conversation(Self.task), page: nil).elements
            #expect(
                empty.map(\.text) == [
                    "Hi! I'm here to help you find the perfect product. What are you looking for today?"
                ])
            #expect(
                empty.first?.extras.suggestions == ["Show me your best sellers", "What's on sale right now?"])
            said.withLock { $0 = "[\(Self.message)]" }
            let full = try await service.history(Fixture.conversation(Self.task), page: nil).elements
            #expect(
                full.map(\.serviceID) == ["welcome:\(Self.task)", "8af51ed1-0181-4bc8-bbc9-29949b8e26da"])
            #expect(full.first?.extras.suggestions == [])
        }
    }

    @Test func laterCardsHaveNames() async throws {
        let body = """
            {"id":"m","text":"Look","cards":[{"id":"c","name":"Oven","is_recommended":true,
             "parameters":[{"title":"Price","value":3,"type":"numeric"}]}]}
            """
        try await serve(answer(body: body)) { server in
            let (received, _) = try await service(server.url).gather(Fixture.request("x", Self.task))
            #expect(
                received.events.contains(
                    .cards([
                        SessionCore.Card(
                            title: "Oven", isRecommended: true,
                            properties: [.init(title: "Price", value: "3")])
                    ])))
        }
    }

    // MARK: Without a WebSocket

    @Test("Without a WebSocket the message is posted, once, and no WebSocket asked for again")
    func posting() async throws {
        try await serve { server in
            let service = try service(server.url)
            let (received, end) = try await service.gather(Fixture.request("I am looking", Self.task))
            #expect(end == .complete)
            #expect(received.events == [.accepted(serviceID: Self.task)] + Self.reply)
            _ = try await service.gather(Fixture.request("And now?", Self.task))
            let targets = server.requests.map(\.target)
            #expect(targets.filter { $0.hasSuffix("/session") }.count == 1)
            #expect(targets.filter { $0.hasSuffix("/message") }.count == 2)
            let posted = try #require(server.requests.first { $0.method == "POST" })
            #expect(posted.body == #"{"task_id":"68e78d0dc5a4b19a030d03d6","text":"I am looking"}"#)
        }
    }

    static let handshakes: [String] = [
        answer("404 Not Found", body: ""), answer("401 Unauthorized", body: "{}"),
        answer("301 Moved", ["Location: /elsewhere"], body: ""), answer("200 OK", body: "hello"),
        "HTTP/1.0 426 Upgrade Required\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n", "",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: wrong\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    ]

    @Test("However a WebSocket is refused, the message is posted, and once", arguments: handshakes)
    func refusedHandshakes(handshake: String) async throws {
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                guard request.headers["upgrade"] != nil else {
                    try await connection.send(answer(body: Self.message))
                    continue
                }
                try await connection.send(handshake)
                return
            }
        } use: { server in
            let (received, end) = try await service(server.url).gather(Fixture.request("x", Self.task))
            #expect(end == .complete)
            #expect(received.events == [.accepted(serviceID: Self.task)] + Self.reply)
            #expect(server.requests.map(\.method) == ["GET", "POST"])
        }
    }

    @Test("A WebSocket that is never answered is given up, and the message posted")
    func silentHandshake() async throws {
        let asked = Signal()
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                guard request.headers["upgrade"] == nil else {
                    asked.fire()
                    return await connection.waitForClose()
                }
                try await connection.send(answer(body: Self.message))
            }
        } use: { server in
            let limits = HTTPTransport.Limits.generous
            let transport = HTTPTransport(
                limits: limits,
                expire: { limit in
                    // The handshake's time is over once it has arrived.
                    if limit == limits.connect { return await asked.wait() }
                    try await Task.sleep(for: limit)
                })
            let service = try AUIService(Fixture.account(server.url), transport: transport)
            let (received, _) = try await service.gather(Fixture.request("x", Self.task))
            #expect(received.events == [.accepted(serviceID: Self.task)] + Self.reply)
            #expect(server.requests.map(\.method) == ["GET", "POST"])
        }
    }

    @Test func aConversationThatWasNotOpenedIsOpenedFirst() async throws {
        try await serve { server in
            let (received, _) = try await service(server.url).gather(Fixture.request("x", nil))
            #expect(received.events.first == .accepted(serviceID: Self.task))
            #expect(
                server.requests.filter { $0.method == "POST" }.map(\.target).map {
                    $0.split(separator: "/").last
                } == ["tasks", "message"])
        }
    }
}
