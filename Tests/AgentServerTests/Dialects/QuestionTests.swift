import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Wire

@testable import AgentServer
@testable import Agents

/// A turn that ends with a question, and one with cards: each dialect has them in its own form, and the next message is the answer.
@Suite(.timeLimit(.scaled(minutes: 5))) struct QuestionTests {
    private static let question = AgentQuestion("Which colour?", options: ["red", "green"])
    private static let asked = "Let me see.\n\nWhich colour?\n- red\n- green"

    /// Asks, and repeats the answer to its question.
    private func server(_ question: AgentQuestion = question) async throws -> TestBackend {
        let agent = ScriptedAgent { request, emit in
            if request.history.last?.text.hasSuffix(question.text) == true {
                return try await emit(.text("So it is \(request.message)."))
            }
            try await emit(.text("Let me see."))
            try await emit(.question(question))
        }
        return try await TestBackend([.scripted(agent)])
    }

    // MARK: Chat tasks

    private static func body(_ content: String) -> String {
        #"{"agent_id": 1, "message": {"content": "\#(content)"}}"#
    }

    private func whenDone(_ server: TestBackend) async throws -> JSONValue? {
        try await server.store.whenFinished(try #require(try await server.store.latestTurn(in: 1)))
        return try await server.send(.get, "/v1/chat/tasks/1").json
    }

    @Test func aChatTaskWaitsForTheReply() async throws {
        let server = try await server()
        _ = try await server.send(.post, "/v1/chat/tasks", Self.body("paint it"))
        let waiting = try await whenDone(server)
        #expect(waiting?["status"] == "waiting_for_user")
        #expect(waiting?["output"] == .null)
        #expect(waiting?["completed_at"] == .null)
        #expect(
            waiting?["pending_interaction"] == [
                "question": "Which colour?",
                "interactions": [
                    [
                        "type": "select_one", "field": "answer", "label": "Answer",
                        "options": [
                            ["label": "red", "value": "red"], ["label": "green", "value": "green"],
                        ],
                    ]
                ],
            ])
        let steps = try await server.send(.get, "/v1/chat/tasks/1/steps").json?["steps"]?.elements
        #expect(steps?.last?["data"]?["content"] == .string(Self.asked))

        let appended = try await server.send(.post, "/v1/chat/tasks/1/messages", Self.body("green"))
        #expect(appended.status == .conflict)
        #expect(appended.json?["error"]?["code"] == "interaction_response_required")
        let reply = try await server.send(.post, "/v1/chat/tasks/1/reply", Self.body("green"))
        #expect(reply.status == .accepted)
        #expect(reply.json?["accepted_at"] != nil)

        let done = try await whenDone(server)
        #expect(done?["status"] == "completed")
        #expect(done?["output"] == "So it is green.")
        #expect(done?["pending_interaction"] == nil)
        let again = try await server.send(.post, "/v1/chat/tasks/1/reply", Self.body("blue"))
        #expect(again.json?["error"]?["code"] == "no_pending_interaction")
    }

    @Test func ofManyRepliesOneIsTaken() async throws {
        let server = try await server()
        _ = try await server.send(.post, "/v1/chat/tasks", Self.body("paint it"))
        _ = try await whenDone(server)
        let codes = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await server.send(.post, "/v1/chat/tasks/1/reply", Self.body("\(number)")).status.code
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.sorted() == [202] + Array(repeating: 409, count: 7))
    }

    @Test func anOpenQuestionHasNoFields() async throws {
        let server = try await server(AgentQuestion("What is your name?"))
        _ = try await server.send(.post, "/v1/chat/tasks", Self.body("hi"))
        #expect(
            try await whenDone(server)?["pending_interaction"]
                == ["question": "What is your name?", "interactions": []])
    }

    @Test func theStreamOfAChatTaskEndsWithTheQuestion() async throws {
        let server = try await server()
        _ = try await server.send(.post, "/v1/chat/tasks", Self.body("paint it"))
        _ = try await whenDone(server)
        let response = try await server.send(.get, "/v1/chat/tasks/1/events")
        var decoder = ServerSentEventDecoder()
        let events = try decoder.decode(Array(response.body.readableBytesView)).map { Xagent.Event($0) }
        #expect(
            events == [
                .status("waiting_for_user"),
                .inputRequired(prompt: "Which colour?\n- red\n- green", taskID: 1),
            ])
    }

    // MARK: The others

    @Test(arguments: ["/v2/chat/", "/v3/inference/chat/"])
    func lyzrAsksInItsText(path: String) async throws {
        let server = try await server()
        func say(_ message: String) async throws -> JSONValue? {
            let body =
                #"{"user_id": "u", "agent_id": "60d0fe4f5311236168a109ca", "session_id": "s", "message": "\#(message)"}"#
            return try await server.send(.post, path, body).json?["response"]
        }
        #expect(try await say("paint it") == .string(Self.asked))
        #expect(try await say("red") == "So it is red.")
    }

    @Test func auiSuggestsTheAnswers() async throws {
        let server = try await server()
        let made = try await server.send(.post, "/api/v1/external/tasks", #"{"user_id": "u"}"#)
        let task = try #require(made.json?["id"]?.string)
        func say(_ message: String) async throws -> JSONValue? {
            try await server.send(
                .post, "/api/v1/external/message", #"{"task_id": "\#(task)", "text": "\#(message)"}"#
            ).json
        }
        let asked = try await say("paint it")
        #expect(asked?["text"] == .string(Self.asked))
        #expect(asked?["followup_suggestions"] == ["red", "green"])
        #expect(try await say("red")?["text"] == "So it is red.")
    }

    @Test func vectaraAsksInItsOutput() async throws {
        let server = try await server()
        _ = try await server.send(.post, "/v2/agents/echo/sessions", #"{"key": "s"}"#)
        func say(_ message: String) async throws -> JSONValue? {
            let response = try await server.send(
                .post, "/v2/agents/echo/sessions/s/events",
                #"{"messages": [{"type": "text", "content": "\#(message)"}]}"#)
            return response.json?["events"]?.elements?.last?["content"]
        }
        #expect(try await say("paint it") == .string(Self.asked))
        #expect(try await say("green") == "So it is green.")
    }

    // MARK: Cards

    private static let cards = [
        AgentCard(title: "Pebble", isRecommended: true, properties: [.init(title: "price", value: "59 €")]),
        AgentCard(title: "Ridge"),
    ]
    private static let listed = "Two:\n\n- **Pebble** (recommended) · price: 59 €\n- **Ridge**\n\nWell?"

    private func cardServer() async throws -> TestBackend {
        let agent = ScriptedAgent { _, emit in
            try await emit(.text("Two:"))
            try await emit(.cards(Self.cards))
            try await emit(.text("\n\nWell?"))
        }
        return try await TestBackend([.scripted(agent)])
    }

    @Test func auiHasCardsAndTheOthersHaveAList() async throws {
        let server = try await cardServer()
        let made = try await server.send(.post, "/api/v1/external/tasks", #"{"user_id": "u"}"#)
        let task = try #require(made.json?["id"]?.string)
        let message = try await server.send(
            .post, "/api/v1/external/message", #"{"task_id": "\#(task)", "text": "shoes"}"#
        ).json
        #expect(message?["text"] == "Two:\n\nWell?")
        let options = message?["options"]?.elements ?? []
        #expect(options.map { $0["is_recommended"] } == [true, false])
        #expect(
            options.first?["widget_parameters"] == [
                ["title": "name", "value": "Pebble", "type": "string"],
                ["title": "price", "value": "59 €", "type": "string"],
            ])
        let list = try await server.send(.get, "/api/v1/external/tasks/\(task)/messages").json?.elements
        #expect(list?.last == message)

        let session = try #require(try await server.store.conversation(hex: task)?.key)
        let history = try await server.send(.get, "/v1/sessions/\(session)/history").json?.elements
        #expect(history?.last?["content"] == .string(Self.listed))
        let streamed = try await server.send(
            .post, "/v2/stream/",
            #"{"user_id": "u", "agent_id": "60d0fe4f5311236168a109ca", "session_id": "t", "message": "shoes"}"#
        )
        #expect(streamed.text == "LYZR_AGENT: " + Self.listed)
    }
}
