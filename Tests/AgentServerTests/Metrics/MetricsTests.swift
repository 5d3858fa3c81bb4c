import AgentAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import TestSupport
import Testing

@testable import AgentServer
@testable import Agents

/// Health, metrics and the log.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct MetricsTests {
    @Test func histogramCountsUpwards() {
        var histogram = Histogram(bounds: [1, 5])
        for value in [0.5, 1, 3, 7, 9] { histogram.add(value) }
        #expect(histogram.cumulative == [2, 3])
        #expect(histogram.count == 5)
        #expect(histogram.sum == 20.5)
    }

    @Test func textIsThatOfPrometheus() {
        var histogram = Histogram(bounds: [0.5, 2])
        histogram.add(1)
        var text = PrometheusText()
        text.add("a_total", .counter, "Counts.", 3)
        text.begin("b", .gauge, "Labelled.")
        text.sample("b", ["name": "a \"b\" \\ c\nd"], 1)
        text.add("c_seconds", "Lasts.", histogram)
        #expect(
            text.text == """
                # HELP a_total Counts.
                # TYPE a_total counter
                a_total 3
                # HELP b Labelled.
                # TYPE b gauge
                b{name="a \\"b\\" \\\\ c\\nd"} 1
                # HELP c_seconds Lasts.
                # TYPE c_seconds histogram
                c_seconds_bucket{le="0.5"} 0
                c_seconds_bucket{le="2.0"} 1
                c_seconds_bucket{le="+Inf"} 1
                c_seconds_sum 1.0
                c_seconds_count 1

                """)
    }

    @Test func healthNeedsNoKey() async throws {
        let server = try await TestBackend(.echo)
        let response = try await server.send(.get, "/health", headers: [:])
        #expect(response.status == .ok)
        #expect(response.json == ["status": "ok"])
        server.store.close()
        let sick = try await server.send(.get, "/health", headers: [:])
        #expect(sick.status == .serviceUnavailable)
    }

    @Test func metricsCountRequestsAndTurns() async throws {
        let gate = Signal()
        let server = try await TestBackend(
            ScriptedAgent { request, emit in
                if request.isInBackground { await gate.wait() }
                try await emit(.text("x"))
            })
        _ = try await server.send(.post, "/v2/chat/", LyzrInferenceTests.documented)
        _ = try await server.send(.get, "/v1/me")
        _ = try await server.send(.get, "/v1/me", headers: [:])
        _ = try await server.send(.get, "/v2/agents/none")
        for _ in 0..<2 { _ = try await server.send(.post, "/v2/task/", LyzrInferenceTests.documented) }
        let text = try await server.send(.get, "/metrics").text
        let lines = Set(text.split(separator: "\n").map(String.init))
        for line in [
            #"parley_requests_total{dialect="lyzr",status="200"} 3"#,
            #"parley_requests_total{dialect="chat-tasks",status="200"} 1"#,
            #"parley_requests_total{dialect="chat-tasks",status="401"} 1"#,
            #"parley_requests_total{dialect="vectara",status="404"} 1"#,
            #"parley_streams_open 0"#, #"parley_turns{state="queued"} 1"#,
            #"parley_turns{state="running"} 1"#,
            #"parley_turns_total{state="completed"} 1"#, #"parley_turn_seconds_count 1"#,
            #"parley_turn_seconds_bucket{le="+Inf"} 1"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        gate.fire()
    }

    @Test func metricsNeedAKeyWithThePermission() async throws {
        let server = try await TestBackend(.echo)
        #expect(try await server.send(.get, "/metrics", headers: [:]).status == .unauthorized)
        let key = APIKey.generate(.general)
        try await server.store.add(key, name: "chat only", agent: nil, permissions: [.chat])
        #expect(try await server.send(.get, "/metrics", headers: [.apiKey: key.text]).status == .forbidden)
        let scraper = APIKey.generate(.general)
        try await server.store.add(scraper, name: "scraper", agent: nil, permissions: [.metrics])
        #expect(
            try await server.send(.get, "/metrics", headers: [.authorization: "Bearer \(scraper.text)"])
                .status
                == .ok)
    }

    @Test func metricsAreOpenOnThisMachineOnly() async throws {
        let server = LocalServer(
            ServerConfiguration(store: .memory, agents: [.scripted(.echo)], limits: .patient))
        let url = try await server.start()
        let open = try await TestClient(url: url, key: "none").get("/metrics")
        #expect(open.status == .ok)
        let text = try await open.text
        #expect(text.contains("parley_received_bytes_total"))
        #expect(!text.contains("parley_received_bytes_total 0\n"))
        let proxied = try await RawClient(url).send(
            "GET /metrics HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 10.0.0.1\r\nconnection: close\r\n\r\n")
        #expect(proxied.hasPrefix("HTTP/1.1 401 "))
        await server.stop(grace: .zero)
    }

    @Test func logHoldsNeitherContentNorKeysAndAnOrdinaryStopIsNoError() async throws {
        let log = LogCollector()
        let started = Signal()
        let agent = ScriptedAgent { request, emit in
            try await emit(.text("a secret answer"))
            if request.message == "a failing question" { throw AgentFailure("a secret reason") }
            guard request.message == "an endless question" else { return }
            started.fire()
            try await Task.sleep(for: .seconds(3600))
        }
        let server = LocalServer(
            ServerConfiguration(store: .memory, agents: [.scripted(agent)]), logger: log.logger)
        let url = try await server.start()
        let key = await server.processKey ?? ""
        let client = TestClient(url: url, key: key)
        for message in ["a secret question", "a failing question"] {
            _ = try await client.post(
                "/v2/chat/",
                #"{"user_id": "ada@example.org", "agent_id": "echo", "session_id": "private", "message": "\#(message)"}"#
            )
        }
        _ = try await client.get("/v1/sessions/private/history?secret=in-the-query")
        let endless = Task {
            try await client.post(
                "/v2/stream/",
                #"{"user_id": "u", "agent_id": "echo", "session_id": "e", "message": "an endless question"}"#
            ).text
        }
        await started.wait()
        await server.stop(grace: .zero)
        _ = await endless.result
        let text = log.text
        #expect(text.contains("/v2/chat"))
        for secret in ["secret", "private", "ada@example.org", key, "CancellationError"] {
            #expect(!text.contains(secret), "\(secret) in \(text)")
        }
        #expect(log.levels.allSatisfy { $0 < .warning }, "\(text)")
    }
}

/// Keeps what is logged.
final class LogCollector: Sendable {
    private let lines = Mutex<[(level: Logger.Level, text: String)]>([])

    var logger: Logger {
        Logger(label: "test") { _ in Handler(collector: self) }
    }

    var text: String { lines.withLock { $0.map(\.text).joined(separator: "\n") } }
    var levels: [Logger.Level] { lines.withLock { $0.map(\.level) } }

    private struct Handler: LogHandler {
        let collector: LogCollector
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            collector.lines.withLock { $0.append((event.level, "\(event.level) \(event.message) \(all)")) }
        }
    }
}
