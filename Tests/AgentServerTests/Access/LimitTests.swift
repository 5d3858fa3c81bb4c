import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import AgentServer

/// The limits per key, and the errors beyond them.
@Suite(.timeLimit(.minutes(5))) struct LimitTests {
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
