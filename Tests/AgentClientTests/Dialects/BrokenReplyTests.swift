import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// A reply whose connection is lost keeps every byte that had arrived.
@Suite(.timeLimit(.scaled(minutes: 5))) struct BrokenReplyTests {
    private let patient = PatientTransport()

    enum End: CaseIterable, Sendable {
        /// The connection is closed in the middle of a chunked body.
        case chunks
        /// The connection is closed before the length that the head gives.
        case length
        case reset
    }

    /// A service that streams, and how a piece of a reply looks on its wire.
    struct Stream: Sendable, CustomTestStringConvertible {
        var dialect: WireDialect
        var event: @Sendable (String) -> String
        var testDescription: String { dialect.testDescription }
    }

    static let streams = [
        Stream(dialect: .lyzr) { $0 },
        Stream(dialect: .lyzrV3) { "data: {\"delta\":\"\($0)\"}\n\n" },
        Stream(dialect: .xagent) {
            "event: message.delta\ndata: {\"message_id\":\"live:1\",\"text\":\"\($0)\"}\n\n"
        },
        Stream(dialect: .vectara) {
            """
            data: {"type":"streaming_agent_output","content":"\($0)","created_at":"2024-01-15T10:30:01Z"}


            """
        },
    ]

    /// 50 KB.
    private static let words = (0..<100).map { "piece \($0) " + String(repeating: "café ", count: 83) }

    /// A client that has not asked for the bytes yet when the connection ends is where they get lost, so it happens often enough.
    @Test("In a hundred replies that break off no byte is lost", arguments: streams, End.allCases)
    func everyByte(stream: Stream, end: End) async throws {
        let dialect = stream.dialect
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                var answer = dialect.answer(request)
                guard dialect.bringsReply(request) else {
                    try await connection.send(answer.bytes())
                    continue
                }
                answer.pieces = Self.words.map(stream.event)
                let bytes =
                    end == .chunks
                    ? answer.bytes(.chunks).dropLast("0\r\n\r\n".utf8.count)
                    : answer.bytes(.length, length: 1 << 20)[...]
                try await connection.send(Array(bytes))
                if end == .reset { try await connection.reset() }
                return
            }
        } use: { server in
            let service = try dialect.service(server.url, transport: patient.transport)
            let request = TurnRequest(conversation: dialect.conversation, text: "Hi")
            for _ in 0..<100 {
                let (received, end) = try await service.gather(request)
                #expect(end == .truncated)
                #expect(received.text == Self.words.joined())
            }
        }
    }

    /// How much of the text each message of a WebSocket holds: it repeats what was before.
    private static let sizes = [1, 20, 21, 40, 60, 80, 99, 100]

    @Test("In replies over a WebSocket that breaks off no message is lost")
    func everyMessage() async throws {
        try await ScriptedSocket.run { session in
            _ = try await session.text()
            for count in Self.sizes {
                let text = Self.words[..<count].joined()
                try await session.send(
                    #"{"event":"thread-message-text-content-updated","data":{"text":"\#(text)"}}"#)
            }
        } use: { server in
            let service = try AUIService(Fixture.account(server.url), transport: patient.transport)
            for _ in 0..<20 {
                let (received, end) = try await service.gather(Fixture.request("hello", "t1"))
                #expect(end == .truncated)
                #expect(received.text == Self.words.joined())
            }
        }
    }
}
