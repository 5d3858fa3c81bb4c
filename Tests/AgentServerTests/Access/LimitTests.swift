import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import AgentServer

/// The limits per key, and the errors beyond them.
@Suite(.timeLimit(.scaled(minutes: 5))) struct LimitTests {
    @Test func bucketFillsWithTime() {
        var limiter = RateLimiter(perMinute: 60)
        let start = ContinuousClock.now
        for _ in 0..<60 { #expect(limiter.request(of: "a", now: start) == nil) }
        #expect(limiter.request(of: "a", now: start) == 1)
        #expect(limiter.request(of: "b", now: start) == nil)
        let later = start.advanced(by: .milliseconds(1500))
        #expect(limiter.request(of: "a", now: later) == nil)
        #expect(limiter.request(of: "a", now: later) == 1)
        let muchLater = start.advanced(by: .seconds(86_400))
        for _ in 0..<60 { #expect(limiter.request(of: "a", now: muchLater) == nil) }
        #expect(limiter.request(of: "a", now: muchLater) == 1)
    }

    @Test func slowBucketSaysHowLongItTakes() {
        var limiter = RateLimiter(perMinute: 2)
        let start = ContinuousClock.now
        #expect(limiter.request(of: "a", now: start) == nil)
        #expect(limiter.request(of: "a", now: start) == nil)
        #expect(limiter.request(of: "a", now: start) == 30)
        #expect(limiter.request(of: "a", now: start.advanced(by: .seconds(29))) == 1)
        #expect(limiter.request(of: "a", now: start.advanced(by: .seconds(30))) == nil)
    }

    // MARK: Wrong keys

    /// Wrong keys use up what their address may send; a key that has been right is looked up all the same.
    @Test func wrongKeysAreLimited() async throws {
        let server = try await TestBackend([.scripted(.echo)], limits: ServerLimits(wrongKeysPerMinute: 3))
        func status(_ key: APIKey) async throws -> TestResponse {
            try await server.send(.get, "/v2/agents", headers: [.apiKey: key.text])
        }
        let (used, unused) = (APIKey.generate(.general), APIKey.generate(.general))
        for key in [used, unused] {
            try await server.store.add(key, name: "key", agent: nil, permissions: [.chat])
        }
        #expect(try await status(used).status == .ok)
        for _ in 0..<3 { #expect(try await status(.generate(.general)).status == .unauthorized) }
        for key in [APIKey.generate(.general), .generate(.agent), unused] {
            let refused = try await status(key)
            #expect(refused.status == .tooManyRequests)
            #expect(refused.json?["code"] == "rate_limit_exceeded")
            let seconds = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
            #expect((1...60).contains(seconds))
        }
        #expect(try await status(used).status == .ok)
        #expect(try await server.send(.get, "/v2/agents").status == .ok)
        // No key at all is no guess.
        #expect(try await server.send(.get, "/v2/agents", headers: [:]).status == .unauthorized)
        _ = try await server.store.revokeKey(prefix: used.prefix)
        #expect(try await status(used).status == .unauthorized)
        #expect(try await status(used).status == .tooManyRequests)
    }

    @Test func wrongKeysAreForgivenWithTimeAndCountPerAddress() async throws {
        let time = Mutex(ContinuousClock.now)
        let keyring = Keyring(store: try ServerStore(.memory), wrongKeysPerMinute: 2) { time.withLock { $0 } }
        func tryKey(from host: String) async throws {
            let address = ClientAddress(try SocketAddress(ipAddress: host, port: 1))
            #expect(try await keyring.principal(presenting: "nonsense", from: address) == nil)
        }
        for _ in 0..<2 { try await tryKey(from: "10.0.0.1") }
        await #expect(throws: APIError.self) { try await tryKey(from: "10.0.0.1") }
        // The same client, at a server that listens for both versions.
        await #expect(throws: APIError.self) { try await tryKey(from: "::ffff:10.0.0.1") }
        try await tryKey(from: "10.0.0.2")
        // One provider's customer has as many addresses as he likes.
        for last in 1...2 { try await tryKey(from: "2001:db8::\(last)") }
        await #expect(throws: APIError.self) { try await tryKey(from: "2001:db8::3") }
        try await tryKey(from: "2001:db8:0:1::1")
        time.withLock { $0 = $0.advanced(by: .seconds(30)) }
        try await tryKey(from: "10.0.0.1")
        await #expect(throws: APIError.self) { try await tryKey(from: "10.0.0.1") }
    }

    @Test(arguments: [(1 << 20, 2048), (1024, 480), (100, 18), (64, 8), (0, 8)])
    func connectionsFitTheDescriptors(descriptors: Int, connections: Int) {
        #expect(ServerLimits().connections(withDescriptors: descriptors) == connections)
    }

    /// Where each dialect lists something, and where in an error of it the words stand.
    private static let dialects: [(path: String, words: [String])] = [
        ("/v1/users/nobody", ["detail"]),
        ("/v2/agents", ["messages", "0"]),
        ("/v1/me", ["error", "message"]),
        ("/api/v1/external/tasks?user_id=u", ["message"]),
    ]

    private static func words(_ response: TestResponse, at path: [String]) -> String? {
        path.reduce(response.json) { value, part in
            Int(part).map { value?.elements?[$0] } ?? value?[part]
        }?.string
    }

    @Test(arguments: dialects)
    func tooManyRequestsAreRefusedInTheDialect(path: String, words: [String]) async throws {
        let limits = ServerLimits(requestsPerMinute: 1)
        let server = try await TestBackend([.scripted(.echo)], limits: limits)
        #expect(try await server.send(.get, path).status != .tooManyRequests)
        let refused = try await server.send(.get, path)
        #expect(refused.status == .tooManyRequests)
        let seconds = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
        #expect((1...60).contains(seconds))
        #expect(Self.words(refused, at: words)?.isEmpty == false)
        if words.first == "error" { #expect(refused.json?["error"]?["code"] == "rate_limited") }

        let other = APIKey.generate(.general)
        try await server.store.add(other, name: "other", agent: nil, permissions: [.chat])
        let answered = try await server.send(.get, path, headers: [.apiKey: other.text])
        #expect(answered.status != .tooManyRequests)
    }

    @Test(arguments: dialects)
    func tooLongAHeaderIsRefusedInTheDialect(path: String, words: [String]) async throws {
        let server = try await TestBackend([.scripted(.echo)], limits: ServerLimits(headerSize: 1000))
        let name = try #require(HTTPField.Name("x-long"))
        let refused = try await server.send(
            .get, path,
            headers: [
                .apiKey: server.backend.keyring.processKey, name: String(repeating: "x", count: 1000),
            ])
        #expect(refused.status == .requestHeaderFieldsTooLarge)
        #expect(Self.words(refused, at: words)?.isEmpty == false)
        #expect(try await server.send(.get, path).status != .requestHeaderFieldsTooLarge)
    }

    @Test(arguments: [
        ("/v2/chat/", ["detail"]), ("/v3/inference/chat/", ["detail"]),
        ("/v2/agents/echo/sessions", ["messages", "0"]), ("/v1/chat/tasks", ["error", "message"]),
        ("/api/v1/external/message", ["message"]),
    ])
    func tooLargeABodyIsRefusedInTheDialect(path: String, words: [String]) async throws {
        let server = try await TestBackend([.scripted(.echo)], limits: ServerLimits(bodySize: 1000))
        let refused = try await server.send(.post, path, #""\#(String(repeating: "x", count: 1000))""#)
        #expect(refused.status == .contentTooLarge)
        #expect(Self.words(refused, at: words)?.isEmpty == false)
    }

    @Test func oneReplyAtATimeForAKey() async throws {
        let (started, gate) = (Signal(), Signal())
        let agent = ScriptedAgent { request, emit in
            guard request.message == "first" else { return try await emit(.text("second")) }
            started.fire()
            await gate.wait()
            try await emit(.text("first"))
        }
        let server = try await TestBackend([.scripted(agent)], limits: ServerLimits(streamsPerKey: 1))
        func say(_ text: String) async throws -> TestResponse {
            try await server.send(
                .post, "/v2/chat/",
                #"{"user_id": "u", "agent_id": "echo", "session_id": "\#(text)", "message": "\#(text)"}"#)
        }
        let first = Task { try await say("first") }
        await started.wait()
        let refused = try await say("second")
        #expect(refused.status == .tooManyRequests)
        #expect(refused.headers[.retryAfter] == "5")
        #expect(server.backend.admission.openStreams == 1)
        let events = try await server.send(
            .post, "/v2/agents/echo/sessions/first/events",
            #"{"messages": [{"type": "text", "content": "x"}], "since": "start"}"#)
        #expect(events.status == .tooManyRequests)
        gate.fire()
        #expect(try await first.value.json == ["response": "first"])
        #expect(try await say("second").json == ["response": "second"])
    }
}
