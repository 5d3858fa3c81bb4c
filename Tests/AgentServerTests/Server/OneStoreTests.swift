import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Wire

@testable import AgentServer

/// One conversation, spoken to and read in every dialect.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct OneStoreTests {
    @Test(arguments: ["", "/behind/a-proxy"])
    func whatOneDialectMakesTheOthersSee(prefix: String) async throws {
        let server = try await TestBackend([.scripted(.echo)], prefix: PathPrefix(prefix))
        func send(
            _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil
        ) async throws -> TestResponse {
            try await server.send(method, prefix + path, body)
        }

        // Vectara makes the session.
        let session = try await send(
            .post, "/v2/agents/echo/sessions",
            #"{"key": "story", "name": "A story", "metadata": {"priority": "high"}}"#)
        #expect(session.status == .created)

        // Lyzr streams to it.
        let agent = "60d0fe4f5311236168a109ca"
        let streamed = try await send(
            .post, "/v2/stream/",
            #"{"user_id": "ada", "agent_id": "\#(agent)", "session_id": "story", "message": "one"}"#)
        #expect(streamed.text == "LYZR_AGENT: echo one")

        // AUI lists it, and says something.
        let listed = try await send(.get, "/api/v1/external/tasks?user_id=ada").json
        #expect(listed?["total"] == 1)
        let task = try #require(listed?["tasks"]?.elements?.first)
        #expect(task["title"] == "A story")
        let hex = try #require(task["id"]?.string)
        let answered = try await send(
            .post, "/api/v1/external/message", #"{"task_id": "\#(hex)", "text": "two"}"#)
        #expect(answered.json?["text"] == "echo two")

        // Chat tasks appends, and is asked until it is done.
        let conversation = try #require(try await server.store.conversation(key: "story"))
        let (number, id) = (conversation.id, try #require(conversation.agentId))
        let appended = try await send(
            .post, "/v1/chat/tasks/\(number)/messages",
            #"{"agent_id": \#(id), "message": {"role": "user", "content": "three"}}"#)
        #expect(appended.status == .accepted)
        #expect(appended.json?["status"] == "running")
        let turn = try #require(try await server.store.latestTurn(in: number))
        try await server.store.whenFinished(turn)
        let polled = try await send(.get, "/v1/chat/tasks/\(number)").json
        #expect(polled?["status"] == "completed")
        #expect(polled?["output"] == "echo three")

        // The same turn, by its Lyzr ticket.
        let ticket = try await send(.get, "/v2/task/\(turn.ticket)").json
        #expect(ticket?["result"] == ["response": "echo three"])

        // Vectara speaks again, and version 3 of Lyzr.
        let said = try await send(
            .post, "/v2/agents/echo/sessions/story/events",
            #"{"messages": [{"type": "text", "content": "four"}]}"#)
        #expect(said.json?["events"]?.elements?.last?["content"] == "echo four")
        let v3 = try await send(
            .post, "/v3/inference/stream/",
            #"{"agent_id": "\#(agent)", "session_id": "story", "message": "five"}"#)
        #expect(v3.text.hasSuffix("data: [DONE]\n\n"))

        // Every dialect reads all of it.
        let expected = ["one", "two", "three", "four", "five"].flatMap { [$0, "echo " + $0] }
        let history = try await send(.get, "/v1/sessions/story/history").json
        #expect(history?.elements?.map { $0["content"]?.string } == expected)
        let messages = try await send(.get, "/api/v1/external/tasks/\(hex)/messages").json
        #expect(messages?.elements?.map { $0["text"]?.string } == expected)
        let steps = try await send(.get, "/v1/chat/tasks/\(number)/steps").json
        #expect(steps?["steps"]?.elements?.map { $0["data"]?["content"]?.string } == expected)
        let events = try await send(.get, "/v2/agents/echo/sessions/story/events?limit=100").json
        let texts = events?["events"]?.elements?.map { event in
            event["content"]?.string ?? event["messages"]?.elements?.first?["content"]?.string
        }
        #expect(texts == expected)
        let shown = try await send(.get, "/v2/agents/echo/sessions/story").json
        #expect(shown?["metadata"] == ["priority": "high"])
        let people = try await send(.get, "/v1/users/ada/sessions").json
        #expect(people?.elements?.map { $0["session_id"] } == ["story"])
    }

    @Test func socketIsBelowThePrefixToo() async throws {
        let server = LocalServer(
            ServerConfiguration(
                pathPrefix: "/behind", store: .memory, agents: [.scripted(.echo)],
                limits: .patient))
        let url = try await server.start()
        #expect(url.path() == "/behind")
        let key = await server.processKey ?? ""
        let said = try await SocketClient.talk(
            to: url, path: "/behind" + AUISocket.path, headers: ["x-network-api-key": key], first: "{}")
        #expect(said.texts.first.flatMap(JSONValue.init(text:))?["status_code"] == 422)
        await #expect(throws: (any Error).self) {
            try await SocketClient.talk(to: url, path: AUISocket.path, headers: [:], first: nil)
        }
        await server.stop(grace: .zero)
    }

    @Test(arguments: ["/v2/stream/", "/behind", "/behindhand/health", "/", "/health"])
    func nothingIsOutsideThePrefix(path: String) async throws {
        let server = try await TestBackend([.scripted(.echo)], prefix: "behind/")
        let response = try await server.send(.get, path)
        #expect(response.status == .notFound)
        #expect(response.json == ["detail": "Not Found"])
        #expect(try await server.send(.get, "/behind/health").status == .ok)
    }
}
