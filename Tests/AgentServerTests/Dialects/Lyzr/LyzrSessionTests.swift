import AgentAPI
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Wire

@testable import AgentServer

/// People, sessions and history of the Lyzr dialect.
@Suite(.timeLimit(.scaled(minutes: 5))) struct LyzrSessionTests {
    @Test func userIsMadeShownAndChanged() async throws {
        let server = try await TestBackend(.echo)
        let made = try await server.send(
            .post, "/v1/users/", #"{"user_id": "u1", "metadata": {"plan": "free"}}"#)
        #expect(made.json == ["user_id": ["user_id": "u1"]])
        let changed = try await server.send(
            .put, "/v1/users/u1", #"{"email": "ada@example.org", "first_name": "Ada"}"#)
        let expected: JSONValue = [
            "user_id": "u1", "email": "ada@example.org", "first_name": "Ada", "last_name": "Last Name",
            "metadata": ["plan": "free"],
        ]
        #expect(changed.json == expected)
        #expect(try await server.send(.get, "/v1/users/u1/").json == expected)
    }

    @Test func userWithoutAnIdIsGivenOne() async throws {
        let server = try await TestBackend(.echo)
        let made = try await server.send(.post, "/v1/users/", "{}")
        let id = try #require(made.json?["user_id"]?["user_id"]?.string)
        #expect(Identifier.isHex(id))
    }

    @Test func sessionIsMadeShownChangedAndListed() async throws {
        let server = try await TestBackend(.echo)
        let made = try await server.send(.post, "/v1/sessions/", #"{"user_id": "u1", "metadata": {"a": 1}}"#)
        let id = try #require(made.json?["session_id"]?.string)
        #expect(Identifier.isHex(id))

        let shown = try await server.send(.get, "/v1/sessions/\(id)?timeout=30")
        #expect(shown.json?["active"] == false)
        #expect(shown.json?["_id"]?.string == id)
        #expect(shown.json?["user_id"] == "u1")
        let created = try #require(shown.json?["created_at"]?.string)
        #expect(Timestamp(created)?.form == .naive(digits: 6))

        let changed = try await server.send(
            .put, "/v1/sessions/\(id)", #"{"user_id": "u2", "metadata": {"b": 2}}"#)
        #expect(changed.json == ["session_id": .string(id), "metadata": ["b": 2]])
        #expect(try await server.send(.get, "/v1/users/u1/sessions").json == [])
        let listed = try await server.send(.get, "/v1/users/u2/sessions")
        #expect(listed.json == [["session_id": .string(id), "created_at": .string(created)]])
    }

    @Test func sessionComesToBeWithItsFirstMessage() async throws {
        let server = try await TestBackend(.echo)
        let body = #"{"user_id": "u", "agent_id": "echo", "session_id": "my own name/ü", "message": "hi"}"#
        _ = try await server.send(.post, "/v2/chat/", body)
        let history = try await server.send(.get, "/v1/sessions/my%20own%20name%2F%C3%BC/history?unix=false")
        let messages = try #require(history.json?.elements)
        #expect(messages.map { $0["role"] } == ["user", "assistant"])
        #expect(messages.map { $0["content"] } == ["hi", "echo hi"])
        #expect(messages.allSatisfy { Timestamp($0["created_at"]?.string ?? "")?.form == .naive(digits: 6) })
    }

    @Test func historyCountsSecondsIfAsked() async throws {
        let server = try await TestBackend(.echo)
        _ = try await server.send(.post, "/v2/chat/", LyzrInferenceTests.documented)
        let history = try await server.send(.get, "/v1/sessions/session123/history?unix=true")
        let times = try #require(history.json?.elements).map { $0["created_at"] }
        for time in times {
            guard case .number? = time else {
                Issue.record("\(String(describing: time)) is no number")
                continue
            }
        }
        let wrong = try await server.send(.get, "/v1/sessions/session123/history?unix=perhaps")
        #expect(wrong.status == .unprocessableContent)
        #expect(wrong.json?["detail"]?.elements?.first?["loc"] == ["query", "unix"])
    }

    @Test func historyOfOneAgentLeavesOutTheOthers() async throws {
        let server = try await TestBackend([.scripted(.echo), .scripted(.echo, key: "other")])
        for agent in ["echo", "other"] {
            let body =
                #"{"user_id": "u", "agent_id": "\#(agent)", "session_id": "s", "message": "to \#(agent)"}"#
            _ = try await server.send(.post, "/v2/chat/", body)
        }
        let history = try await server.send(.get, "/v1/sessions/s/other/history")
        #expect(history.json?.elements?.map { $0["content"] } == ["to other", "echo to other"])
        let transcript = try await server.send(.get, "/v1/sessions/s/conversation")
        #expect(
            transcript.json == [
                "payload": "user: to echo\nassistant: echo to echo\nuser: to other\nassistant: echo to other"
            ])
    }
}
