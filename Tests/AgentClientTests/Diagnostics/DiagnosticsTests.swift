import Foundation
import NIOSSL
import SessionCore
import Synchronization
import TestSupport
import Testing
import Wire

@testable import AgentClient

/// What is diagnosed of an account without sending a message.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct DiagnosticsTests {
    private let patient = PatientTransport()

    private func diagnose(
        _ dialect: WireDialect, _ url: String,
        key: @escaping @Sendable () async throws -> String = { Fixture.key }
    ) async throws -> [Diagnostic] {
        let account = Fixture.account(url + dialect.path, agents: [dialect.agent], key: key)
        let service = try ServiceFactory(transport: patient.transport).makeService(
            dialect.kind, account: account)
        return try await #require(service as? any Diagnosable).diagnose()
    }

    /// The answers of a service at which all is well.
    private static func good(_ request: SentRequest) -> String {
        let date = ["Date: Fri, 15 Jan 2027 08:00:00 GMT"]
        return switch String(request.target.prefix { $0 != "?" }) {
        case "/v1/users/user123/sessions", "/api/v1/external/tasks": answer("200 OK", date, body: "[]")
        case "/v3/agents/":
            answer("200 OK", date, body: #"[{"_id":"60d0fe4f5311236168a109ca","name":"Support"}]"#)
        case "/v2/agent/60d0fe4f5311236168a109ca", "/v3/agents/60d0fe4f5311236168a109ca":
            answer("200 OK", date, body: #"{"_id":"60d0fe4f5311236168a109ca","name":"Help desk"}"#)
        case "/v1/chat/tasks/0":
            answer(
                "404 Not Found", date,
                body: #"{"error":{"code":"task_not_found","message":"Task not found."}}"#)
        case "/v1/me":
            answer("200 OK", date, body: #"{"agent_id":7,"agent_name":"Flash","key_prefix":"h388lh"}"#)
        case "/v2/agents": answer("200 OK", date, body: #"{"agents":[],"metadata":{}}"#)
        case "/v2/agents/customer_support":
            answer(
                "200 OK", date, body: #"{"key":"customer_support","name":"Customer Support","enabled":true}"#)
        default: answer("404 Not Found", date, body: #"{"detail":"Not Found"}"#)
        }
    }

    private static let agents: [String: String] = [
        "Lyzr v2": "The agent exists, as “Help desk”.", "Lyzr v3": "The agent exists, as “Help desk”.",
        "chat tasks, streamed": "The key belongs to it, “Flash”.",
        "AUI, posted": "A key belongs to one agent there, which answers regardless of its id here.",
        "Vectara": "The agent exists, as “Customer Support”.",
    ]

    private static let dialects = WireDialect.all.filter { agents[$0.testDescription] != nil }

    @Test("If all is well every line says so, and nothing but GET requests is sent", arguments: dialects)
    func allIsWell(dialect: WireDialect) async throws {
        try await ScriptedServer.answering(Self.good) { server in
            let diagnostics = try await diagnose(dialect, server.url)
            let host = "127.0.0.1:\(server.port)"
            #expect(diagnostics.map(\.subject) == [.reachable, .tls, .clock, .key, .agent(dialect.agent)])
            #expect(
                diagnostics.map(\.text) == [
                    "\(host) accepts connections.", "No encryption needed: \(host) is this computer.",
                    "This computer's clock agrees with that of \(host).",
                    "\(host) accepts the key from the environment variable LYZR_API_KEY.",
                    Self.agents[dialect.testDescription],
                ])
            #expect(diagnostics.allSatisfy { $0.verdict != .wrong })
            #expect(server.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test("A wrong key is reported with its account and source", arguments: dialects)
    func wrongKey(dialect: WireDialect) async throws {
        try await ScriptedServer.answering { _ in
            answer(
                "401 Unauthorized", ["Date: Fri, 15 Jan 2027 08:00:00 GMT"],
                body: #"{"detail":"Invalid \#(Fixture.key)"}"#)
        } use: { server in
            let diagnostics = try await diagnose(dialect, server.url)
            #expect(diagnostics.map(\.subject) == [.reachable, .tls, .clock, .key])
            #expect(diagnostics.map(\.verdict) == [.fine, .fine, .fine, .wrong])
            #expect(
                diagnostics.last?.text
                    == "127.0.0.1:\(server.port) refused the key of account “support”. It comes from the environment variable LYZR_API_KEY: check it there. (HTTP 401 · Invalid …)"
            )
        }
    }

    @Test("Without a key the rest is diagnosed all the same", arguments: dialects)
    func noKey(dialect: WireDialect) async throws {
        struct Missing: Error, CustomStringConvertible { let description = "It is not set." }
        try await ScriptedServer.answering(Self.good) { server in
            let diagnostics = try await diagnose(dialect, server.url) { throw Missing() }
            #expect(diagnostics.map(\.verdict) == [.fine, .fine, .fine, .wrong])
            #expect(
                diagnostics.last?.text
                    == "There is no key for account “support”: the environment variable LYZR_API_KEY gave none. (It is not set.)"
            )
            #expect(
                server.requests.allSatisfy {
                    $0.headers["x-api-key"] == nil && $0.headers["authorization"] == nil
                })
        }
    }

    @Test("A closed port ends the diagnosis", arguments: dialects)
    func refusedPort(dialect: WireDialect) async throws {
        let closed = try ClosedPort()
        defer { withExtendedLifetime(closed) {} }
        let diagnostics = try await diagnose(dialect, closed.url)
        #expect(diagnostics.map(\.subject) == [.reachable])
        #expect(diagnostics.first?.verdict == .wrong)
        #expect(
            diagnostics.first?.text
                == "Nothing listens at 127.0.0.1:\(closed.port): connection refused. Check the network and the url of account “support”."
        )
    }

    @Test func noSuchHost() async throws {
        let host = String(repeating: "x", count: 80) + ".invalid"
        let diagnostics = try await diagnose(.lyzr, "https://\(host)")
        #expect(diagnostics.map(\.verdict) == [.wrong])
        #expect(diagnostics.first?.text.hasPrefix("There is no host named \(host).") == true)
    }

    // MARK: TLS

    static let untrusted =
        "No issuer that this computer trusts has signed the certificate of 127.0.0.1 (for 127.0.0.1, valid until 2126-10-28). If it is your own, name a file with its issuer's certificate in ca-file."

    @Test("A certificate without a trusted issuer is described, and the key not sent", arguments: dialects)
    func selfSigned(dialect: WireDialect) async throws {
        let tls = try TestCertificate.context()
        try await ScriptedServer.run(tls: tls) { connection in
            _ = try await connection.request()
        } use: { server in
            let diagnostics = try await diagnose(dialect, server.url.replacing("http:", with: "https:"))
            #expect(diagnostics.map(\.subject) == [.reachable, .tls])
            #expect(diagnostics.last?.verdict == .wrong)
            #expect(diagnostics.last?.text == Self.untrusted)
            #expect(server.requests.isEmpty)
        }
    }

    @Test(
        "The certificate is that of the handshake that failed: later connections, lost or not, decide nothing"
    )
    func oneHandshakeDescribesTheCertificate() async throws {
        let tls = try TestCertificate.context()
        let connections = Mutex(0)
        try await ScriptedServer.run(tls: tls) { connection in
            let number = connections.withLock { count in
                count += 1
                return count
            }
            // The first shows that the port is open, the second is the handshake.
            if number > 2 { return try await connection.reset() }
            _ = try await connection.request()
        } use: { server in
            let diagnostics = try await diagnose(.lyzr, server.url.replacing("http:", with: "https:"))
            #expect(diagnostics.last?.text == Self.untrusted)
        }
        #expect(connections.withLock { $0 } <= 2)
    }

    @Test("A connection that is lost in the handshake says nothing of the certificate")
    func lostHandshake() async throws {
        try await ScriptedServer.run { connection in
            try await connection.reset()
        } use: { server in
            let diagnostics = try await diagnose(.lyzr, server.url.replacing("http:", with: "https:"))
            #expect(diagnostics.last?.verdict == .wrong)
            #expect(diagnostics.last?.text.contains("certificate of") == false)
        }
    }

    @Test func noTLSWhereItWasExpected() async throws {
        try await ScriptedServer.run { connection in
            try await connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            await connection.waitForClose()
        } use: { server in
            let diagnostics = try await diagnose(.lyzr, server.url.replacing("http:", with: "https:"))
            #expect(diagnostics.map(\.verdict) == [.fine, .wrong])
            #expect(diagnostics.last?.text.contains("should begin with http://") == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func certificates() {
        let now = PatientTransport.now
        func certificate(_ names: [String], from: Double = -1, until: Double = 1) -> Certificate {
            Certificate(
                names: names, validFrom: now.addingTimeInterval(from * 86400),
                validUntil: now.addingTimeInterval(until * 86400))
        }
        let untrusted = TransportFailure.insecure("CERTIFICATE_VERIFY_FAILED")
        let good = certificate(["api.example.org", "*.example.com", "127.0.0.1"])
        for host in ["api.example.org", "API.Example.org", "a.example.com", "127.0.0.1"] {
            #expect(good.isFor(host))
        }
        for host in ["example.org", "example.com", "a.b.example.com", "x.api.example.org"] {
            #expect(!good.isFor(host))
        }
        #expect(
            certificate(["h"], until: -1).problem(for: "h", failure: untrusted, now: now)
                == "The certificate of h was valid until 2027-01-14. The operator of h has to renew it, unless this computer's clock is wrong."
        )
        #expect(
            certificate(["h"], from: 1).problem(for: "h", failure: untrusted, now: now)
                == "The certificate of h is not valid before 2027-01-16. Check this computer's clock.")
        #expect(
            certificate(["a", "b"]).problem(for: "h", failure: .insecure("hostname"), now: now)
                == "The certificate is for a, b, and not for h. Check the url of the account.")
        #expect(certificate(["h"]).problem(for: "h", failure: untrusted, now: now) != nil)
        #expect(certificate(["h"]).problem(for: "h", failure: .connectTimeout, now: now) == nil)
    }

    @Test("A key does not travel in the clear unnoticed")
    func plainHTTPToAnotherMachine() {
        for host in ["127.0.0.1", "localhost", "[::1]", "127.1.2.3"] {
            #expect(Destination("http://\(host):80/x")?.isLoopback == true)
        }
        for host in ["example.org", "127.example.org", "10.0.0.1", "[fe80::1]"] {
            #expect(Destination("http://\(host)/x")?.isLoopback == false)
        }
    }

    // MARK: Clock

    @Test(
        "A wrong clock is reported with how far it is off",
        arguments: [
            ("Fri, 15 Jan 2027 08:00:59 GMT", nil), ("Fri, 15 Jan 2027 07:59:01 GMT", nil),
            ("Fri, 15 Jan 2027 09:02:00 GMT", "1 hour, 2 minutes behind"),
            ("Wed, 13 Jan 2027 08:00:00 GMT", "2 days ahead of"),
            ("Fri, 15 Jan 2027 07:58:30 GMT", "1 minute, 30 seconds ahead of"),
        ] as [(String, String?)])
    func clock(date: String, skew: String?) async throws {
        try await ScriptedServer.answering { _ in
            answer("200 OK", ["Date: \(date)"], body: "[]")
        } use: { server in
            let diagnostic = try #require(
                try await diagnose(.lyzr, server.url).first { $0.subject == .clock })
            #expect(diagnostic.verdict == (skew == nil ? .fine : .wrong))
            if let skew {
                #expect(
                    diagnostic.text
                        == "This computer's clock is \(skew) that of 127.0.0.1:\(server.port). Set it, or let the system do so (timedatectl set-ntp true)."
                )
            }
        }
    }

    @Test func aServiceThatSendsNoDate() async throws {
        try await ScriptedServer.answering { _ in
            answer(body: "[]")
        } use: { server in
            let diagnostic = try await diagnose(.lyzr, server.url).first { $0.subject == .clock }
            #expect(diagnostic?.verdict == .unknown)
        }
    }

    // MARK: Agents

    @Test(
        "A missing agent is reported with what to check",
        arguments: [
            (
                "Vectara", "404 Not Found", #"{"id":"x","messages":["Agent not found"],"request_id":"r"}"#,
                Diagnostic.Verdict.wrong,
                "HOST does not know the agent “customer_support”. Check the agents of the account in the configuration. (HTTP 404 · Agent not found)"
            ),
            (
                "Vectara", "200 OK", #"{"key":"customer_support","name":"Support","enabled":false}"#, .wrong,
                "“Support” is disabled. Enable it in the console, or use another one."
            ),
            (
                "Lyzr v2", "404 Not Found", #"{"detail":"Not Found"}"#, .unknown,
                "The service does not list its agents; only a message can show whether this one exists."
            ),
            (
                "Lyzr v2", "404 Not Found", #"{"detail":"Agent not found"}"#, .wrong,
                "HOST does not know the agent “60d0fe4f5311236168a109ca”. Check the agents of the account in the configuration. (HTTP 404 · Agent not found)"
            ),
            (
                "chat tasks, streamed", "200 OK", #"{"agent_id":12,"agent_name":"Other"}"#, .wrong,
                "The key belongs to agent 12, “Other”, and not to 7. Check the agent's id, or use its key."
            ),
            (
                "chat tasks, streamed", "401 Unauthorized",
                #"{"error":{"code":"invalid_api_key","message":"Invalid or revoked API key."}}"#, .unknown,
                "The service does not say which agent the key belongs to; only a message can show."
            ),
            (
                "Vectara", "503 Busy", "", .unknown,
                "HOST is not available at the moment. Try again later. (HTTP 503)"
            ),
        ])
    func agent(
        dialect: String, status: String, body: String, verdict: Diagnostic.Verdict, text: String
    ) async throws {
        let dialect = try #require(WireDialect.all.first { $0.testDescription == dialect })
        try await ScriptedServer.answering { request in
            let isAboutTheAgent =
                request.target.hasSuffix(dialect.agent.id) || request.target.hasSuffix("/me")
            return isAboutTheAgent ? answer(status, body: body) : Self.good(request)
        } use: { server in
            let diagnostic = try #require(try await diagnose(dialect, server.url).last)
            #expect(diagnostic.subject == .agent(dialect.agent))
            #expect(diagnostic.verdict == verdict)
            #expect(diagnostic.text == text.replacing("HOST", with: "127.0.0.1:\(server.port)"))
        }
    }
}
