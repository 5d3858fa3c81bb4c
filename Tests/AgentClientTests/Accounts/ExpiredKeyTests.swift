import Foundation
import NIOWebSocket
import SessionCore
import Synchronization
import TestSupport
import Testing

@testable import AgentClient

/// A key that has expired, and one that a service repeats.
@Suite(.timeLimit(.scaled(minutes: 5))) struct ExpiredKeyTests {
    private let patient = PatientTransport()

    /// A source that gives each key once, and the last one for ever.
    private static func source(_ keys: String...) -> @Sendable () async throws -> String {
        let left = Mutex(keys)
        return { left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    }

    private func service(
        _ dialect: WireDialect, _ url: String, key: @escaping @Sendable () async throws -> String
    ) throws -> any AgentService {
        try ServiceFactory(transport: patient.transport).makeService(
            dialect.kind, account: Fixture.account(url + dialect.path, agents: [dialect.agent], key: key))
    }

    @Test(
        "A message that was refused with 401 is sent again, once, with another key",
        arguments: WireDialect.all)
    func expired(dialect: WireDialect) async throws {
        let refusal = answer("401 Unauthorized", body: #"{"detail":"expired"}"#)
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                let isFresh = request.headers.values.contains { $0.contains("new-key") }
                try await connection.send(isFresh ? dialect.answer(request).bytes() : Array(refusal.utf8))
            }
        } use: { server in
            let service = try service(dialect, server.url, key: Self.source("old-key", "new-key"))
            let (received, _) = try await service.gather(
                TurnRequest(conversation: dialect.conversation, text: "Hi"))
            #expect(received.text == dialect.text || received.ticket != nil)
            #expect(server.requests.filter(dialect.isMessage).count == 2)
        }
    }

    @Test("With the same key it is not sent again", arguments: WireDialect.all)
    func refused(dialect: WireDialect) async throws {
        let refusal = answer("401 Unauthorized", body: #"{"detail":"expired"}"#)
        try await ScriptedServer.answering { _ in
            refusal
        } use: { server in
            let service = try service(dialect, server.url, key: Self.source("old-key"))
            let error = await #expect(throws: ServiceError.self) {
                _ = try await service.gather(TurnRequest(conversation: dialect.conversation, text: "Hi"))
            }
            #expect(error?.kind == .unauthorized)
            #expect(server.requests.filter(dialect.isMessage).count == 1)
        }
    }

    @Test("A key refused twice in a row is not asked for again", arguments: [WireDialect.lyzr, .vectara])
    func alwaysRefused(dialect: WireDialect) async throws {
        let asked = Mutex(0)
        try await ScriptedServer.answering { _ in
            answer("401 Unauthorized", body: "{}")
        } use: { server in
            let service = try service(dialect, server.url) {
                asked.withLock {
                    $0 += 1
                    return "key-\($0)"
                }
            }
            await #expect(throws: ServiceError.self) {
                _ = try await service.gather(TurnRequest(conversation: dialect.conversation, text: "Hi"))
            }
            #expect(server.requests.count == 2)
            #expect(asked.withLock { $0 } == 2)
        }
    }

    @Test(
        "A key is in no error, in whatever spelling the service repeats it",
        arguments: [
            "sk-secret-0123456789", "SK-SECRET-0123456789", "sk%2DSECRET%2D0123456789",
            "sk\\u002dSECRET-0123456789",
            "c2stU0VDUkVULTAxMjM0NTY3ODk=",
        ])
    func spellings(spelling: String) async throws {
        let locations = ["302 Found", "401 Unauthorized", "500 Internal Server Error"]
        for status in locations {
            try await ScriptedServer.answering { _ in
                answer(
                    status, ["location: https://elsewhere.example/?key=\(spelling)"],
                    body: #"{"error":{"message":"no \#(spelling) here","code":"\#(spelling)"}}"#)
            } use: { server in
                let service = try LyzrService(Fixture.account(server.url), transport: patient.transport)
                let error = try #require(
                    await #expect(throws: ServiceError.self) { _ = try await service.gather() })
                let words = error.message + (error.detail ?? "")
                #expect(!words.contains(spelling), "\(words)")
                #expect(!words.lowercased().contains("secret"), "\(words)")
                #expect(words.contains("…"))
            }
        }
    }
}
