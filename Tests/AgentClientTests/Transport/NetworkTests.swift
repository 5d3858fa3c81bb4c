import Foundation
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// Proxies and certificate authorities, for every service.
@Suite(.timeLimit(.scaled(minutes: 5))) struct NetworkTests {
    /// A name that only the proxy knows.
    private static let host = "agents.example.org"

    private func service(
        _ dialect: WireDialect, scheme: String = "http", environment: [String: String],
        authorityFile: String? = nil
    ) throws -> any AgentService {
        var account = Fixture.account("\(scheme)://\(Self.host)\(dialect.path)", agents: [dialect.agent])
        account.isInsecure = true
        account.authorityFile = authorityFile
        return try ServiceFactory(transport: PatientTransport(environment: environment).transport)
            .makeService(dialect.kind, account: account)
    }

    private static func proxy(
        to port: Int, _ check: @escaping @Sendable (SentRequest) -> String? = { _ in nil }
    ) -> ScriptedServer.Script {
        { connection in
            guard let request = try await connection.request() else { return }
            if let refusal = check(request) { return try await connection.send(refusal) }
            try await connection.send("HTTP/1.1 200 Connection established\r\n\r\n")
            try await connection.pass(to: port)
        }
    }

    /// Sends a message and reads the history, with what the environment says.
    private func converse(with service: any AgentService, _ dialect: WireDialect) async throws {
        let (received, _) = try await service.gather(
            TurnRequest(conversation: dialect.conversation, text: "Hi"))
        #expect(received.text == dialect.text || received.ticket != nil)
        _ = try await service.history(dialect.conversation, page: nil)
    }

    @Test("Everything goes through the proxy that the environment names", arguments: WireDialect.all)
    func httpProxy(dialect: WireDialect) async throws {
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                try await connection.send(dialect.answer(request).bytes())
            }
        } use: { server in
            try await ScriptedServer.run(Self.proxy(to: server.port)) { proxy in
                let service = try service(
                    dialect, environment: ["http_proxy": "http://me:pass%20word@127.0.0.1:\(proxy.port)"])
                try await converse(with: service, dialect)
                #expect(
                    proxy.requests.allSatisfy { $0.method == "CONNECT" && $0.target == "\(Self.host):80" })
                let credentials = Data("me:pass word".utf8).base64EncodedString()
                #expect(
                    proxy.requests.allSatisfy { $0.headers["proxy-authorization"] == "Basic \(credentials)" })
                #expect(!server.requests.isEmpty)
                // The key is for the service, not for the proxy.
                #expect(!proxy.requests.contains { $0.headers.values.contains { $0.contains(Fixture.key) } })
            }
        }
    }

    @Test(
        "TLS goes through the proxy from end to end, with an authority of one's own",
        arguments: WireDialect.all)
    func tlsThroughAProxy(dialect: WireDialect) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(TestCertificate.named, to: "ca.pem")
        try await ScriptedServer.run(tls: try TestCertificate.namedContext()) { connection in
            while let request = try await connection.request() {
                try await connection.send(dialect.answer(request).bytes())
            }
        } use: { server in
            try await ScriptedServer.run(Self.proxy(to: server.port)) { proxy in
                let way = ["HTTPS_PROXY": "127.0.0.1:\(proxy.port)"]
                let own = try service(dialect, scheme: "https", environment: way, authorityFile: file)
                try await converse(with: own, dialect)
                let everywhere = try service(
                    dialect, scheme: "https", environment: way.merging(["SSL_CERT_FILE": file]) { $1 })
                try await converse(with: everywhere, dialect)
                let inFolder = try service(
                    dialect, scheme: "https", environment: way.merging(["SSL_CERT_DIR": folder.path]) { $1 })
                try await converse(with: inFolder, dialect)
                #expect(proxy.requests.allSatisfy { $0.target == "\(Self.host):443" })

                let stranger = try service(dialect, scheme: "https", environment: way)
                let error = await #expect(throws: ServiceError.self) {
                    _ = try await stranger.gather(TurnRequest(conversation: dialect.conversation, text: "Hi"))
                }
                #expect(error?.kind == .insecure)
            }
        }
    }

    @Test("A WebSocket goes through the proxy too", arguments: ["http", "https"])
    func webSocket(scheme: String) async throws {
        let message =
            #"{"id":"m1","text":"Hello","sender":{"id":"a","type":"agent"},"followup_suggestions":[]}"#
        let folder = try TemporaryFolder()
        let file = try folder.write(TestCertificate.named, to: "ca.pem")
        try await ScriptedSocket.run(tls: scheme == "https" ? try TestCertificate.namedContext() : nil) {
            session in
            _ = try await session.text()
            try await session.send(message)
            _ = try await session.text()
        } use: { socket in
            try await ScriptedServer.run(Self.proxy(to: socket.port)) { proxy in
                let service = try service(
                    .aui, scheme: scheme, environment: ["all_proxy": proxy.url], authorityFile: file)
                let (received, end) = try await service.gather(Fixture.request("hello", "t1"))
                #expect(end == .complete)
                #expect(received.text == "Hello")
                #expect(socket.requests.count == 1)
                #expect(proxy.requests.map(\.method) == ["CONNECT"])
            }
        }
    }

    /// Accepts SOCKS 5 without a password, for a name.
    private static func socks(to port: Int) -> ScriptedServer.Script {
        { connection in
            let greeting = try await connection.bytes(2)
            _ = try await connection.bytes(Int(greeting.last ?? 0))
            try await connection.send([5, 0])
            let head = try await connection.bytes(5)
            #expect(head.prefix(4) == [5, 1, 0, 3])
            let name = try await connection.bytes(Int(head.last ?? 0))
            #expect(String(decoding: name, as: UTF8.self) == host)
            _ = try await connection.bytes(2)
            try await connection.send([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            try await connection.pass(to: port)
        }
    }

    @Test("A SOCKS proxy resolves the name", arguments: [WireDialect.lyzr, .aui])
    func socksProxy(dialect: WireDialect) async throws {
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                try await connection.send(dialect.answer(request).bytes())
            }
        } use: { server in
            try await ScriptedServer.run(Self.socks(to: server.port)) { proxy in
                let service = try service(
                    dialect, environment: ["ALL_PROXY": "socks5h://127.0.0.1:\(proxy.port)"])
                try await converse(with: service, dialect)
                #expect(!server.requests.isEmpty)
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
        try await ScriptedServer.run(Self.proxy(to: 1) { _ in refusal }) { proxy in
            let service = try service(.lyzr, environment: ["http_proxy": proxy.url])
            let error = await #expect(throws: ServiceError.self) { _ = try await service.gather() }
            #expect(error?.kind == .unreachable)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("the proxy \(proxy.url), which http_proxy names") == true)
        }
    }

    @Test func aProxyThatIsNotThereIsNamed() async throws {
        let closed = try ClosedPort()
        defer { withExtendedLifetime(closed) {} }
        let service = try service(.lyzr, environment: ["http_proxy": closed.url])
        let error = await #expect(throws: ServiceError.self) { _ = try await service.gather() }
        #expect(error?.kind == .unreachable)
        #expect(error?.message.contains("the proxy \(closed.url), which http_proxy names") == true)
    }

    @Test func aVariableThatNamesNoProxyStopsEverything() async throws {
        let service = try service(.lyzr, environment: ["http_proxy": "https://proxy"])
        let error = await #expect(throws: ServiceError.self) { _ = try await service.gather() }
        #expect(error?.kind == .invalid)
        #expect(error?.message.hasPrefix("The variable http_proxy names a proxy of a kind") == true)
    }

    @Test func anAuthorityThatCannotBeReadIsNamed() async throws {
        let service = try service(
            .lyzr, scheme: "https", environment: [:], authorityFile: "/no/such/ca.pem")
        let error = await #expect(throws: ServiceError.self) { _ = try await service.gather() }
        #expect(error?.kind == .invalid)
        #expect(error?.message.contains("/no/such/ca.pem cannot be read") == true)
    }

    @Test func theDoctorSaysWhichWayItGoes() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(TestCertificate.named, to: "ca.pem")
        try await ScriptedServer.run(tls: try TestCertificate.namedContext()) { connection in
            while try await connection.request() != nil { try await connection.send(answer(body: "[]")) }
        } use: { server in
            try await ScriptedServer.run(Self.proxy(to: server.port)) { proxy in
                let service = try service(
                    .lyzr, scheme: "https", environment: ["https_proxy": proxy.url], authorityFile: file)
                let diagnostics = try await #require(service as? any Diagnosable).diagnose()
                #expect(
                    diagnostics.first?.text
                        == "agents.example.org accepts connections, through the proxy \(proxy.url) that https_proxy names."
                )
                #expect(diagnostics.dropFirst().first?.verdict == .fine)
                #expect(diagnostics.contains { $0.subject == .key && $0.verdict == .fine })
            }
        }
    }

    // MARK: Compression

    /// The text of the reply of Lyzr v2, compressed with `gzip -n` and with zlib.
    private static let compressed: [(encoding: String, bytes: [UInt8])] = [
        ("gzip", Array(Data(base64Encoded: gzip) ?? Data())),
        ("deflate", Array(Data(base64Encoded: zlib) ?? Data())),
    ]
    private static let gzip =
        "H4sIAAAAAAACA/NIzcnJV0hOTDu8UuHD/BkNOgqJOTkKmcUK5UAJPQWPUelR6VHpUemhJg0ADGJW6NgEAAA="
    private static let zlib = "eJzzSM3JyVdITkw7vFLhw/wZDToKiTk5CpnFCuVACT0Fj1HpUelR6VHpoSYNAATz4zA="
    private static let text = String(repeating: "Hello café 😀, all is well. ", count: 40)

    private func reply(_ bytes: [UInt8], encoding: String) async throws -> Result<String, ServiceError> {
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                #expect(request.headers["accept-encoding"] == "identity")
                let head =
                    "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-encoding: \(encoding)\r\n"
                    + "content-length: \(bytes.count)\r\n\r\n"
                for piece in [Array(head.utf8), Array(bytes.prefix(11)), Array(bytes.dropFirst(11))] {
                    try await connection.send(piece)
                }
            }
        } use: { server in
            let service = try LyzrService(
                Fixture.account(server.url), transport: PatientTransport().transport)
            do {
                let (received, end) = try await service.gather()
                #expect(end == .complete)
                return .success(received.text)
            } catch let error as ServiceError {
                return .failure(error)
            }
        }
    }

    @Test func aCompressedBodyThatNobodyAskedForIsInflated() async throws {
        for (encoding, bytes) in Self.compressed {
            #expect(!bytes.isEmpty)
            #expect(try await reply(bytes, encoding: encoding).get() == Self.text)
        }
    }

    @Test("An encoding that cannot be read is named instead of shown", arguments: ["br", "zstd", "gzip, br"])
    func unknownEncodings(encoding: String) async throws {
        guard case .failure(let error) = try await reply(Array("garbage".utf8), encoding: encoding) else {
            Issue.record("garbage was shown")
            return
        }
        #expect(error.kind == .unreadable)
        #expect(error.message.contains("in the encoding “\(encoding)”"))
    }

    @Test func aBodyThatIsNotCompressedAsItSaysIsRefused() async throws {
        guard case .failure(let error) = try await reply(Array("no gzip at all".utf8), encoding: "gzip")
        else {
            Issue.record("garbage was shown")
            return
        }
        #expect(error.kind == .unreadable)
    }
}
