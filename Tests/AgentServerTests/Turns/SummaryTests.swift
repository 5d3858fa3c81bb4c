import Foundation
import Hummingbird
import HummingbirdTesting
import Synchronization
import TestSupport
import Testing

@testable import AgentServer
@testable import Agents

/// Summaries of conversations: what the agent is given to read, and within which limits.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct SummaryTests {
    private static let session = "/v2/agents/echo/sessions/s"
    private static let compact = #"{"type": "compact"}"#

    private static func say(_ text: String) -> String {
        #"{"messages": [{"type": "text", "content": "\#(text)"}]}"#
    }

    private static func summary(_ response: TestResponse) -> String? {
        response.json?["events"]?.elements?.first?["summary_text"]?.string
    }

    // MARK: Portions

    @Test(arguments: [1, 7, 50, 100, 1000])
    func everyPortionIsWithinTheLimitAndNothingIsLost(limit: Int) {
        var random = SeededRandom(seed: 7)
        let messages = (0..<60).map { number in
            let length = Int.random(in: 1...120, using: &random)
            return AgentRequest.Message(
                number.isMultiple(of: 2) ? .user : .agent, String(repeating: "\(number % 10)é", count: length)
            )
        }
        let portions = HistoryPortions(limit: limit).portions(of: messages)
        for portion in portions {
            #expect(portion.reduce(0) { $0 + $1.text.count } <= limit)
            #expect(HistoryBudget(characters: limit).trim(portion) == portion)
        }
        #expect(portions.joined().map(\.text).joined() == messages.map(\.text).joined())
    }

    @Test func anAgentThatDoesNotShortenIsNotAskedForEver() async throws {
        let asked = Mutex(0)
        let messages = (0..<10).map { AgentRequest.Message(.user, "message \($0)") }
        let text = try await HistoryPortions(limit: 20).reduce(messages) { portion in
            asked.withLock { $0 += 1 }
            return portion.map(\.text).joined()
        }
        for message in messages { #expect(text.contains(message.text)) }
        #expect(asked.withLock { $0 } <= 20)
    }

    /// A real program reads no more than its budget of the history, and sums it up as the facts in it.
    @Test func whatExceedsTheAgentsBudgetIsInTheSummaryToo() async throws {
        var program = CommandAgent.Configuration(
            words: ["/bin/sh", "-c", "grep -o 'fact[0-9]*' | sort -u | tr '\\n' ' '"],
            environment: ["PATH": "/usr/bin:/bin"], input: .json)
        program.history = 400
        let agent = AgentDefinition(key: "echo", name: "Facts", agent: CommandAgent(program))
        let server = try await TestBackend([agent])
        _ = try await server.send(.post, "/v2/agents/echo/sessions", #"{"key": "s"}"#)
        let padding = String(repeating: "so it goes. ", count: 12)
        for number in 100..<120 {
            let said = try await server.send(
                .post, Self.session + "/events", Self.say("\(padding) fact\(number)"))
            #expect(said.status == .created)
        }
        let long = (200..<230).map { "\(padding) fact\($0)" }.joined()
        _ = try await server.send(.post, Self.session + "/events", Self.say(long))
        let response = try await server.send(.post, Self.session + "/events", Self.compact)
        let text = try #require(Self.summary(response))
        for number in Array(100..<120) + Array(200..<230) {
            #expect(text.contains("fact\(number)"), "\(number) in \(text)")
        }
    }

    // MARK: Limits

    /// Sums up only after `gate`, and tells when it has begun and when it was cancelled.
    private static func held(begun: Signal, cancelled: Signal = Signal(), gate: Signal) -> ScriptedAgent {
        ScriptedAgent(followsInstructions: true) { request, emit in
            guard request.message.hasPrefix("Sum up") else { return try await emit(.text("hello")) }
            begun.fire()
            await gate.wait()
            if Task.isCancelled { cancelled.fire() }
            try Task.checkCancellation()
            try await emit(.text("summed up"))
        }
    }

    private func server(
        _ agent: ScriptedAgent, limits: ServerLimits = ServerLimits()
    ) async throws -> TestBackend {
        let server = try await TestBackend([.scripted(agent)], limits: limits)
        _ = try await server.send(.post, "/v2/agents/echo/sessions", #"{"key": "s"}"#)
        _ = try await server.send(.post, Self.session + "/events", Self.say("hi"))
        return server
    }

    @Test func compactionCountsAgainstTheKeyAndInTheMetrics() async throws {
        let (begun, gate) = (Signal(), Signal())
        let server = try await server(
            Self.held(begun: begun, gate: gate), limits: ServerLimits(streamsPerKey: 1))
        async let compaction = server.send(.post, Self.session + "/events", Self.compact)
        await begun.wait()
        #expect(server.backend.admission.openStreams == 1)
        let refused = try await server.send(.post, Self.session + "/events", Self.say("more"))
        #expect(refused.status == .tooManyRequests)
        gate.fire()
        #expect(try await Self.summary(compaction) == "summed up")
        #expect(server.backend.admission.openStreams == 0)
        let headers: HTTPFields = [.apiKey: server.backend.keyring.processKey]
        let metrics = try await server.send(.get, "/metrics", headers: headers).text
        #expect(metrics.contains(#"parley_summaries_total{state="completed"} 1"#))
    }

    @Test func oneCompactionAtATimeAndItCanBeInterrupted() async throws {
        let (begun, cancelled) = (Signal(), Signal())
        let server = try await server(Self.held(begun: begun, cancelled: cancelled, gate: Signal()))
        async let compaction = server.send(.post, Self.session + "/events", Self.compact)
        await begun.wait()
        let second = try await server.send(.post, Self.session + "/events", Self.compact)
        #expect(second.status == .conflict)
        let interrupt = try await server.send(.post, Self.session + "/events", #"{"type": "interrupt"}"#)
        #expect(interrupt.json?["events"]?.elements?.first?["type"] == "session_interrupted")
        await cancelled.wait()
        #expect(try await compaction.status == .badGateway)
        let events = try await server.send(.get, Self.session + "/events").json?["events"]?.elements
        #expect(events?.compactMap { $0["type"]?.string } == ["input_message", "agent_output"])
    }

    @Test func stoppingServerStopsACompaction() async throws {
        let (begun, cancelled) = (Signal(), Signal())
        let server = try await server(Self.held(begun: begun, cancelled: cancelled, gate: Signal()))
        async let compaction = server.send(.post, Self.session + "/events", Self.compact)
        await begun.wait()
        await server.backend.runner.stop(grace: .zero)
        await cancelled.wait()
        #expect(try await compaction.status != .created)
    }

    @Test(arguments: ["compact", "fork", "summary"])
    func aClientThatLeavesStopsTheSummary(of kind: String) async throws {
        let (begun, cancelled) = (Signal(), Signal())
        let agent = Self.held(begun: begun, cancelled: cancelled, gate: Signal())
        let server = LocalServer(
            ServerConfiguration(store: .memory, agents: [.scripted(agent)], limits: .patient))
        let url = try await server.start()
        let client = TestClient(url: url, key: await server.processKey ?? "")
        _ = try await client.post("/v2/agents/echo/sessions", #"{"key": "s"}"#)
        let said = try await client.post(Self.session + "/events", Self.say("hi")).json
        let last = said?["events"]?.elements?.last?["id"]?.string ?? ""
        let (method, path, body) =
            switch kind {
            case "compact": ("POST", Self.session + "/events", Self.compact)
            case "fork":
                (
                    "POST", "/v2/agents/echo/sessions",
                    #"{"from_session": {"session_key": "s", "compact_up_to_event_id": "\#(last)"}}"#
                )
            default: ("GET", "/v1/sessions/s/summary", "")
            }
        let request =
            "\(method) \(path) HTTP/1.1\r\nhost: x\r\nx-api-key: \(client.key)\r\n"
            + "content-length: \(body.utf8.count)\r\n\r\n\(body)"
        try await RawClient(url).send(request) { await begun.wait() }
        await cancelled.wait()
        await server.stop(grace: .zero)
    }
}
