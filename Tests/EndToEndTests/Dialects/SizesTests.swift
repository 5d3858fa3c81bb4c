import AgentClient
import Foundation
import SessionCore
import TestSupport
import Testing

/// Answers that are far too large, through the decoders of the services and the session manager into the store.
@Suite(.timeLimit(.scaled(minutes: 5))) struct SizesTests {
    private static func service(
        _ kind: ServiceKind, _ server: ScriptedServer, path: String = "", agent: String = "shop"
    ) throws -> any AgentService {
        let account = ServiceAccount(
            name: "mine", url: server.url + path, user: "me", agents: [Agent(id: agent, name: "Shop")],
            keyDescription: "the test"
        ) { "key" }
        return try ServiceFactory(transport: HTTPTransport()).makeService(kind, account: account)
    }

    private static func run(
        _ kind: ServiceKind, agent: String = "shop",
        _ respond: @escaping @Sendable (SentRequest) -> String, _ use: (DialectClient) async throws -> Void
    ) async throws {
        try await ScriptedServer.answering(respond) { server in
            let agent = Agent(id: agent, name: "Shop")
            try await DialectClient.run(try service(kind, server, agent: agent.id), agent: agent, use)
        }
    }

    private static let notFound = answer("404 Not Found", body: "{}")

    @Test func aWelcomeOfThreeMegabytesIsKeptWhole() async throws {
        let words = String(repeating: "Welcome! ", count: 3 << 20 / 9)
        try await Self.run(.aui) { request in
            guard request.method == "POST" else {
                return answer(body: #"{"tasks":[],"total":0,"page":1,"size":50}"#)
            }
            return answer(
                body:
                    #"{"id":"t1","user_id":"me","title":"New","welcome_message":"\#(words)","followup_suggestions":[]}"#
            )
        } _: { client in
            let task = client.create()
            let welcome = try await client.wait { event -> Message? in
                if case .message(let message) = event, message.task == task { message } else { nil }
            }
            #expect(welcome.text == words)
        }
    }

    @Test func ofManyCardsAndSuggestionsTheFirstAreKept() async throws {
        let card =
            #"{"is_recommended":false,"widget_parameters":[{"title":"Product name","value":"Oven","type":"string"}]}"#
        let cards = Array(repeating: card, count: 5000).joined(separator: ",")
        let suggestions = Array(repeating: #""More""#, count: 5000).joined(separator: ",")
        try await Self.run(.aui) { request in
            if request.headers["upgrade"] != nil { return Self.notFound }
            guard request.method == "POST" else { return answer(body: "[]") }
            guard request.target.hasSuffix("/message") else {
                return answer(
                    body:
                        #"{"id":"t1","user_id":"me","title":"New","welcome_message":"","followup_suggestions":[]}"#
                )
            }
            return answer(
                body:
                    #"{"id":"m1","created_at":"2025-10-09 12:26:07.576000","text":"Here.","sender":{"id":"a","type":"agent","email":null},"receiver":{"id":"u","type":"user","email":null},"options":[\#(cards)],"variants_options":[],"followup_suggestions":[\#(suggestions)]}"#
            )
        } _: { client in
            let task = client.create()
            let turn = try await client.send("Hi", to: task)
            #expect(turn.state == .done, "\(turn.failure?.description ?? "")")
            let reply = try #require(try await client.messages(task).last)
            #expect(reply.text == "Here.")
            #expect(reply.extras.cards.count == 200)
            #expect(reply.extras.suggestions.count == 50)
        }
    }

    @Test func ofManyStepsTheFirstAreKeptAndTheTextIsWhole() async throws {
        let steps = (0..<20_000).map {
            #"data: {"type":"tool_input","id":"e\#($0)","tool_call_id":"c\#($0)","tool_configuration_name":"search","tool_name":"t","tool_input":{"q":"x"},"created_at":"2024-01-15T10:30:00Z"}"#
        }
        let events =
            steps + [
                #"data: {"type":"streaming_agent_output","content":"Found it.","created_at":"2024-01-15T10:30:01Z"}"#,
                #"data: {"type":"streaming_agent_output_end","event_id":"aev_4","created_at":"2024-01-15T10:30:02Z"}"#,
                #"data: {"type":"end"}"#,
            ]
        let body = events.map { $0 + "\n\n" }.joined()
        try await Self.run(.vectara) { request in
            guard request.method == "POST" else {
                return answer(body: #"{"sessions":[],"events":[],"metadata":{}}"#)
            }
            guard request.target.hasSuffix("/events") else {
                return answer(
                    "201 Created", body: #"{"key":"s1","agent_key":"shop","name":"x","enabled":true}"#)
            }
            return answer("201 Created", ["content-type: text/event-stream"], body: body)
        } _: { client in
            let task = client.create()
            let turn = try await client.send("Hi", to: task)
            #expect(turn.state == .done, "\(turn.failure?.description ?? "")")
            let reply = try #require(try await client.messages(task).last)
            #expect(reply.text == "Found it.")
            #expect(reply.extras.steps.count == 1000)
        }
    }

    @Test func aListingOfThousandsIsListedWithTitlesOfAFewWords() async throws {
        let long = String(repeating: "long ", count: 200_000)
        let sessions = (0..<3000).map {
            #"{"session_id":"s\#($0)","created_at":"2024-08-21T12:38:10.504000","session_name":"\#($0 < 3 ? long : "Talk \($0)")"}"#
        }
        let body = "[" + sessions.joined(separator: ",") + "]"
        try await Self.run(.lyzr, agent: "60d0fe4f5311236168a109ca") { _ in
            answer(body: body)
        } _: { client in
            client.manager.submit(.refresh)
            _ = try await client.wait { event -> Bool? in
                if case .listing(_, .complete) = event { true } else { nil }
            }
            let tasks = try await client.store.tasks()
            #expect(tasks.count == 3000)
            #expect(tasks.allSatisfy { $0.title.count <= 121 })
        }
    }

    /// An answer that goes on until the client has had enough.
    @Test(arguments: [ServiceKind.lyzr, .aui, .vectara])
    func aListingWithoutAnEndIsRefusedInClearWords(kind: ServiceKind) async throws {
        let agent = kind == .lyzr ? "60d0fe4f5311236168a109ca" : "shop"
        try await ScriptedServer.run { connection in
            guard try await connection.request() != nil else { return }
            try await connection.send(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 209715200\r\n\r\n[")
            let blanks = [UInt8](repeating: 0x20, count: 1 << 20)
            for _ in 0..<200 { try await connection.send(blanks) }
        } use: { server in
            let service = try Self.service(kind, server, agent: agent)
            try await DialectClient.run(service, agent: Agent(id: agent, name: "Shop")) { client in
                client.manager.submit(.refresh)
                let error = try await client.wait { event -> ServiceError? in
                    if case .listing(_, .failed(let error)) = event { error } else { nil }
                }
                #expect(error.kind == .unreadable)
                #expect(
                    error.message.contains("answered with more than 16 MiB, which Parley does not read"),
                    "\(error)")
            }
        }
    }
}
