import Foundation
import NIOSSL
import SessionCore
import Synchronization
import Testing

@testable import AgentClient

/// What is told of an account without a message being sent.
@Suite(.timeLimit(.minutes(2))) struct ExaminationTests {
    private let patient = PatientTransport()

    private func examine(
        _ dialect: WireDialect, _ url: String,
        key: @escaping @Sendable () async throws -> String = { Fixture.key }
    ) async throws -> [Diagnostic] {
        let account = Fixture.account(url + dialect.path, agents: [dialect.agent], key: key)
        let service = try ServiceFactory(transport: patient.transport).makeService(
            dialect.kind, account: account)
        return try await #require(service as? any Diagnosable).examine()
    }

    /// An account at which all is well, told by its answers to what is asked.
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
        "Lyzr v2": "It is there, as “Help desk”.", "Lyzr v3": "It is there, as “Help desk”.",
        "chat tasks, streamed": "The key belongs to it, “Flash”.",
        "AUI, posted": "A key belongs to one agent there, which answers whatever its id is here.",
        "Vectara": "It is there, as “Customer Support”.",
    ]

    private static let dialects = WireDialect.all.filter { agents[$0.testDescription] != nil }

    @Test("Where all is well every line says so, and nothing but questions is sent", arguments: dialects)
    func allIsWell(dialect: WireDialect) async throws {
        try await ScriptedServer.answering(Self.good) { server in
            let findings = try await examine(dialect, server.url)
            let host = "127.0.0.1:\(server.port)"
            #expect(findings.map(\.subject) == [.reachable, .tls, .clock, .key, .agent(dialect.agent)])
            #expect(
                findings.map(\.text) == [
                    "\(host) takes connections.", "Not needed: \(host) is this machine.",
                    "This machine's clock agrees with that of \(host).",
                    "\(host) takes the key from the environment variable LYZR_API_KEY.",
                    Self.agents[dialect.testDescription],
                ])
            #expect(findings.allSatisfy { $0.verdict != .wrong })
            #expect(server.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test("A wrong key is told with its account and where it comes from", arguments: dialects)
    func wrongKey(dialect: WireDialect) async throws {
        try await ScriptedServer.answering { _ in
            answer(
                "401 Unauthorized", ["Date: Fri, 15 Jan 2027 08:00:00 GMT"],
                body: #"{"detail":"Invalid \#(Fixture.key)"}"#)
        } use: { server in
            let findings = try await examine(dialect, server.url)
            #expect(findings.map(\.subject) == [.reachable, .tls, .clock, .key])
            #expect(findings.map(\.verdict) == [.fine, .fine, .fine, .wrong])
            #expect(
                findings.last?.text
                    == "127.0.0.1:\(server.port) refused the key of account “support”. It comes from the environment variable LYZR_API_KEY: check it there. (HTTP 401 · Invalid …)"
            )
        }
    }

    @Test("Without a key the rest is looked at all the same", arguments: dialects)
    func noKey(dialect: WireDialect) async throws {
        struct Missing: Error, CustomStringConvertible { let description = "It is not set." }
        try await ScriptedServer.answering(Self.good) { server in
            let findings = try await examine(dialect, server.url) { throw Missing() }
            #expect(findings.map(\.verdict) == [.fine, .fine, .fine, .wrong])
            #expect(
                findings.last?.text
                    == "There is no key for account “support”: the environment variable LYZR_API_KEY gave none. (It is not set.)"
            )
            #expect(
                server.requests.allSatisfy {
                    $0.headers["x-api-key"] == nil && $0.headers["authorization"] == nil
                })
        }
    }

    @Test("A port at which nobody listens ends it", arguments: dialects)
    func refusedPort(dialect: WireDialect) async throws {
        let url = try await ScriptedServer.answering { _ in
            ""
        } use: {
            $0.url
        }
        let findings = try await examine(dialect, url)
        #expect(findings.map(\.subject) == [.reachable])
        #expect(findings.first?.verdict == .wrong)
        #expect(
            findings.first?.text
                == "Nothing answers at \(url.dropFirst(7)): connection refused. Check the network and the url of account “support”."
        )
    }

    @Test func noSuchHost() async throws {
        let host = String(repeating: "x", count: 80) + ".invalid"
        let findings = try await examine(.lyzr, "https://\(host)")
        #expect(findings.map(\.verdict) == [.wrong])
        #expect(findings.first?.text.hasPrefix("There is no host named \(host).") == true)
    }

    // MARK: TLS

    @Test("A certificate that nobody vouches for is described, and gets no key", arguments: dialects)
    func selfSigned(dialect: WireDialect) async throws {
        let tls = try TestCertificate.context()
        try await ScriptedServer.run(tls: tls) { connection in
            _ = try await connection.request()
        } use: { server in
            let findings = try await examine(dialect, server.url.replacing("http:", with: "https:"))
            #expect(findings.map(\.subject) == [.reachable, .tls])
            #expect(findings.last?.verdict == .wrong)
            #expect(
                findings.last?.text
                    == "Nobody whom this machine trusts vouches for the certificate of 127.0.0.1 (for 127.0.0.1, valid until 2126-10-28). If it is your own, add the certificate of its issuer to those that the system trusts."
            )
            #expect(server.requests.isEmpty)
        }
    }

    @Test func noTLSWhereItWasExpected() async throws {
        try await ScriptedServer.run { connection in
            try await connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            await connection.waitForClose()
        } use: { server in
            let findings = try await examine(.lyzr, server.url.replacing("http:", with: "https:"))
            #expect(findings.map(\.verdict) == [.fine, .wrong])
            #expect(findings.last?.text.contains("should begin with http://") == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func whatACertificateMayBe() {
        let now = PatientTransport.now
        func certificate(_ names: [String], from: Double = -1, until: Double = 1) -> Certificate {
            Certificate(
                names: names, validFrom: now.addingTimeInterval(from * 86400),
                validUntil: now.addingTimeInterval(until * 86400))
        }
        let good = certificate(["api.example.org", "*.example.com", "127.0.0.1"])
        for host in ["api.example.org", "API.Example.org", "a.example.com", "127.0.0.1"] {
            #expect(good.isFor(host))
        }
        for host in ["example.org", "example.com", "a.b.example.com", "x.api.example.org"] {
            #expect(!good.isFor(host))
        }
        #expect(
            certificate(["h"], until: -1).fault(for: "h", now: now)
                == "The certificate of h was valid until 2027-01-14. Whoever runs h has to renew it, unless this machine's clock is wrong."
        )
        #expect(
            certificate(["h"], from: 1).fault(for: "h", now: now)
                == "The certificate of h is valid only from 2027-01-16 on. Check this machine's clock.")
        #expect(
            certificate(["a", "b"]).fault(for: "h", now: now)
                == "The certificate is for a, b, and not for h. Check the url of the account.")
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
        "A clock that is off is told by how much",
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
            let finding = try #require(try await examine(.lyzr, server.url).first { $0.subject == .clock })
            #expect(finding.verdict == (skew == nil ? .fine : .wrong))
            if let skew {
                #expect(
                    finding.text
                        == "This machine's clock is \(skew) that of 127.0.0.1:\(server.port). Set it, or let the system do so (timedatectl set-ntp true)."
                )
            }
        }
    }

    @Test func aServiceThatDoesNotTellTheTime() async throws {
        try await ScriptedServer.answering { _ in
            answer(body: "[]")
        } use: { server in
            let finding = try await examine(.lyzr, server.url).first { $0.subject == .clock }
            #expect(finding?.verdict == .unknown)
        }
    }

    // MARK: Agents

    @Test(
        "An agent that is not there is told with what to check",
        arguments: [
            (
                "Vectara", "404 Not Found", #"{"id":"x","messages":["Agent not found"],"request_id":"r"}"#,
                Diagnostic.Verdict.wrong,
                "HOST does not know the agent “customer_support”. Check the agents of the account in the configuration. (HTTP 404 · Agent not found)"
            ),
            (
                "Vectara", "200 OK", #"{"key":"customer_support","name":"Support","enabled":false}"#, .wrong,
                "“Support” is switched off. Switch it on in the console, or take another one."
            ),
            (
                "Lyzr v2", "404 Not Found", #"{"detail":"Not Found"}"#, .unknown,
                "The service does not say which agents there are; a message will show."
            ),
            (
                "Lyzr v2", "404 Not Found", #"{"detail":"Agent not found"}"#, .wrong,
                "HOST does not know the agent “60d0fe4f5311236168a109ca”. Check the agents of the account in the configuration. (HTTP 404 · Agent not found)"
            ),
            (
                "chat tasks, streamed", "200 OK", #"{"agent_id":12,"agent_name":"Other"}"#, .wrong,
                "The key belongs to agent 12, “Other”, and not to 7. Check the agent's id, or take its key."
            ),
            (
                "chat tasks, streamed", "401 Unauthorized",
                #"{"error":{"code":"invalid_api_key","message":"Invalid or revoked API key."}}"#, .unknown,
                "The service does not say which agent the key belongs to; a message will show."
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
            let finding = try #require(try await examine(dialect, server.url).last)
            #expect(finding.subject == .agent(dialect.agent))
            #expect(finding.verdict == verdict)
            #expect(finding.text == text.replacing("HOST", with: "127.0.0.1:\(server.port)"))
        }
    }
}
