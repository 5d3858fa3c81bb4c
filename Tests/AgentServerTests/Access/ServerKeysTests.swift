import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import TestSupport
import Testing

@testable import AgentServer

/// Keys as the command line makes them.
@Suite(.timeLimit(.scaled(minutes: 5))) struct ServerKeysTests {
    @Test func keysWorkWhileTheServerRuns() async throws {
        let folder = try TemporaryFolder()
        let server = try await TestBackend([.scripted(.echo)], store: folder.store)
        let keys = try ServerKeys(folder.store)
        let (key, made) = try await keys.create(name: "laptop")
        #expect(key.wholeMatch(of: /parley_[A-Za-z0-9]{6}_[A-Za-z0-9]{32}/) != nil)
        let response = try await server.send(
            .post, "/v2/chat/", LyzrInferenceTests.documented, headers: [.apiKey: key])
        #expect(response.status == .ok)

        let listed = try #require(try await keys.list().first)
        #expect(listed.name == "laptop")
        #expect(listed.prefix == made.prefix)
        #expect(made.lastUsedAt == nil)
        #expect(listed.lastUsedAt != nil)
        #expect(listed.permissions == [.chat])
        #expect(!"\(listed)".contains(key))
        #expect(try await keys.revoke("laptop").revokedAt != nil)
        let refused = try await server.send(
            .post, "/v2/chat/", LyzrInferenceTests.documented, headers: [.apiKey: key])
        #expect(refused.status == .unauthorized)
    }

    @Test func keyOfOneAgentSpeaksWithNoOther() async throws {
        let folder = try TemporaryFolder()
        let server = try await TestBackend(
            [.scripted(.echo), .scripted(.echo, key: "other")], store: folder.store)
        let (key, _) = try await ServerKeys(folder.store).create(name: "bound", agent: "other")
        #expect(key.wholeMatch(of: /xag_[A-Za-z0-9]{6}_[A-Za-z0-9]{32}/) != nil)
        let refused = try await server.send(
            .post, "/v2/chat/", LyzrInferenceTests.documented, headers: [.apiKey: key])
        #expect(refused.status == .notFound)
        let body = #"{"user_id": "u", "agent_id": "other", "session_id": "s", "message": "hi"}"#
        #expect(try await server.send(.post, "/v2/chat/", body, headers: [.apiKey: key]).status == .ok)
    }

    @Test func keyWithoutThePermissionIsForbidden() async throws {
        let folder = try TemporaryFolder()
        let server = try await TestBackend([.scripted(.echo)], store: folder.store)
        let (key, _) = try await ServerKeys(folder.store).create(name: "figures", permissions: [.metrics])
        let refused = try await server.send(
            .post, "/v2/chat/", LyzrInferenceTests.documented, headers: [.apiKey: key])
        #expect(refused.status == .forbidden)
    }

    @Test func unknownAgentIsSaid() async throws {
        let keys = try ServerKeys(.memory)
        let failure = await #expect(throws: ServerError.self) {
            _ = try await keys.create(name: "x", agent: "unknown", configured: [.guide()])
        }
        #expect(failure?.message == "The server has no agent “unknown”. There are: guide.")
    }

    @Test func agentOfTheConfigurationNeedsNoStartFirst() async throws {
        let keys = try ServerKeys(.memory)
        let (key, made) = try await keys.create(name: "x", agent: "guide", configured: [.guide()])
        #expect(key.hasPrefix("xag_"))
        #expect(made.agent == "guide")
    }

    @Test func keyIsRevokedByPrefixOrByANameThatIsItsOwn() async throws {
        let keys = try ServerKeys(.memory)
        let (_, first) = try await keys.create(name: "twin")
        let (_, second) = try await keys.create(name: "twin")
        let failure = await #expect(throws: ServerError.self) { try await keys.revoke("twin") }
        #expect(failure?.message.contains(first.prefix) == true)
        #expect(try await keys.revoke(first.prefix).prefix == first.prefix)
        #expect(try await keys.revoke("twin").prefix == second.prefix)
        await #expect(throws: ServerError.self) { try await keys.revoke("twin") }
    }

    /// What a key may not do is refused in the form of the dialect that is spoken.
    @Test func keyThatMayOnlyReadSaysNothing() async throws {
        let folder = try TemporaryFolder()
        let server = try await TestBackend([.scripted(.echo)], store: folder.store)
        _ = try await server.send(.post, "/v2/chat/", LyzrInferenceTests.documented)
        let (key, _) = try await ServerKeys(folder.store).create(name: "reader", permissions: [.read])
        let headers: HTTPFields = [.authorization: "Bearer \(key)"]
        let history = try await server.send(
            .get, "/v1/sessions/session123/history", headers: headers)
        #expect(history.status == .ok)
        #expect(history.json?.elements?.count == 2)
        #expect(try await server.send(.get, "/v2/agents", headers: headers).status == .ok)

        let chat = try await server.send(
            .post, "/v2/chat/", LyzrInferenceTests.documented, headers: headers)
        #expect(chat.status == .forbidden)
        #expect(chat.json?["detail"]?.string != nil)
        let session = try await server.send(.post, "/v2/agents/echo/sessions", "{}", headers: headers)
        #expect(session.status == .forbidden)
        #expect(session.json?["messages"]?.elements?.isEmpty == false)
        let task = try await server.send(
            .post, "/api/v1/external/tasks", #"{"user_id": "u"}"#, headers: headers)
        #expect(task.status == .forbidden)
        #expect(task.json?["status_code"] == 403)
        // The contract knows keys of the wrong kind as invalid ones.
        let chatTask = try await server.send(
            .post, "/v1/chat/tasks", #"{"agent_id": 1, "message": {"content": "x"}}"#, headers: headers)
        #expect(chatTask.status == .unauthorized)
        #expect(chatTask.json?["error"]?["code"] == "invalid_api_key")
        let made = try await server.send(.post, "/v2/agents", #"{"name": "x"}"#, headers: headers)
        #expect(made.status == .forbidden)
    }

    @Test func keyThatManagesDoesNotChat() async throws {
        let folder = try TemporaryFolder()
        let server = try await TestBackend([.scripted(.echo)], store: folder.store)
        let (key, _) = try await ServerKeys(folder.store).create(name: "maker", permissions: [.manage])
        #expect(key.hasPrefix("xag_personal_"))
        let headers: HTTPFields = [.authorization: "Bearer \(key)"]
        let made = try await server.send(.post, "/v2/agents", #"{"name": "x"}"#, headers: headers)
        #expect(made.status == .created)
        let chat = try await server.send(
            .post, "/v2/chat/", LyzrInferenceTests.documented, headers: headers)
        #expect(chat.status == .forbidden)
    }

    @Test(arguments: ["x-api-key", "x-network-api-key", "authorization"])
    func keyCountsInTheHeaderOfEveryDialect(header: String) async throws {
        let folder = try TemporaryFolder()
        let server = try await TestBackend([.scripted(.echo)], store: folder.store)
        let name = try #require(HTTPField.Name(header))
        for agent in [nil, "echo"] {
            let (key, _) = try await ServerKeys(folder.store).create(name: "k", agent: agent)
            let headers: HTTPFields = [name: header == "authorization" ? "Bearer \(key)" : key]
            for path in ["/v2/agents", "/v1/me", "/api/v1/external/tasks?user_id=u", "/v1/users/u/sessions"] {
                #expect(try await server.send(.get, path, headers: headers).status == .ok, "\(path)")
            }
        }
    }

    @Test func useIsWrittenDownOnceInAWhile() async throws {
        let time = Mutex(Date(timeIntervalSince1970: 1_000_000))
        let store = try ServerStore(.memory, now: { time.withLock { $0 } })
        let key = APIKey.generate(.general)
        try await store.add(key, name: "k", agent: nil, permissions: [.chat])
        let keyring = Keyring(store: store)
        var seen: [Double?] = []
        for _ in 0..<5 {
            _ = try await keyring.principal(presenting: key.text, from: nil)
            seen.append(try await store.key(prefix: key.prefix)?.lastUsedAt?.timeIntervalSince1970)
            time.withLock { $0 += 25 }
        }
        #expect(seen == [1_000_000, 1_000_000, 1_000_000, 1_000_075, 1_000_075])
    }
}
