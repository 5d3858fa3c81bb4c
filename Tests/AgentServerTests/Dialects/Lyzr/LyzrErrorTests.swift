import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import AgentServer

/// What the Lyzr dialect says to requests that it cannot carry out.
@Suite(.timeLimit(.scaled(minutes: 5))) struct LyzrErrorTests {
    @Test(arguments: [
        ("", ["body"], "value_error.jsondecode"),
        ("{", ["body"], "value_error.jsondecode"),
        ("nonsense", ["body"], "value_error.jsondecode"),
        ("[]", ["body"], "type_error.dict"),
        ("null", ["body"], "type_error.none.not_allowed"),
        (
            #"{"user_id": "u", "agent_id": "a", "session_id": "s"}"#, ["body", "message"],
            "value_error.missing"
        ),
        (
            #"{"user_id": 7, "agent_id": "a", "session_id": "s", "message": "m"}"#, ["body", "user_id"],
            "type_error.str"
        ),
        (
            #"{"user_id": "u", "agent_id": null, "session_id": "s", "message": "m"}"#, ["body", "agent_id"],
            "type_error.none.not_allowed"
        ),
        (
            #"{"user_id": "u", "agent_id": "a", "session_id": "s", "message": ""}"#, ["body", "message"],
            "value_error.any_str.min_length"
        ),
        (
            #"{"user_id": "u", "agent_id": "a", "session_id": "", "message": "m"}"#, ["body", "session_id"],
            "value_error.any_str.min_length"
        ),
    ])
    func badBodyIsNamedFieldByField(body: String, loc: [String], type: String) async throws {
        let server = try await TestBackend(.echo)
        for path in ["/v2/stream/", "/v2/chat/", "/v2/task/"] {
            let response = try await server.send(.post, path, body)
            #expect(response.status == .unprocessableContent)
            let error = try #require(response.json?["detail"]?.elements?.first)
            #expect(error["loc"]?.elements?.compactMap(\.string) == loc)
            #expect(error["type"]?.string == type)
            #expect(error["msg"]?.string?.isEmpty == false)
        }
    }

    @Test func deepNestingIsNotFollowed() async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.post, "/v2/chat/", String(repeating: "[", count: 500_000))
        #expect(response.json?["detail"]?.elements?.first?["type"] == "value_error.jsondecode")
    }

    @Test(
        arguments: [nil, "", "nonsense", "parley_AAAAAA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "xag_a_b"]
            as [String?])
    func keyIsRequired(key: String?) async throws {
        let server = try await TestBackend(.echo)
        let headers: HTTPFields = key.map { [.apiKey: $0] } ?? [:]
        let response = try await server.send(
            .post, "/v2/stream/", LyzrInferenceTests.documented, headers: headers)
        #expect(response.status == .unauthorized)
        #expect(response.json == ["detail": "Invalid API key"])
    }

    @Test func keyStandsInTheHeaderOfAnyDialect() async throws {
        let server = try await TestBackend(.echo)
        let key = server.backend.keyring.processKey
        let network = try #require(HTTPField.Name("x-network-api-key"))
        for headers: HTTPFields in [[.apiKey: key], [network: key], [.authorization: "Bearer \(key)"]] {
            let response = try await server.send(
                .post, "/v2/chat/", LyzrInferenceTests.documented, headers: headers)
            #expect(response.status == .ok)
        }
    }

    @Test func storedKeysAreValidUntilTheyAreRevoked() async throws {
        let server = try await TestBackend(.echo)
        let key = APIKey.generate(.general)
        try await server.store.add(key, name: "mine", agent: nil, permissions: [.chat])
        let headers: HTTPFields = [.apiKey: key.text]
        #expect(try await server.send(.get, "/v1/users/unknown", headers: headers).status == .notFound)
        #expect(try await server.store.revokeKey(prefix: key.prefix))
        #expect(try await server.send(.get, "/v1/users/unknown", headers: headers).status == .unauthorized)
        #expect(try await !server.store.revokeKey(prefix: key.prefix))
    }

    @Test func whatIsStoredOfAKeyDoesNotHoldIt() async throws {
        let server = try await TestBackend(.echo)
        let key = APIKey.generate(.general)
        let stored = try await server.store.add(key, name: "mine", agent: nil, permissions: [.chat])
        #expect(stored.hash.count == 32)
        #expect(!key.text.contains(String(decoding: stored.hash, as: UTF8.self)))
    }

    @Test(arguments: [
        ("GET", "/nowhere", 404, "Not Found"), ("GET", "/v2/stream/", 405, "Method Not Allowed"),
        ("DELETE", "/v1/users/u", 405, "Method Not Allowed"), ("GET", "/v2/task/none", 404, "Task not found"),
        ("GET", "/v1/users/none", 404, "User not found"),
        ("GET", "/v1/sessions/none", 404, "Session not found"),
        ("GET", "/v1/sessions/none/history", 404, "Session not found"),
    ])
    func unknownThingsAreNotFound(method: String, path: String, status: Int, detail: String) async throws {
        let server = try await TestBackend(.echo)
        let method = try #require(HTTPRequest.Method(method))
        let response = try await server.send(method, path)
        #expect(response.status.code == status)
        #expect(response.json == ["detail": .string(detail)])
    }

    @Test func unknownAgentIsNotFound() async throws {
        let server = try await TestBackend(.echo)
        let body = #"{"user_id": "u", "agent_id": "60d0fe4f531xxxxxx", "session_id": "s", "message": "m"}"#
        let response = try await server.send(.post, "/v2/task/", body)
        #expect(response.status == .notFound)
        #expect(response.json == ["detail": "Agent not found"])
    }

    @Test func tooLargeABodyIsRefused() async throws {
        let server = try await TestBackend([.scripted(.echo)], limits: ServerLimits(bodySize: 1000))
        let response = try await server.send(.post, "/v2/chat/", String(repeating: "x", count: 1001))
        #expect(response.status == .contentTooLarge)
        #expect(response.json == ["detail": "The request is too large"])
    }
}
