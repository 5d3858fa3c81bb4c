import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import AgentServer

/// Keys as the command line makes them.
@Suite struct ServerKeysTests {
    @Test func keysWorkWhileTheServerRuns() async throws {
        let folder = try TemporaryFolder()
        let server = try await TestBackend([.scripted(.echo)], store: folder.store)
        let keys = try ServerKeys(folder.store)
        let key = try await keys.create(name: "laptop")
        #expect(key.wholeMatch(of: /parley_[A-Za-z0-9]{6}_[A-Za-z0-9]{32}/) != nil)
        let response = try await server.send(
            .post, "/v2/chat/", LyzrInferenceTests.documented, headers: [.apiKey: key])
        #expect(response.status == .ok)

        let listed = try #require(try await keys.list().first)
        #expect(listed.name == "laptop")
        #expect(listed.permissions == [.chat])
        #expect(!"\(listed)".contains(key))
        #expect(try await keys.revoke(prefix: listed.prefix))
        let refused = try await server.send(
            .post, "/v2/chat/", LyzrInferenceTests.documented, headers: [.apiKey: key])
        #expect(refused.status == .unauthorized)
    }

    @Test func keyOfOneAgentSpeaksWithNoOther() async throws {
        let folder = try TemporaryFolder()
        let server = try await TestBackend(
            [.scripted(.echo), .scripted(.echo, key: "other")], store: folder.store)
        let key = try await ServerKeys(folder.store).create(name: "bound", agent: "other")
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
        let key = try await ServerKeys(folder.store).create(name: "figures", permissions: [.metrics])
        let refused = try await server.send(
            .post, "/v2/chat/", LyzrInferenceTests.documented, headers: [.apiKey: key])
        #expect(refused.status == .forbidden)
    }

    @Test func unknownAgentIsSaid() async throws {
        let keys = try ServerKeys(.memory)
        await #expect(throws: ServerFailure.self) { try await keys.create(name: "x", agent: "nobody") }
    }
}
