import Foundation
import TestSupport
import Testing
import Wire

@testable import Agents

/// The way to a model on another machine: proxies, certificate authorities, compressed answers.
@Suite(.timeLimit(.scaled(minutes: 5))) struct OpenAINetworkTests {
    /// A name that only the proxy knows.
    private static let host = "agents.example.org"
    private static let words = "I am a model."

    private func agent(
        scheme: String = "http", environment: [String: String] = [:], authorityFile: String? = nil
    ) -> OpenAIAgent {
        var configuration = OpenAIAgent.Configuration(url: "\(scheme)://\(Self.host)/v1", model: "m")
        configuration.network = NetworkEnvironment(environment)
        configuration.authorityFile = authorityFile
        configuration.key = { "the-key" }
        // Longer than a busy machine takes to get around to a connection.
        configuration.timeouts.connect = TimeLimits.wait
        configuration.timeouts.diagnosis = TimeLimits.wait
        return OpenAIAgent(configuration)
    }

    private func expectAnswer(of agent: OpenAIAgent) async throws {
        #expect(try await EventLog.of(agent).text == Self.words)
    }

    private func failure(of agent: OpenAIAgent) async throws -> String {
        do {
            _ = try await EventLog.of(agent)
        } catch let failure as AgentFailure {
            return failure.message
        }
        return ""
    }

    /// A model server.
    private static let model: ScriptedServer.Script = { connection in
        while let request = try await connection.request() {
            #expect(request.headers["authorization"] == "Bearer the-key")
            if request.target.hasSuffix("/models") {
                try await connection.send(answer(body: #"{"data":[{"id":"m"}]}"#))
            } else {
                let events = "data: \(delta(words))\n\ndata: \(stop)\n\ndata: [DONE]\n\n"
                try await connection.send(answer(body: events))
            }
        }
    }

    private static func proxy(to port: Int, refusal: String? = nil) -> ScriptedServer.Script {
        { connection in
            guard try await connection.request() != nil else { return }
            if let refusal { return try await connection.send(refusal) }
            try await connection.send("HTTP/1.1 200 Connection established\r\n\r\n")
            try await connection.pass(to: port)
        }
    }

    @Test(
        "Messages go through the proxy that the environment names",
        arguments: ["http_proxy", "HTTP_PROXY", "all_proxy"])
    func httpProxy(variable: String) async throws {
        try await ScriptedServer.run(Self.model) { server in
            try await ScriptedServer.run(Self.proxy(to: server.port)) { proxy in
                let agent = agent(environment: [variable: "http://me:pass%20word@127.0.0.1:\(proxy.port)"])
                try await expectAnswer(of: agent)
                #expect(proxy.requests.map(\.target) == ["\(Self.host):80"])
                let credentials = Data("me:pass word".utf8).base64EncodedString()
                #expect(proxy.requests.first?.headers["proxy-authorization"] == "Basic \(credentials)")
                #expect(!proxy.requests.contains { $0.headers.values.contains { $0.contains("the-key") } })
            }
        }
    }

    @Test("A host that is exempt is reached directly", arguments: ["localhost", "127.0.0.1"])
    func exempt(host: String) async throws {
        try await ScriptedServer.run(Self.model) { server in
            var configuration = OpenAIAgent.Configuration(url: "http://\(host):\(server.port)/v1", model: "m")
            configuration.key = { "the-key" }
            configuration.network = NetworkEnvironment(["http_proxy": "http://127.0.0.1:1", "no_proxy": host])
            try await expectAnswer(of: OpenAIAgent(configuration))
        }
        #expect(
            agent(environment: ["http_proxy": "http://127.0.0.1:1", "no_proxy": ".example.org"]).way == nil)
    }

    @Test func tlsThroughAProxyWithAnAuthorityOfOnesOwn() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(TestCertificate.named, to: "ca.pem")
        try await ScriptedServer.run(tls: try TestCertificate.namedContext(), Self.model) { server in
            try await ScriptedServer.run(Self.proxy(to: server.port)) { proxy in
                let way = ["HTTPS_PROXY": "127.0.0.1:\(proxy.port)"]
                let own = agent(scheme: "https", environment: way, authorityFile: file)
                try await expectAnswer(of: own)
                for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
                    let path = variable == "SSL_CERT_DIR" ? try Self.hashed(folder) : file
                    let everywhere = agent(scheme: "https", environment: way.merging([variable: path]) { $1 })
                    try await expectAnswer(of: everywhere)
                }
                let stranger = try await failure(of: agent(scheme: "https", environment: way))
                #expect(
                    stranger.hasPrefix(
                        "No secure connection to the model server at \(Self.host) could be made"),
                    "\(stranger)")
                #expect(stranger.contains("ca-file"))
                #expect(proxy.requests.allSatisfy { $0.target == "\(Self.host):443" })
            }
        }
    }

    /// A folder with the certificate under the name by which it is looked up: a hash of its subject.
    private static func hashed(_ folder: TemporaryFolder) throws -> String {
        try folder.write(TestCertificate.named, to: "folder/\(TestCertificate.namedHash).0")
        return folder.file("folder")
    }

    @Test func aSOCKSProxyResolvesTheName() async throws {
        try await ScriptedServer.run(Self.model) { server in
            try await ScriptedServer.run { connection in
                let greeting = try await connection.bytes(2)
                _ = try await connection.bytes(Int(greeting.last ?? 0))
                try await connection.send([5, 0])
                let head = try await connection.bytes(5)
                let name = try await connection.bytes(Int(head.last ?? 0))
                #expect(String(decoding: name, as: UTF8.self) == Self.host)
                _ = try await connection.bytes(2)
                try await connection.send([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
                try await connection.pass(to: server.port)
            } use: { proxy in
                let agent = agent(environment: ["ALL_PROXY": "socks5h://127.0.0.1:\(proxy.port)"])
                try await expectAnswer(of: agent)
            }
        }
    }

    @Test(
        "A proxy that fails is named, and nothing goes past it",
        arguments: [
            (
                "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
                "name and a password"
            ),
            ("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", "makes no connection"),
        ])
    func proxyThatRefuses(refusal: String, words: String) async throws {
        try await ScriptedServer.run(Self.proxy(to: 1, refusal: refusal)) { proxy in
            let message = try await failure(of: agent(environment: ["http_proxy": proxy.url]))
            #expect(message.contains(words), "\(message)")
            #expect(message.contains("the proxy \(proxy.url), which http_proxy names"), "\(message)")
        }
    }

    @Test func aProxyThatIsNotThereIsNamed() async throws {
        let closed = try ClosedPort()
        defer { withExtendedLifetime(closed) {} }
        let message = try await failure(of: agent(environment: ["http_proxy": closed.url]))
        #expect(message.contains("connection refused"), "\(message)")
        #expect(message.contains("the proxy \(closed.url), which http_proxy names"), "\(message)")
    }

    @Test func whatCannotBeUsedIsNamedAndNothingIsSent() async throws {
        let proxy = try await failure(of: agent(environment: ["http_proxy": "https://proxy"]))
        #expect(proxy.contains("was not asked. The variable http_proxy names a proxy of a kind"), "\(proxy)")
        let authority = try await failure(of: agent(scheme: "https", authorityFile: "/no/such/ca.pem"))
        #expect(authority.contains("/no/such/ca.pem cannot be read"), "\(authority)")
    }

    @Test func anExaminationGoesTheSameWay() async throws {
        try await ScriptedServer.run(Self.model) { server in
            try await ScriptedServer.run(Self.proxy(to: server.port)) { proxy in
                let found = await agent(environment: ["http_proxy": proxy.url]).diagnose()
                #expect(found.verdict == .fine)
                #expect(
                    found.text
                        == "\(Self.host) has the model m, through the proxy \(proxy.url) that http_proxy names."
                )
                #expect(server.requests.map(\.target) == ["/v1/models"], "no message is sent")
            }
        }
        let away = await agent(environment: ["http_proxy": "http://127.0.0.1:1"]).diagnose()
        #expect(away.verdict == .wrong)
        #expect(away.text.contains("the proxy http://127.0.0.1:1, which http_proxy names"), "\(away.text)")
    }

    @Test(
        "An examination tells what it can",
        arguments: [
            (
                answer("401 Unauthorized", body: "{}"), AgentDiagnostic.Verdict.wrong,
                "refuses the agent's key"
            ),
            (answer("404 Not Found", body: "{}"), .unknown, "does not say which models it has"),
            (answer("500 Oops", body: "{}"), .wrong, "failed (500)"),
            (answer("429 Slow", body: "{}"), .unknown, "no more requests"),
            (answer(body: "{}"), .unknown, "does not say which models it has"),
            (
                answer(body: #"{"data":[{"id":"other"}]}"#), .unknown,
                "does not list the model m. It lists: other."
            ),
            (answer(body: #"{"data":[{"id":"m:latest"}]}"#), .fine, "has the model m."),
            ("not HTTP\r\n\r\n", .wrong, "does not speak HTTP"),
        ])
    func examination(answer: String, verdict: AgentDiagnostic.Verdict, words: String) async throws {
        try await ScriptedServer.run { connection in
            while try await connection.request() != nil { try await connection.send(answer) }
        } use: { server in
            var configuration = OpenAIAgent.Configuration(url: server.url, model: "m")
            configuration.timeouts.connect = TimeLimits.wait
            configuration.timeouts.diagnosis = TimeLimits.wait
            let found = await OpenAIAgent(configuration).diagnose()
            #expect(found.verdict == verdict, "\(found.text)")
            #expect(found.text.contains(words), "\(found.text)")
        }
    }

    // MARK: Compression

    @Test(
        "A body that inflates without an end is refused in clear words",
        arguments: ["data: ", "{\"a\": \"", "", "data: x\n\ndata: "])
    func bomb(opening: String) async throws {
        for filler in [Character("x"), " ", "\n"] {
            let body = GzipBomb.bytes(opening: opening, filler: filler, count: 200 << 20)
            try await ScriptedServer.run { connection in
                _ = try await connection.request()
                try await connection.send(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
                        + "content-length: \(body.count + 8)\r\n\r\n")
                try await connection.send(body)
                await connection.waitForClose()
            } use: { server in
                var limited = OpenAIAgent.Configuration(url: server.url, model: "m")
                limited.inflatedLimit = 1 << 20
                let message = try await failure(of: OpenAIAgent(limited))
                #expect(
                    message.contains("longer answer than Parley reads")
                        || message.contains("does not answer with a chat completion")
                        || message.contains("cannot be read"),
                    "\(opening.debugDescription) \(filler.debugDescription): \(message.prefix(300))")
                #expect(message.utf8.count < 4000)
            }
        }
    }
}
