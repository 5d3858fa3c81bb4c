import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import AgentServer

/// Agents and sessions of the Vectara dialect.
@Suite(.timeLimit(.scaled(minutes: 5))) struct VectaraSessionTests {
    private static let sessions = "/v2/agents/echo/sessions"

    /// The documentation's example.
    private static let documented = """
        {"key":"support_session_12345","name":"Customer Support Session",
         "description":"Customer support session for billing inquiry regarding account charges",
         "metadata":{"customer_id":"customer_12345","customer_email":"customer@example.com","priority":"high","channel":"web_chat","issue_category":"billing"},
         "enabled":true}
        """

    @Test func sessionIsMadeAsDocumented() async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.post, Self.sessions, Self.documented)
        #expect(response.status == .created)
        let session = try #require(response.json)
        #expect(session["key"] == "support_session_12345")
        #expect(session["agent_key"] == "echo")
        #expect(session["name"] == "Customer Support Session")
        #expect(session["metadata"]?["priority"] == "high")
        #expect(session["enabled"] == true)
        #expect(session["status"] == "unstarted")
        #expect(Timestamp(session["created_at"]?.string ?? "") != nil)
        #expect(try await server.send(.get, Self.sessions + "/support_session_12345").json == session)
    }

    @Test(arguments: ["", "{}", #"{"key": null, "name": null, "from_session": null}"#])
    func nothingIsRequired(body: String) async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.post, Self.sessions, body)
        #expect(response.status == .created)
        #expect(Vectara.isKey(response.json?["key"]?.string ?? ""))
        #expect(response.json?["name"]?.string?.isEmpty == false)
    }

    @Test func keyComesFromTheName() async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.post, Self.sessions, #"{"name": "Ärger mit der Rechnung 7"}"#)
        let key = try #require(response.json?["key"]?.string)
        #expect(key.hasPrefix("rger-mit-der-rechnung-7-"))
        #expect(Vectara.isKey(key))
    }

    @Test(arguments: [
        (#"{"key": "a b"}"#, "key"), (#"{"key": ""}"#, "key"), (#"{"name": 7}"#, "name"),
        (#"{"name": ""}"#, "name"),
        (#"{"metadata": "x"}"#, "metadata"), (#"{"enabled": "yes"}"#, "enabled"),
        (#"{"tti_minutes": -1}"#, "tti_minutes"),
        (#"{"from_session": {}}"#, "from_session.session_key"),
        (
            #"{"from_session": {"session_key": "s", "include_up_to_event_id": "a", "compact_up_to_event_id": "b"}}"#,
            "from_session.compact_up_to_event_id"
        ),
    ])
    func badFieldIsNamed(body: String, field: String) async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.post, Self.sessions, body)
        #expect(response.status == .badRequest)
        let failure = try #require(response.json)
        let named = try #require(failure["field_errors"]).members.keys.sorted()
        #expect(named == [field])
        #expect(failure["messages"]?.elements?.isEmpty == false)
        #expect(failure["request_id"]?.string?.count == 32)
    }

    @Test(arguments: ["nonsense", "[]", "[1", "7"])
    func noObjectIsABadRequest(body: String) async throws {
        let server = try await TestBackend(.echo)
        #expect(try await server.send(.post, Self.sessions, body).status == .badRequest)
    }

    @Test func takenKeyIsRefused() async throws {
        let server = try await TestBackend(.echo)
        _ = try await server.send(.post, Self.sessions, #"{"key": "k"}"#)
        let again = try await server.send(.post, Self.sessions, #"{"key": "k"}"#)
        #expect(again.status == .badRequest)
        #expect(again.json?["field_errors"]?["key"] != nil)
    }

    @Test func pagesAreWalkedToTheEnd() async throws {
        let server = try await TestBackend(.echo)
        for number in 0..<23 { _ = try await server.send(.post, Self.sessions, #"{"key": "s\#(number)"}"#) }
        var keys: [String] = []
        var next: String? = ""
        var pages = 0
        while let key = next {
            let page = try await server.send(.get, Self.sessions + "?page_key=\(key)").json
            keys += page?["sessions"]?.elements?.compactMap { $0["key"]?.string } ?? []
            #expect(page?["metadata"] != nil)
            next = page?["metadata"]?["page_key"]?.string
            pages += 1
        }
        #expect(pages == 3)
        #expect(keys == (0..<23).map { "s\($0)" })
    }

    @Test(arguments: [
        "limit=0", "limit=101", "limit=x", "page_key=nonsense", "filter=(", "filter=(a%2B)%2Bb",
        "metadata_filter=x",
    ])
    func badQueryIsABadRequest(query: String) async throws {
        let server = try await TestBackend(.echo)
        #expect(try await server.send(.get, Self.sessions + "?" + query).status == .badRequest)
    }

    @Test func filterMatchesNamesAndDescriptions() async throws {
        let server = try await TestBackend(.echo)
        _ = try await server.send(.post, Self.sessions, #"{"key": "a", "name": "Billing"}"#)
        _ = try await server.send(
            .post, Self.sessions, #"{"key": "b", "name": "Other", "description": "about bills"}"#)
        _ = try await server.send(.post, Self.sessions, #"{"key": "c", "name": "Third"}"#)
        let found = try await server.send(.get, Self.sessions + "?filter=%5Ebill%7Cabout+b").json
        #expect(found?["sessions"]?.elements?.map { $0["key"] } == ["a", "b"])
    }

    @Test func sessionIsChangedAndDeleted() async throws {
        let server = try await TestBackend(.echo)
        _ = try await server.send(
            .post, Self.sessions, #"{"key": "k", "tti_minutes": 5, "secrets": {"token": "hush"}}"#)
        let changed = try await server.send(
            .patch, Self.sessions + "/k",
            #"{"name": "New", "metadata": {"a": [1, 2.5, null]}, "enabled": false}"#)
        #expect(changed.json?["name"] == "New")
        #expect(changed.json?["metadata"] == ["a": [1, 2.5, nil]])
        #expect(changed.json?["enabled"] == false)
        #expect(changed.json?["tti_minutes"] == 5)
        #expect(changed.json?["secrets"] == ["token": "****"])
        #expect(try await server.send(.delete, Self.sessions + "/k").status == .noContent)
        let gone = try await server.send(.get, Self.sessions + "/k")
        #expect(gone.status == .notFound)
        #expect(gone.json?["messages"] == ["Session not found"])
        #expect(gone.json?["id"] != nil)
    }

    @Test(arguments: [
        ("GET", "/v2/agents/unknown", 404, "Agent not found"),
        ("GET", "/v2/agents/unknown/sessions", 404, "Agent not found"),
        ("POST", "/v2/agents/unknown/sessions", 404, "Agent not found"),
        ("GET", "/v2/agents/echo/sessions/none", 404, "Session not found"),
        ("GET", "/v2/agents/echo/sessions/none/events", 404, "Session not found"),
        ("PUT", "/v2/agents/echo/sessions", 405, "The endpoint does not take this method"),
        ("GET", "/v2/agents/echo/nothing", 404, "There is no such endpoint"),
    ])
    func unknownThingsAreNotFound(method: String, path: String, status: Int, message: String) async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(try #require(HTTPRequest.Method(method)), path)
        #expect(response.status.code == status)
        #expect(response.json?["messages"] == [.string(message)])
    }

    @Test func keyIsRequired() async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.get, "/v2/agents", headers: [:])
        #expect(response.status == .unauthorized)
        #expect(response.json?["messages"]?.elements?.count == 1)
    }

    @Test func agentsAreListedMadeChangedAndDeleted() async throws {
        let server = try await TestBackend(.echo)
        let made = try await server.send(
            .post, "/v2/agents",
            #"{"name": "Pirate", "model": {"name": "echo"}, "first_step": {"type": "conversational", "name": "main", "instructions": [{"type": "inline", "name": "i", "template": "Speak like a pirate."}]}}"#
        )
        #expect(made.status == .created)
        let key = try #require(made.json?["key"]?.string)
        #expect(key.hasPrefix("pirate-"))
        let listed = try await server.send(.get, "/v2/agents").json
        #expect(listed?["agents"]?.elements?.compactMap { $0["key"]?.string } == ["echo", key])
        #expect(listed?["metadata"] == [:])

        let changed = try await server.send(.patch, "/v2/agents/\(key)", #"{"enabled": false}"#)
        #expect(changed.json?["enabled"] == false)
        #expect(changed.json?["name"] == "Pirate")
        let enabled = try await server.send(.get, "/v2/agents?enabled=true").json
        #expect(enabled?["agents"]?.elements?.count == 1)
        #expect(try await server.send(.delete, "/v2/agents/\(key)").status == .noContent)
        #expect(try await server.send(.get, "/v2/agents/\(key)").status == .notFound)
    }

    @Test func madeAgentAnswersByItsInstructions() async throws {
        let agent = ScriptedAgent.echo
        let server = try await TestBackend(agent)
        _ = try await server.send(
            .post, "/v2/agents",
            #"{"key": "pirate", "name": "Pirate", "first_step": {"instructions": [{"template": "Speak like a pirate."}]}}"#
        )
        _ = try await server.send(.post, "/v2/agents/pirate/sessions", #"{"key": "p"}"#)
        let body = #"{"messages": [{"type": "text", "content": "hi"}]}"#
        #expect(try await server.send(.post, "/v2/agents/pirate/sessions/p/events", body).status == .created)
        #expect(agent.requests.first?.instructions == "Speak like a pirate.")
    }

    @Test func configuredAgentIsNotChanged() async throws {
        let server = try await TestBackend(.echo)
        #expect(try await server.send(.delete, "/v2/agents/echo").status == .forbidden)
        #expect(try await server.send(.patch, "/v2/agents/echo", "{}").status == .forbidden)
    }

    /// The words of the documents, in every answer that they list them for.
    @Test(
        arguments: [
            ("POST", "/v2/agents/echo/sessions", "nonsense", 400, "invalid_request"),
            ("POST", "/v2/agents/echo/sessions", #"{"name": 7}"#, 400, "invalid_request"),
            ("POST", "/v2/agents/echo/sessions", #"{"metadata": 7}"#, 400, "invalid_metadata"),
            ("GET", "/v2/agents/echo/sessions?metadata_filter=x", nil, 400, "invalid_metadata"),
            ("POST", "/v2/agents/none/sessions", "{}", 404, "agent_not_found"),
            ("POST", "/v2/agents/echo/sessions/none/events", "{}", 404, "session_not_found"),
            (
                "POST", "/v2/agents/echo/sessions/s/events", #"{"messages": []}"#, 400,
                "invalid_message_content"
            ),
            ("POST", "/v2/agents/echo/sessions/s/events", #"{"type": "dance"}"#, 400, "invalid_request"),
            ("GET", "/v2/agents/echo/sessions/s/events/aev_x", nil, 404, "event_not_found"),
            ("DELETE", "/v2/agents/echo", nil, 403, "forbidden"),
            ("GET", "/v2/agents/echo/nothing", nil, 404, "not_found"),
            ("PUT", "/v2/agents/echo/sessions", "{}", 405, "method_not_allowed"),
        ] as [(String, String, String?, Int, String)])
    func everyErrorHasItsCode(method: String, path: String, body: String?, status: Int, code: String)
        async throws
    {
        let server = try await TestBackend(.echo)
        _ = try await server.send(.post, Self.sessions, #"{"key": "s"}"#)
        let response = try await server.send(try #require(HTTPRequest.Method(method)), path, body)
        #expect(response.status.code == status)
        #expect(response.json?["code"]?.string == code)
        #expect(response.json?["messages"]?.elements?.count == 1)
        #expect(response.json?["request_id"]?.string?.count == 32)
    }

    @Test func errorsOfKeysAndLimitsHaveTheirCodes() async throws {
        let server = try await TestBackend(
            [.scripted(.echo), .scripted(.echo, key: "other")], limits: ServerLimits(requestsPerMinute: 2))
        #expect(
            try await server.send(.get, "/v2/agents", headers: [:]).json?["code"] == "unauthorized")
        let bound = APIKey.generate(.agent)
        let other = try await server.backend.agent(named: "other", for: nil)
        try await server.store.add(bound, name: "bound", agent: other.id, permissions: [.chat])
        let headers: HTTPFields = [.apiKey: bound.text]
        let foreign = try await server.send(.post, Self.sessions, "{}", headers: headers)
        #expect(foreign.status == .forbidden)
        #expect(foreign.json?["code"] == "forbidden")
        let own = try await server.send(.post, "/v2/agents/other/sessions", "{}", headers: headers)
        #expect(own.status == .created)
        let limited = try await server.send(.post, "/v2/agents/other/sessions", "{}", headers: headers)
        #expect(limited.status == .tooManyRequests)
        #expect(limited.json?["code"] == "rate_limit_exceeded")
    }

    @Test func managingNeedsThePermission() async throws {
        let server = try await TestBackend(.echo)
        let key = APIKey.generate(.general)
        try await server.store.add(key, name: "chat only", agent: nil, permissions: [.chat])
        let response = try await server.send(
            .post, "/v2/agents", #"{"name": "x"}"#, headers: [.apiKey: key.text])
        #expect(response.status == .forbidden)
        #expect(response.json?["messages"] != nil)
    }
}
