import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import AgentServer

/// Where the server listens, and under which path.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct ListeningTests {
    private static let message =
        #"{"user_id": "u", "agent_id": "60d0fe4f5311236168a109ca", "session_id": "s", "message": "hello"}"#

    @Test func everythingLiesBelowThePrefix() async throws {
        let server = LocalServer(
            ServerConfiguration(pathPrefix: "/agents/v0", store: .memory, agents: [.scripted(.echo)]))
        let url = try await server.start()
        #expect(url.path == "/agents/v0")
        let client = TestClient(url: url, key: await server.processKey ?? "")
        #expect(try await client.post("/v2/chat/", Self.message).json == ["response": "echo hello"])
        #expect(try await client.get("/v1/me").json?["principal_type"] == "user")
        #expect(try await client.get("/v1/chat/tasks/99").json?["error"]?["code"] == "task_not_found")
        #expect(try await client.get("x/v1/me").status.code == 404)
        let transcript = try await SocketClient.talk(
            to: url, path: "/agents/v0/api/v1/external/session", headers: [:], first: nil)
        #expect(transcript.closeCode == .policyViolation)
        await server.stop(grace: .zero)
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1"])
    func othersReachNoServerWithoutKeys(host: String) async throws {
        let server = LocalServer(
            ServerConfiguration(host: host, store: .memory, agents: [.scripted(.echo)]))
        let failure = await #expect(throws: ServerError.self) { try await server.start() }
        #expect(failure?.message.contains("parley serve keys create") == true)
    }

    @Test func serverWithAKeyListensEverywhere() async throws {
        let folder = try TemporaryFolder()
        let keys = try ServerKeys(folder.store)
        let (key, _) = try await keys.create(name: "phone")
        let server = LocalServer(
            ServerConfiguration(host: "0.0.0.0", store: folder.store, agents: [.scripted(.echo)]))
        let url = try await server.start()
        let client = TestClient(
            url: try #require(URL(string: "http://127.0.0.1:\(url.port ?? 0)")), key: key)
        #expect(try await client.post("/v2/chat/", Self.message).json == ["response": "echo hello"])
        await server.stop(grace: .zero)

        try await keys.revoke("phone")
        await #expect(throws: ServerError.self) { try await server.start() }
    }

    @Test func loopbackNeedsNoKey() async throws {
        for host in ["127.0.0.1", "127.8.8.8", "localhost"] {
            let server = LocalServer(
                ServerConfiguration(host: host, store: .memory, agents: [.scripted(.echo)]))
            try await server.start()
            await server.stop(grace: .zero)
        }
    }
}
