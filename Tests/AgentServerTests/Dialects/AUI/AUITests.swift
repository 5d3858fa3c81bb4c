import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import AgentServer
@testable import Agents

/// The AUI dialect over HTTP.
@Suite(.timeLimit(.scaled(minutes: 5))) struct AUITests {
    private static let tasks = "/api/v1/external/tasks"

    private func server(_ agent: ScriptedAgent = .echo) async throws -> TestBackend {
        let definition = AgentDefinition(
            key: "shop", name: "Shop", welcome: "Hi! I'm here to help.",
            suggestions: ["Show me your best sellers"],
            agent: agent)
        return try await TestBackend([definition])
    }

    private func task(in server: TestBackend) async throws -> String {
        let made = try await server.send(.post, Self.tasks, #"{"user_id": "user_123"}"#)
        return try #require(made.json?["id"]?.string)
    }

    @Test(arguments: ["", "/api/ia-controller", "/ia-controller"])
    func taskIsMadeAsDocumented(base: String) async throws {
        let server = try await server()
        let response = try await server.send(
            .post, base + Self.tasks, #"{"user_id": "user_123", "task_origin_type": "stores"}"#)
        #expect(response.status == .ok)
        let task = try #require(response.json)
        #expect(Identifier.isHex(task["id"]?.string ?? ""))
        #expect(task["user_id"] == "user_123")
        #expect(task["title"] == "New Conversation")
        #expect(task["welcome_message"] == "Hi! I'm here to help.")
        #expect(task["followup_suggestions"] == ["Show me your best sellers"])
    }

    /// A field of a later version: an agent that does not exist, or that the key gives no access to, is as good as none.
    @Test(arguments: [
        #"{"agent_id": "none", "version_id": "v1", "bundle_mode": true}"#, "{}", "7", #""shop""#, "null",
        #"{"agent_id": 7}"#,
    ])
    func anUnknownAgentIsIgnored(agent: String) async throws {
        let server = try await TestBackend([.scripted(.echo), .scripted(.echo, key: "other")])
        let body = #"{"user_id": "u", "agent": \#(agent)}"#
        let made = try await server.send(.post, Self.tasks, body)
        #expect(made.status == .ok)
        func agentOf(_ response: TestResponse) async throws -> Int64? {
            let id = try #require(response.json?["id"]?.string)
            return try await server.store.conversation(hex: id)?.agentId
        }
        #expect(try await agentOf(made) == server.backend.agent(named: "echo", for: nil).id)

        let other = try await server.backend.agent(named: "other", for: nil)
        let bound = APIKey.generate(.agent)
        try await server.store.add(bound, name: "bound", agent: other.id, permissions: [.chat])
        for body in [body, #"{"user_id": "u", "agent": {"agent_id": "echo"}}"#] {
            let made = try await server.send(.post, Self.tasks, body, headers: [.apiKey: bound.text])
            #expect(try await agentOf(made) == other.id)
        }
        let named = try await server.send(
            .post, Self.tasks, #"{"user_id": "u", "agent": {"agent_id": "other"}}"#)
        #expect(try await agentOf(named) == other.id)
    }

    @Test func withoutAWelcomeThereIsAnEmptyOne() async throws {
        let server = try await TestBackend(.echo)
        let made = try await server.send(.post, Self.tasks, #"{"user_id": "u"}"#)
        #expect(made.json?["welcome_message"] == "")
        #expect(made.json?["followup_suggestions"] == [])
        let listed = try await server.send(.get, Self.tasks + "?user_id=u").json?["tasks"]?.elements?.first
        #expect(listed?["welcome_message"] == "")
        #expect(listed?["followup_suggestions"] == [])
    }

    @Test func tasksAreListedPageByPage() async throws {
        let server = try await server()
        for _ in 0..<24 { _ = try await task(in: server) }
        let page = try await server.send(.get, Self.tasks + "?user_id=user_123&page=3&size=10").json
        #expect(page?["total"] == 24)
        #expect(page?["page"] == 3)
        #expect(page?["size"] == 10)
        #expect(page?["tasks"]?.elements?.count == 4)
        #expect(try await server.send(.get, Self.tasks + "?user_id=unknown").json?["tasks"] == [])
    }

    @Test func messageIsAnsweredWithAMessage() async throws {
        let server = try await server(
            ScriptedAgent { _, emit in
                try await emit(.text("Many."))
                try await emit(.suggestions(["Which?"]))
            })
        let id = try await task(in: server)
        let response = try await server.send(
            .post, "/api/v1/external/message?is_external_api=true",
            #"{"task_id": "\#(id)", "text": "How many?", "context": {"url": null, "lead_details": {}}, "more": 1}"#
        )
        #expect(response.status == .ok)
        let message = try #require(response.json)
        #expect(message["text"] == "Many.")
        #expect(message["sender"] == ["id": "shop", "type": "agent", "email": nil])
        #expect(message["receiver"] == ["id": "user_123", "type": "user", "email": nil])
        #expect(message["followup_suggestions"] == ["Which?"])
        #expect(message["options"] == [])
        #expect(message["variants_options"] == [])

        let messages = try await server.send(.get, "\(Self.tasks)/\(id)/messages").json?.elements ?? []
        #expect(messages.map { $0["text"] } == ["How many?", "Many."])
        #expect(messages.last == message)
        #expect(messages.first?["sender"]?["type"] == "user")
        #expect(try await server.send(.get, Self.tasks + "/" + id).json?["title"] == "How many?")
    }

    @Test func failedMessageLeavesNothing() async throws {
        let server = try await server(ScriptedAgent { _, _ in throw AgentFailure("The model is away.") })
        let id = try await task(in: server)
        let body = #"{"task_id": "\#(id)", "text": "hi"}"#
        for _ in 0..<3 {
            let response = try await server.send(.post, "/api/v1/external/message", body)
            #expect(response.status == .badGateway)
            #expect(
                response.json == [
                    "status_code": 502, "description": "Internal server error",
                    "message": "The model is away.",
                    "extra_data": [:],
                ])
        }
        #expect(try await server.send(.get, "\(Self.tasks)/\(id)/messages").json == [])
    }

    @Test(
        arguments: [
            ("POST", "/api/v1/external/tasks", "{}", ["body", "user_id"], "value_error.missing"),
            ("POST", "/api/v1/external/tasks", #"{"user_id": 7}"#, ["body", "user_id"], "type_error.str"),
            (
                "POST", "/api/v1/external/message", #"{"text": "x"}"#, ["body", "task_id"],
                "value_error.missing"
            ),
            (
                "POST", "/api/v1/external/message", #"{"task_id": "x"}"#, ["body", "text"],
                "value_error.missing"
            ),
            ("POST", "/api/v1/external/message", "nonsense", ["body"], "value_error.jsondecode"),
            ("GET", "/api/v1/external/tasks", nil, ["query", "user_id"], "value_error.missing"),
            ("GET", "/api/v1/external/tasks?user_id=u&page=0", nil, ["query", "page"], "value_error"),
            ("GET", "/api/v1/external/tasks?user_id=u&size=x", nil, ["query", "size"], "type_error.integer"),
        ] as [(String, String, String?, [String], String)])
    func misfitIsNamed(method: String, path: String, body: String?, loc: [String], type: String) async throws
    {
        let server = try await server()
        let response = try await server.send(try #require(HTTPRequest.Method(method)), path, body)
        #expect(response.status == .unprocessableContent)
        let error = try #require(response.json?["detail"]?.elements?.first)
        #expect(error["loc"]?.elements?.compactMap(\.string) == loc)
        #expect(error["type"]?.string == type)
    }

    @Test(arguments: [
        "/api/v1/external/tasks/68e78d0dc5a4b19a030d03d6/messages", "/api/v1/external/tasks/x/messages",
        "/api/v1/external/nothing",
    ])
    func unknownThingHasTheApplicationsForm(path: String) async throws {
        let response = try await server().send(.get, path)
        #expect(response.status == .notFound)
        #expect(response.json?["status_code"] == 404)
        #expect(response.json?["description"] == "Not Found")
    }

    @Test func keyIsRequired() async throws {
        let response = try await server().send(.post, Self.tasks, #"{"user_id": "u"}"#, headers: [:])
        #expect(response.status == .unauthorized)
        #expect(response.json == ["detail": "Not authenticated"])
    }

    @Test func longTextIsToldMoreSeldom() {
        var text = CumulativeText()
        var sent = 0
        var bytes = 0
        for number in 0..<5000 {
            guard let all = text.append("word ", now: .init(timeIntervalSince1970: Double(number) / 50))
            else {
                continue
            }
            sent += 1
            bytes += all.utf8.count
        }
        #expect(sent > 500)
        #expect(bytes < 25_000 * 1000)
    }
}
