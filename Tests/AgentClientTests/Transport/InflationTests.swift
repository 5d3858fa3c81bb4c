import Foundation
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// Compressed answers that inflate to more than is read, from every service.
@Suite(.timeLimit(.scaled(minutes: 10))) struct InflationTests {
    private let patient: PatientTransport
    private static let limit = 1 << 20

    init() {
        var limits = HTTPTransport.Limits.generous
        limits.inflated = Self.limit
        patient = PatientTransport(limits: limits)
    }

    struct Bomb: Sendable, CustomTestStringConvertible {
        var dialect: WireDialect
        /// What the inflated body begins with.
        var opening: String
        var filler: Character
        var testDescription: String {
            "\(dialect.testDescription), \(opening.debugDescription) and \(filler.debugDescription)"
        }
    }

    /// A text, blank lines, one event without an end, one string without an end.
    static let bombs = WireDialect.all.flatMap { dialect in
        [("", " "), ("", "\n"), ("", "x"), ("data: {\"delta\":\"", "x"), ("{\"output\":\"", "x")].map {
            Bomb(dialect: dialect, opening: $0.0, filler: Character($0.1))
        }
    }

    /// 200 MB in 1.2 MB.
    @Test("A body that inflates without an end is refused in clear words", arguments: bombs)
    func bomb(bomb: Bomb) async throws {
        let dialect = bomb.dialect
        let body = GzipBomb.bytes(opening: bomb.opening, filler: bomb.filler, count: 200 << 20)
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                guard dialect.bringsReply(request) else {
                    try await connection.send(dialect.answer(request).bytes())
                    continue
                }
                let answer = dialect.answer(request)
                return try await Self.send(body, as: answer.type, answer.status, over: &connection)
            }
        } use: { server in
            let service = try dialect.service(server.url, transport: patient.transport)
            let received = EventLog<ReplyEvent>()
            do {
                let end = try await service.reply(
                    to: TurnRequest(conversation: dialect.conversation, text: "Hi"), receive: received.add)
                // A broken event stream is made good by polling.
                #expect(
                    dialect.kind == .xagent
                        ? end != .complete || received.text == dialect.text : end == .truncated)
            } catch let error as ServiceError {
                #expect([.unreadable, .tooLong].contains(error.kind), "\(error)")
                #expect(
                    error.message.contains("which Parley does not read") || error.message.contains("MB"),
                    "\(error)")
            }
            #expect(received.text.utf8.count <= Self.limit)
        }
    }

    @Test("Nor does any other document", arguments: WireDialect.all)
    func history(dialect: WireDialect) async throws {
        let body = GzipBomb.bytes(filler: " ", count: 200 << 20)
        try await ScriptedServer.run { connection in
            guard try await connection.request() != nil else { return }
            try await Self.send(body, as: "application/json", over: &connection)
        } use: { server in
            let service = try dialect.service(server.url, transport: patient.transport)
            let error = await #expect(throws: ServiceError.self) {
                _ = try await service.history(dialect.conversation, page: nil)
            }
            #expect(error?.kind == .unreadable)
            #expect(
                error?.message.contains("MiB, which Parley does not read") == true, "\(error?.message ?? "")")
        }
    }

    /// Answers with a compressed body that is longer than it is, and waits until the client hangs up.
    private static func send(
        _ body: [UInt8], as type: String, _ status: String = "200 OK",
        over connection: inout ScriptedConnection
    ) async throws {
        try await connection.send(
            "HTTP/1.1 \(status)\r\ncontent-type: \(type)\r\ncontent-encoding: gzip\r\n"
                + "content-length: \(body.count + 8)\r\n\r\n")
        try await connection.send(body)
        await connection.waitForClose()
    }
}
