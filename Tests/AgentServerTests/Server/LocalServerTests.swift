import AgentAPI
import AsyncHTTPClient
import Foundation
import NIOCore
import Synchronization
import TestSupport
import Testing
import Wire

@testable import AgentServer
@testable import Agents

/// The server with its sockets, as another program sees it.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct LocalServerTests {
    /// A server that is stopped in the end, and a client for it.
    private func withServer(
        _ agent: ScriptedAgent, store: StoreLocation = .memory,
        _ body: (LocalServer, TestClient) async throws -> Void
    ) async throws {
        let server = LocalServer(
            ServerConfiguration(store: store, agents: [.scripted(agent)], limits: .patient))
        let url = try await server.start()
        let client = TestClient(url: url, key: await server.processKey ?? "")
        do {
            try await body(server, client)
        } catch {
            await server.stop(grace: .zero)
            throw error
        }
        await server.stop(grace: .zero)
    }

    private static let message =
        #"{"user_id": "u", "agent_id": "60d0fe4f5311236168a109ca", "session_id": "s", "message": "hello"}"#

    @Test func portIsTheSystemsChoiceOnLoopback() async throws {
        try await withServer(.echo) { server, client in
            #expect(client.url.host == "127.0.0.1")
            #expect(client.url.port.map { $0 > 0 } == true)
            let agents = try await server.agents()
            #expect(agents.map(\.hex) == ["60d0fe4f5311236168a109ca"])
            #expect(try await server.start() == client.url)
        }
    }

    @Test func replyArrivesWhileItIsWritten() async throws {
        let gate = Signal()
        let agent = ScriptedAgent { _, emit in
            try await emit(.text("first "))
            await gate.wait()
            try await emit(.text("second"))
        }
        try await withServer(agent) { _, client in
            let response = try await client.post("/v2/stream/", Self.message)
            var text = ""
            for try await chunk in response.body {
                text += String(buffer: chunk)
                if text == "LYZR_AGENT: first " { gate.fire() }
            }
            #expect(text == "LYZR_AGENT: first second")
            #expect(response.headers.first(name: "transfer-encoding") == "chunked")
            #expect(response.headers.first(name: "date")?.hasSuffix(" GMT") == true)
        }
    }

    @Test func connectionIsKeptAfterAStream() async throws {
        try await withServer(.echo) { _, client in
            for _ in 0..<3 {
                let response = try await client.post("/v2/stream/", Self.message)
                #expect(response.headers.first(name: "connection") == nil)
                #expect(try await response.text == "LYZR_AGENT: echo hello")
            }
        }
    }

    @Test func clientThatGoesAwayStopsTheAgent() async throws {
        let stopped = Signal()
        let agent = ScriptedAgent { _, emit in
            do {
                // The client may be gone before this returns.
                try await emit(.text("first "))
                try await Task.sleep(for: .seconds(3600))
            } catch {
                stopped.fire()
                throw error
            }
        }
        try await withServer(agent) { _, client in
            let reading = Task {
                let response = try await client.post("/v2/stream/", Self.message)
                for try await _ in response.body { return }
            }
            try await reading.value
            await stopped.wait()
        }
    }

    @Test func clientThatGoesBeforeTheFirstWordStopsTheAgent() async throws {
        let (started, stopped) = (Signal(), Signal())
        let agent = ScriptedAgent { _, _ in
            started.fire()
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                stopped.fire()
                throw error
            }
        }
        try await withServer(agent) { _, client in
            let asking = Task { _ = try await client.post("/v2/chat/", Self.message) }
            await started.wait()
            asking.cancel()
            await stopped.wait()
        }
    }

    @Test func agentThatFailsInTheMiddleBreaksTheReplyOff() async throws {
        let agent = ScriptedAgent { _, emit in
            try await emit(.text("first "))
            throw AgentFailure("The model went away.")
        }
        try await withServer(agent) { _, client in
            let response = try await client.post("/v2/stream/", Self.message)
            var text = ""
            await #expect(throws: (any Error).self) {
                for try await chunk in response.body { text += String(buffer: chunk) }
            }
            #expect(text == "LYZR_AGENT: first \n\n[ERROR] The model went away.")
        }
    }

    @Test func usedPortIsReported() async throws {
        try await withServer(.echo) { _, client in
            let port = try #require(client.url.port)
            let second = LocalServer(
                ServerConfiguration(port: port, store: .memory, agents: [.scripted(.echo)]))
            await #expect(
                throws: ServerError(
                    "The server cannot listen on 127.0.0.1, port \(port): another program uses it.")
            ) {
                try await second.start()
            }
        }
    }

    @Test func storeThatCannotBeOpenedIsReported() async throws {
        let folder = try TemporaryFolder()
        #expect(FileManager.default.createFile(atPath: folder.path + "/file", contents: nil))
        let server = LocalServer(
            ServerConfiguration(store: .file(path: folder.path + "/file/server.sqlite")))
        await #expect(
            throws: ServerError(
                "The folder \(folder.path)/file cannot be created: not a directory. "
                    + "Create it, or name another place.")
        ) {
            try await server.start()
        }
    }

    @Test func storeIsPrivate() async throws {
        let folder = try TemporaryFolder()
        try await withServer(.echo, store: folder.store) { _, client in
            _ = try await client.post("/v2/chat/", Self.message)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(files.contains("server.sqlite-wal"))
            for file in files {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + file)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(file)")
            }
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy {
                !$0.contains("owner")
            })
    }

    @Test func conversationsOutliveTheServer() async throws {
        let folder = try TemporaryFolder()
        try await withServer(.echo, store: folder.store) { _, client in
            _ = try await client.post("/v2/chat/", Self.message).text
        }
        try await withServer(.echo, store: folder.store) { server, client in
            let history = try await client.get("/v1/sessions/s/history").json
            #expect(history?.elements?.map { $0["content"] } == ["hello", "echo hello"])
            #expect(try await server.agents().map(\.id) == [1])
        }
    }

    @Test func stoppingHandsBackgroundTurnsToTheNextServer() async throws {
        let folder = try TemporaryFolder()
        let started = Signal()
        let endless = ScriptedAgent { _, emit in
            try await emit(.text("never finished"))
            started.fire()
            try await Task.sleep(for: .seconds(3600))
        }
        let ticket = Mutex("")
        try await withServer(endless, store: folder.store) { _, client in
            let created = try await client.post("/v2/task/", Self.message).json
            ticket.withLock { $0 = created?["task_id"]?.string ?? "" }
            await started.wait()
        }
        let backend = try await TestBackend([.scripted(.echo)], store: folder.store).backend
        let turn = try #require(try await backend.store.turn(ticket: ticket.withLock { $0 }))
        try await backend.store.whenFinished(turn)
        #expect(try await backend.store.answer(of: turn.id)?.text == "echo hello")
        #expect(try await backend.store.turn(id: turn.id)?.attempts == 1)
        let messages = try await backend.store.messages(in: turn.conversationId)
        #expect(messages.map(\.text) == ["hello", "echo hello"])
    }

    @Test func serverStopsWhileAClientReadsAnEndlessReply() async throws {
        let agent = ScriptedAgent { _, emit in
            try await emit(.text("first"))
            try await Task.sleep(for: .seconds(3600))
        }
        try await withServer(agent) { server, client in
            let response = try await client.post("/v2/stream/", Self.message)
            var chunks = response.body.makeAsyncIterator()
            _ = try await chunks.next()
            await server.stop(grace: .zero)
            await #expect(throws: (any Error).self) { while try await chunks.next() != nil {} }
        }
    }
}

/// Speaks HTTP with a server on this machine.
struct TestClient {
    let url: URL
    let key: String

    func get(_ path: String) async throws -> HTTPClientResponse {
        try await send(HTTPClientRequest(url: url.absoluteString + path))
    }

    func post(_ path: String, _ body: String) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url.absoluteString + path)
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: body))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        var request = request
        request.headers.add(name: "x-api-key", value: key)
        return try await Self.client.execute(request, deadline: .distantFuture)
    }

    /// Waits longer than a busy machine takes to get around to a connection.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(timeout: .init(connect: .hours(1))))
}

extension HTTPClientResponse {
    var text: String {
        get async throws { String(buffer: try await body.collect(upTo: 1 << 24)) }
    }

    var json: JSONValue? {
        get async throws { JSONValue(text: try await text) }
    }
}
