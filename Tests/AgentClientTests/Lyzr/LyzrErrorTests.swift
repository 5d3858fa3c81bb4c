import Foundation
import SessionCore
import Synchronization
import TestSupport
import Testing

@testable import AgentClient

@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct LyzrErrorTests {
    private let patient = PatientTransport()

    private func service(_ url: String) throws -> LyzrService {
        try LyzrService(Fixture.account(url), transport: patient.transport)
    }

    private func failure(_ url: String) async throws -> ServiceError {
        let service = try service(url)
        let error = await #expect(throws: ServiceError.self) {
            try await service.reply(to: Fixture.request()) { _ in }
        }
        return try #require(error)
    }

    @Test func whenToTryAgainIsKept() async throws {
        try await ScriptedServer.answering { _ in
            answer("429 Too Many Requests", ["Retry-After: 90"], body: "")
        } use: { server in
            let error = try await failure(server.url)
            #expect(error.retryAt == PatientTransport.now.addingTimeInterval(90))
        }
    }

    @Test func aKeyThatTheServiceRepeatsIsTakenOut() async throws {
        let body = #"{"detail":"Invalid API key \#(Fixture.key)!"}"#
        try await ScriptedServer.answering { _ in
            answer("401 Unauthorized", body: body)
        } use: { server in
            let error = try await failure(server.url)
            #expect(error.detail == "HTTP 401 · Invalid API key …!")
            #expect(!String(reflecting: error).contains(Fixture.key))
        }
    }

    @Test func theKeyIsAskedForAgainAfterItWasRefused() async throws {
        try await ScriptedServer.answering { request in
            request.headers["x-api-key"] == "new"
                ? chunked(["welcome"]) : answer("401 Unauthorized", body: "")
        } use: { server in
            let asked = Mutex(0)
            let account = Fixture.account(server.url) {
                asked.withLock {
                    $0 += 1
                    return $0 == 1 ? "old" : "new"
                }
            }
            let service = try LyzrService(account, transport: patient.transport)
            for _ in 0..<2 { #expect(try await service.gather().received.text == "welcome") }
            #expect(asked.withLock { $0 } == 2)
        }
    }

    @Test func withoutAKeyNothingIsSent() async throws {
        try await ScriptedServer.answering { _ in
            chunked(["hi"])
        } use: { server in
            let account = Fixture.account(server.url) { "a\r\nx-evil: 1" }
            let service = try LyzrService(account, transport: patient.transport)
            let error = await #expect(throws: ServiceError.self) { try await service.gather() }
            #expect(error?.kind == .unauthorized)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func nothingListens() async throws {
        let closed = try ClosedPort()
        defer { withExtendedLifetime(closed) {} }
        let error = try await failure(closed.url)
        #expect(error.kind == .unreachable)
        #expect(error.message.contains("127.0.0.1:\(closed.port)"))
        #expect(error.message.contains("connection refused"))
    }

    @Test func noSuchHost() async throws {
        // A label may have 63 characters: the resolver fails without a request.
        let host = String(repeating: "x", count: 80) + ".invalid"
        let error = try await failure("https://\(host)")
        #expect(error.kind == .unreachable)
        #expect(error.message.contains("no host named \(host)"))
    }

    @Test func anAddressWithoutEncryptionOnAnotherMachineIsRefusedUnlessTheAccountAllowsIt() throws {
        var account = Fixture.account("http://agents.example.org")
        let error = #expect(throws: ServiceError.self) {
            try LyzrService(account, transport: patient.transport)
        }
        #expect(error?.kind == .insecure)
        #expect(error?.message.contains("insecure = true") == true)
        account.isInsecure = true
        #expect(throws: Never.self) { try LyzrService(account, transport: patient.transport) }
    }

    @Test func plainTextWhereTLSWasExpected() async throws {
        try await ScriptedServer.run { connection in
            try await connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            await connection.waitForClose()
        } use: { server in
            let error = try await failure(server.url.replacing("http:", with: "https:"))
            #expect(error.kind == .insecure)
            #expect(error.message.contains("should begin with http://"))
        }
    }

    @Test("No byte of a message or a key goes to a service whose certificate has no trusted issuer")
    func selfSignedCertificate() async throws {
        let tls = try TestCertificate.context()
        try await ScriptedServer.run(tls: tls) { connection in
            _ = try await connection.request()
        } use: { server in
            let error = try await failure(server.url.replacing("http:", with: "https:"))
            #expect(error.kind == .insecure)
            #expect(error.detail == "CERTIFICATE_VERIFY_FAILED")
            #expect(error.message.contains("Check its certificate"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test func whatDoesNotSpeakHTTP() async throws {
        try await ScriptedServer.run { connection in
            try await connection.send("SSH-2.0-OpenSSH_9.2p1\r\n")
            await connection.waitForClose()
        } use: { server in
            let error = try await failure(server.url)
            #expect(error.kind == .unreadable)
        }
    }

    @Test("A connection that closes without an answer is not tried again")
    func closedWithoutAnswer() async throws {
        try await ScriptedServer.run {
            _ = try await $0.request()
        } use: { server in
            let error = try await failure(server.url)
            #expect(error.kind == .interrupted)
            #expect(error.message.contains("may have received the message"))
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: ["localhost:80", "https://user:pass@host", "https://host?x"])
    func invalidAddresses(url: String) {
        let error = #expect(throws: ServiceError.self) { try service(url) }
        #expect(error?.kind == .invalid)
        #expect(error?.message.contains("“support”") == true)
        #expect(error?.message.contains("pass@") == false)
    }

    // MARK: Redirects

    @Test("A message follows a redirect only where it was not processed, and only within the service")
    func redirectWithin() async throws {
        try await ScriptedServer.answering { request in
            request.target == "/moved/"
                ? chunked(["hi"]) : answer("307 Temporary Redirect", ["Location: /moved/"], body: "")
        } use: { server in
            let (received, _) = try await service(server.url).gather()
            #expect(received.text == "hi")
            #expect(server.requests.map(\.target) == ["/v2/stream/", "/moved/"])
            #expect(server.requests[0].body == server.requests[1].body)
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectAway(status: Int) async throws {
        try await ScriptedServer.answering { _ in
            chunked(["stolen"])
        } use: { other in
            let location = "Location: \(other.url)/v2/stream/"
            try await ScriptedServer.answering { _ in
                answer("\(status) Moved", [location], body: "")
            } use: { server in
                let error = try await failure(server.url)
                #expect(error.kind == .notFound)
                #expect(error.message.contains(other.url))
                await #expect(throws: ServiceError.self) {
                    try await service(server.url).history(Fixture.conversation(), page: nil)
                }
            }
            #expect(other.requests.isEmpty)
        }
    }

    @Test func redirectsInACircle() async throws {
        try await ScriptedServer.answering { _ in
            answer("308 Permanent Redirect", ["Location: /round"], body: "")
        } use: { server in
            let error = try await failure(server.url)
            #expect(error.kind == .unreadable)
            #expect(server.requests.count == Redirect.limit + 1)
        }
    }
}
