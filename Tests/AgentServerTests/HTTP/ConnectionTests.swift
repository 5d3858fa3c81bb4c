import AgentAPI
import Foundation
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import AgentServer

/// Connections that are silent, send too much or nonsense, or do not read.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct ConnectionTests {
    private func withServer(
        _ agent: ScriptedAgent = .echo, _ limits: ServerLimits = .patient,
        _ body: (LocalServer, URL, String) async throws -> Void
    ) async throws {
        let server = LocalServer(
            ServerConfiguration(store: .memory, agents: [.scripted(agent)], limits: limits))
        let url = try await server.start()
        let key = await server.processKey ?? ""
        do {
            try await body(server, url, key)
        } catch {
            await server.stop(grace: .zero)
            throw error
        }
        await server.stop(grace: .zero)
    }

    private static func request(_ path: String, key: String, body: String? = nil, more: String = "") -> String
    {
        let method = body == nil ? "GET" : "POST"
        let length = body.map { "content-length: \($0.utf8.count)\r\n" } ?? ""
        return
            "\(method) \(path) HTTP/1.1\r\nhost: x\r\nx-api-key: \(key)\r\n\(length)\(more)\r\n\(body ?? "")"
    }

    @Test(arguments: ["", "GET /health HTTP/1.1\r\nhost: x\r\nx-slow: "])
    func connectionWithoutARequestIsClosed(said: String) async throws {
        try await withServer(.echo, ServerLimits(firstRequest: .milliseconds(100))) { _, url, _ in
            let answer = try await RawClient(url).send(said)
            #expect(answer == "")
        }
    }

    @Test(arguments: ["", "GET /health HTTP/1.1\r\nhost: x\r\n"])
    func serverThatStopsWaitsForNoRequest(said: String) async throws {
        try await withServer(.echo, ServerLimits(firstRequest: .seconds(3600))) { server, url, _ in
            try await RawClient(url).send(said) { await server.stop(grace: .zero) }
        }
    }

    private static let upgrade = """
        connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n
        """

    /// A request, and one for a WebSocket.
    private static func bothKinds(_ key: String) -> [String] {
        [request("/v1/me", key: key), request("/api/v1/external/session", key: key, more: upgrade)]
    }

    /// Each round gives the connections, three thousand in all, one more step before the server stops: before they are accepted, before
    /// and after what they ask for is known, and while they are answered.
    @Test func serverCanStopAtAnyPoint() async throws {
        for steps in 0..<75 {
            try await withServer { server, url, key in
                await withTaskGroup(of: Void.self) { group in
                    for request in (0..<20).flatMap({ _ in Self.bothKinds(key) }) {
                        // Refused where the server has stopped already.
                        group.addTask { _ = try? await RawClient(url).send(request) }
                    }
                    for _ in 0..<steps * 5 { await Task.yield() }
                    await server.stop(grace: .zero)
                }
            }
        }
    }

    /// Each round gives the clients, two thousand in all, one more step before they go.
    @Test func clientsCanGoAtAnyPoint() async throws {
        try await withServer { _, url, key in
            for steps in 0..<100 {
                await withTaskGroup(of: Void.self) { group in
                    for request in (0..<10).flatMap({ _ in Self.bothKinds(key) }) {
                        group.addTask { _ = try? await RawClient(url).send(request) }
                    }
                    for _ in 0..<steps * 5 { await Task.yield() }
                    group.cancelAll()
                }
            }
            let answer = try await RawClient(url).send(
                Self.request("/v1/me", key: key, more: "connection: close\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    /// Each round gives a server one more step before the task that starts it is cancelled.
    @Test func startCanBeCancelledAtAnyPoint() async throws {
        for steps in 0..<60 {
            let server = LocalServer(ServerConfiguration(store: .memory, agents: [.scripted(.echo)]))
            let start = Task { try await server.start() }
            for _ in 0..<steps { await Task.yield() }
            start.cancel()
            _ = await start.result
            await server.stop(grace: .zero)
        }
    }

    /// Sends a request again while its connection is closed before it arrives: on a busy machine a client may be silent for too long.
    private static func answer(to request: String, at url: URL) async throws -> String {
        while true {
            let answer = try await RawClient(url).send(request)
            if !answer.isEmpty { return answer }
        }
    }

    private static func unfinished(_ key: String) -> String {
        "POST /v2/chat/ HTTP/1.1\r\nhost: x\r\nx-api-key: \(key)\r\ncontent-length: 9\r\n\r\n{"
    }

    @Test func silentConnectionIsClosed() async throws {
        try await withServer(.echo, ServerLimits(firstRequest: .seconds(3600), silence: .milliseconds(100))) {
            _, url, key in
            let answer = try await Self.answer(to: Self.request("/v1/me", key: key), at: url)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try await !RawClient(url).send(Self.unfinished(key)).contains("200 OK"))
        }
    }

    /// The agent is silent for longer than it takes to close a connection for its silence.
    @Test func longReplyIsNoSilence() async throws {
        let (begun, silenced) = (Signal(), Signal())
        let agent = ScriptedAgent { _, emit in
            begun.fire()
            await silenced.wait()
            try await emit(.text("at last"))
        }
        let limits = ServerLimits(
            firstRequest: .seconds(3600), request: .milliseconds(50), silence: .milliseconds(50))
        try await withServer(agent, limits) { _, url, key in
            let body = #"{"user_id": "u", "agent_id": "echo", "session_id": "s", "message": "m"}"#
            async let answer = Self.answer(to: Self.request("/v2/chat/", key: key, body: body), at: url)
            await begun.wait()
            _ = try await RawClient(url).send(Self.unfinished(key))
            silenced.fire()
            #expect(try await answer.hasSuffix(#"{"response":"at last"}"#))
        }
    }

    @Test func headerThatIsTooLargeIsRefused() async throws {
        var limits = ServerLimits.patient
        limits.headerSize = 1000
        try await withServer(.echo, limits) { _, url, key in
            let more = "x-long: \(String(repeating: "x", count: 2000))\r\nconnection: close\r\n"
            let refused = try await RawClient(url).send(Self.request("/v1/me", key: key, more: more))
            #expect(refused.hasPrefix("HTTP/1.1 431 "))
            #expect(refused.contains(#""code":"invalid_input""#))
            let huge = "x-long: \(String(repeating: "x", count: 100_000))\r\n"
            let cutOff = try await RawClient(url).send(Self.request("/v1/me", key: key, more: huge))
            #expect(cutOff.isEmpty || cutOff.hasPrefix("HTTP/1.1 431 "))
        }
    }

    @Test func whatIsNoRequestIsRefused() async throws {
        try await withServer { _, url, key in
            for nonsense in ["\u{1}\u{2}\u{3}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
                #expect(try await RawClient(url).send(nonsense).hasPrefix("HTTP/1.1 400 "))
            }
            let second = Self.request("/health", key: key) + "nonsense\r\n\r\n"
            let answer = try await RawClient(url).send(second)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("HTTP/1.1 400 "))
        }
    }

    // MARK: Bodies

    /// A body without end: what is refused is answered at once, and hardly read.
    @Test(arguments: [
        ("/v2/chat/", "none", "401"), ("/v2/nothing", "none", "404"), ("/health", "none", "405"),
        ("/v2/chat/", nil, "413"),
    ])
    func refusedBodyIsNotReadToItsEnd(path: String, key: String?, status: String) async throws {
        try await withServer { server, url, own in
            let endless =
                "POST \(path) HTTP/1.1\r\nhost: x\r\nx-api-key: \(key ?? own)\r\n"
                + "content-length: 1000000000000\r\n\r\n"
            let zeros = ByteBuffer(repeating: 0, count: 64 << 10)
            let answer = try await RawClient(url).send(endless, more: zeros)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
            let metrics = try await TestClient(url: url, key: own).get("/metrics").text
            let received = metrics.split(separator: "\n").last {
                $0.hasPrefix("parley_received_bytes_total ")
            }
            let bytes = received.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) }
            #expect(try #require(bytes) < 4 << 20)
        }
    }

    /// The connection goes on after a body that was only not wanted.
    @Test func bodyThatHasArrivedClosesNothing() async throws {
        try await withServer { _, url, key in
            let refused = Self.request("/v2/chat/", key: "none", body: "{}")
            let last = Self.request("/v1/me", key: key, more: "connection: close\r\n")
            // Whether the body counts as arrived is a matter of how its bytes come in.
            for _ in 0..<100 {
                let answer = try await RawClient(url).send(refused + last)
                #expect(answer.hasPrefix("HTTP/1.1 401 "))
                if answer.contains("HTTP/1.1 200 OK") { return }
            }
            Issue.record("The connection is always closed.")
        }
    }

    /// The beginning of a request, and of one that follows an answer, and of a message on a WebSocket.
    @Test(arguments: [
        ("POST /v2/chat/ HTTP/1.1\r\nhost: x\r\nx-api-key: KEY\r\ncontent-length: 9\r\n\r\n{", nil),
        ("GET /v1/me HTTP/1.1\r\nhost: x\r\nx-api-k", nil),
        ("GET /v1/me HTTP/1.1\r\nhost: x\r\nx-api-key: KEY\r\n\r\n", "GET /v1"),
        (
            "GET /api/v1/external/session HTTP/1.1\r\nhost: x\r\nx-api-key: KEY\r\n" + upgrade + "\r\n",
            "\u{1}"
        ),
    ])
    func requestThatTakesTooLongToArriveIsCutOff(text: String, next: String?) async throws {
        var limits = ServerLimits.patient
        limits.request = .milliseconds(200)
        try await withServer(.echo, limits) { _, url, key in
            let answer = try await RawClient(url).send(text.replacing("KEY", with: key)) {
                $0.hasPrefix("HTTP/1.1 ") ? next : nil
            }
            #expect(!answer.contains("HTTP/1.1 4"))
        }
    }

    /// No more connections are accepted than the limit, and those that wait are accepted when others close.
    @Test func connectionsBeyondTheLimitWait() async throws {
        let (begun, gate) = (Signal(), Signal())
        let agent = ScriptedAgent { _, emit in
            begun.fire()
            await gate.wait()
            try await emit(.text("done"))
        }
        var limits = ServerLimits.patient
        limits.connections = 1
        try await withServer(agent, limits) { _, url, key in
            let body = #"{"user_id": "u", "agent_id": "echo", "session_id": "s", "message": "m"}"#
            let close = "connection: close\r\n"
            async let first = RawClient(url).send(
                Self.request("/v2/chat/", key: key, body: body, more: close))
            await begun.wait()
            let order = EventLog<String>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let answer = try await RawClient(url).send(
                            Self.request("/v1/me", key: key, more: close))
                        #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
                        order.add("answered")
                    }
                }
                for _ in 0..<2000 { await Task.yield() }
                order.add("released")
                gate.fire()
                try await group.waitForAll()
            }
            #expect(try await first.hasSuffix(#"{"response":"done"}"#))
            #expect(order.events == ["released", "answered", "answered", "answered"])
        }
    }

    // MARK: Clients that close their side

    @Test func clientThatSaidItWasTheLastRequestIsAnswered() async throws {
        let (begun, closed) = (Signal(), Signal())
        let agent = ScriptedAgent { _, emit in
            begun.fire()
            await closed.wait()
            try await emit(.text("at last"))
        }
        try await withServer(agent) { _, url, key in
            let body = #"{"user_id": "u", "agent_id": "echo", "session_id": "s", "message": "m"}"#
            let close = "connection: close\r\n"
            let request = Self.request("/v2/chat/", key: key, body: body, more: close)
            async let answer = RawClient(url).send(request, closing: begun)
            await begun.wait()
            // Its side is closed by the time that others have come and gone.
            for _ in 0..<20 {
                _ = try await RawClient(url).send(Self.request("/v1/me", key: key, more: close))
            }
            closed.fire()
            #expect(try await answer.hasSuffix(#"{"response":"at last"}"#))
        }
    }

    @Test func clientThatClosesItsSideWithoutAWordHasGone() async throws {
        let (begun, cancelled) = (Signal(), Signal())
        let agent = ScriptedAgent { _, _ in
            begun.fire()
            await Signal().wait()
            cancelled.fire()
            throw CancellationError()
        }
        try await withServer(agent) { _, url, key in
            let body = #"{"user_id": "u", "agent_id": "echo", "session_id": "s", "message": "m"}"#
            _ = try await RawClient(url).send(
                Self.request("/v2/chat/", key: key, body: body), closing: begun)
            await cancelled.wait()
        }
    }

    @Test func hugeBodyIsRefusedBeforeItComes() async throws {
        try await withServer { _, url, key in
            let huge =
                "POST /v2/agents/echo/sessions HTTP/1.1\r\nhost: x\r\nx-api-key: \(key)\r\n"
                + "connection: close\r\ncontent-length: 100000000\r\n\r\n"
            let answer = try await RawClient(url).send(huge)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains(#""messages":["The request is too large"]"#))
        }
    }

    /// Two clients ask for the same long reply, and only one of them reads. The agent of the other emits no piece before the reader has
    /// as many, so that it is held back by nothing but its client. When the reader has everything, it has emitted no more than the
    /// buffers hold.
    @Test func readerThatDoesNotReadHoldsItsAgentBack() async throws {
        let piece = String(repeating: "x", count: 64 << 10)
        let count = 192
        let emitted = Mutex(0)
        let started = Signal()
        let read = (0..<count).map { _ in Signal() }
        let agent = ScriptedAgent { request, emit in
            for index in 0..<count {
                if request.message == "unread", index > 0 { await read[index - 1].wait() }
                try await emit(.text(piece))
                guard request.message == "unread" else { continue }
                emitted.withLock { $0 += 1 }
                started.fire()
            }
        }
        func body(_ message: String) -> String {
            #"{"user_id": "u", "agent_id": "echo", "session_id": "\#(message)", "message": "\#(message)"}"#
        }
        try await withServer(agent) { _, url, key in
            let unread = Self.request("/v3/inference/stream/", key: key, body: body("unread"))
            try await RawClient(url, buffer: 64 << 10).send(unread) {
                await started.wait()
                let answer = try await TestClient(url: url, key: key).post(
                    "/v3/inference/stream/", body("read"))
                var bytes = 0
                var pieces = 0
                for try await chunk in answer.body {
                    bytes += chunk.readableBytes
                    while pieces < min(count, bytes / piece.utf8.count) {
                        read[pieces].fire()
                        pieces += 1
                    }
                }
                #expect(pieces == count)
                let held = emitted.withLock { $0 } * piece.utf8.count
                #expect(held < 8 << 20, "\(held) bytes of \(bytes)")
            }
        }
    }
}
