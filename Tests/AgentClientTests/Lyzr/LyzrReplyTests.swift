import Foundation
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct LyzrReplyTests {
    private let transport = PatientTransport().transport

    private func service(_ server: ScriptedServer, _ path: String = "") throws -> any AgentService {
        try ServiceFactory(transport: transport).makeService(
            .lyzr, account: Fixture.account(server.url + path))
    }

    static let words = "To improve productivity, you can focus on café ☕ and 😀."

    @Test("The request is the document's, and sent once")
    func request() async throws {
        try await ScriptedServer.answering { _ in
            chunked(["LYZR_AGENT: ", "To improve"])
        } use: { server in
            let (received, end) = try await service(server).gather()
            #expect(end == .complete)
            #expect(received.events == [.accepted(serviceID: "session123"), .text("To improve")])

            #expect(server.requests.count == 1)
            let sent = try #require(server.requests.first)
            #expect(sent.method == "POST")
            #expect(sent.target == "/v2/stream/")
            #expect(sent.headers["x-api-key"] == Fixture.key)
            #expect(sent.headers["content-type"] == "application/json")
            #expect(sent.headers["accept"] == "application/json")
            #expect(sent.headers["authorization"] == nil)
            let body = try JSONDecoder().decode([String: String].self, from: Data(sent.body.utf8))
            #expect(
                body == [
                    "user_id": "user123", "agent_id": "60d0fe4f5311236168a109ca", "session_id": "session123",
                    "message": "Can you stream your response?",
                ])
        }
    }

    @Test func aNewConversationGetsASessionOfItsAgent() async throws {
        try await ScriptedServer.answering { _ in
            chunked(["hi"])
        } use: { server in
            let (received, _) = try await service(server).gather(Fixture.request("hi", nil))
            let session = "60d0fe4f5311236168a109ca-00000000000000aa"
            #expect(received.events.first == .accepted(serviceID: session))
            #expect(server.requests.first?.body.contains("\"session_id\":\"\(session)\"") == true)
        }
    }

    @Test func theAddressMayHaveAPath() async throws {
        try await ScriptedServer.answering { _ in
            chunked(["hi"])
        } use: { server in
            _ = try await service(server, "/proxy/lyzr/").gather()
            #expect(server.requests.map(\.target) == ["/proxy/lyzr/v2/stream/"])
        }
    }

    @Test("However the bytes of the answer are cut, head included, the text is the same")
    func everySplit() async throws {
        let bytes = Array(
            chunked(["LYZR_A", "GENT: To improve productivity, you can focus on caf", "é ☕ and 😀."]).utf8)
        try await ScriptedServer.run { connection in
            guard let request = try await connection.request() else { return }
            let place = Int(request.target.dropFirst().prefix { $0 != "/" }) ?? 0
            try await connection.send(Array(bytes[..<place]))
            try await connection.send(Array(bytes[place...]))
        } use: { server in
            for place in 0...bytes.count {
                let (received, end) = try await service(server, "/\(place)").gather()
                #expect(received.text == Self.words)
                #expect(end == .complete)
            }
        }
    }

    @Test func slowHeadersAndSingleBytes() async throws {
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            for byte in Array(chunked(["LYZR_AGENT: ", Self.words]).utf8) {
                try await connection.send([byte])
            }
        } use: { server in
            let (received, _) = try await service(server).gather()
            #expect(received.text == Self.words)
        }
    }

    @Test("Text is handed on before the reply has ended")
    func streaming() async throws {
        let arrived = Signal()
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            try await connection.send(chunked(["first"], isWhole: false))
            await arrived.wait()
            try await connection.send(chunk(" second") + "0\r\n\r\n")
        } use: { server in
            let received = EventLog<ReplyEvent>()
            let end = try await service(server).reply(to: Fixture.request()) { event in
                received.add(event)
                if event == .text("first") { arrived.fire() }
            }
            #expect(end == .complete)
            #expect(received.text == "first second")
        }
    }

    struct Ending: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var text: String
        var end: ReplyEnd
    }

    static let endings: [Ending] = [
        Ending(
            testDescription: "between chunks", bytes: Array(chunked(["Hello ", "wor"], isWhole: false).utf8),
            text: "Hello wor", end: .truncated),
        Ending(
            testDescription: "within a chunk",
            bytes: Array((chunked(["Hello "], isWhole: false) + "9\r\nwor").utf8), text: "Hello wor",
            end: .truncated),
        Ending(
            testDescription: "within a chunk's length",
            bytes: Array((chunked(["Hello "], isWhole: false) + "1").utf8), text: "Hello ", end: .truncated),
        Ending(
            testDescription: "within a character",
            bytes: Array(chunked(["Hello "], isWhole: false).utf8) + Array("4\r\n".utf8) + [0xF0, 0x9F],
            text: "Hello \u{FFFD}", end: .truncated),
        Ending(
            testDescription: "content length too long",
            bytes: Array("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nHello".utf8), text: "Hello",
            end: .truncated),
        Ending(
            testDescription: "content length too short",
            bytes: Array("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nHello world".utf8), text: "Hello",
            end: .complete),
        Ending(
            testDescription: "HTTP/1.0 without a length",
            bytes: Array("HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nLYZR_AGENT: Hello world".utf8),
            text: "Hello world", end: .complete),
        Ending(
            testDescription: "HTTP/1.1 until the connection closes",
            bytes: Array("HTTP/1.1 200 OK\r\n\r\nHello world".utf8), text: "Hello world", end: .complete),
        Ending(
            testDescription: "events with a terminator",
            bytes: Array(
                chunked(["data: Hello\n\nda", "ta:  world\n\ndata: [DONE]\n\n"], type: "text/event-stream")
                    .utf8), text: "Hello world", end: .complete),
        Ending(
            testDescription: "events without a terminator",
            bytes: Array(chunked(["data: Hello\n\n"], type: "text/event-stream").utf8), text: "Hello",
            end: .truncated),
        Ending(
            testDescription: "one JSON body", bytes: Array(answer(body: #"{"response":"Hello world"}"#).utf8),
            text: "Hello world", end: .complete),
        Ending(
            testDescription: "no body at all", bytes: Array("HTTP/1.1 204 No Content\r\n\r\n".utf8), text: "",
            end: .complete),
    ]

    @Test("Every way in which a reply can end", arguments: endings)
    func everyEnding(ending: Ending) async throws {
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            try await connection.send(ending.bytes)
        } use: { server in
            let (received, end) = try await service(server).gather()
            #expect(received.text == ending.text)
            #expect(end == ending.end)
            #expect(server.requests.count == 1)
        }
    }

    @Test func aResetIsATruncatedReply() async throws {
        let arrived = Signal()
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            try await connection.send(chunked(["Hello"], isWhole: false))
            await arrived.wait()
            try await connection.reset()
        } use: { server in
            let received = EventLog<ReplyEvent>()
            let end = try await service(server).reply(to: Fixture.request()) { event in
                received.add(event)
                if case .text = event { arrived.fire() }
            }
            #expect(end == .truncated)
            #expect(received.text == "Hello")
        }
    }

    @Test func anErrorWithinTheStreamIsAFailure() async throws {
        let body = ["data: Hel\n\n", "data: [ERROR] Credits exhausted\n\n"]
        try await ScriptedServer.answering { _ in
            chunked(body, type: "text/event-stream")
        } use: { server in
            let received = EventLog<ReplyEvent>()
            let error = await #expect(throws: ServiceError.self) {
                try await service(server).reply(to: Fixture.request(), receive: received.add)
            }
            #expect(error?.kind == .service)
            #expect(error?.detail == "Credits exhausted")
            #expect(received.text == "Hel")
        }
    }

    @Test("Stop closes the connection before and after the first text", arguments: [false, true])
    func stop(afterFirstText: Bool) async throws {
        let underWay = Signal()
        let closed = Signal()
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            if afterFirstText {
                try await connection.send(chunked(["Hello"], isWhole: false))
            } else {
                underWay.fire()
            }
            await connection.waitForClose()
            closed.fire()
        } use: { server in
            let service = try service(server)
            let reply = Task {
                try await service.reply(to: Fixture.request()) { event in
                    if case .text = event { underWay.fire() }
                }
            }
            await underWay.wait()
            reply.cancel()
            await closed.wait()
            await #expect(throws: CancellationError.self) { try await reply.value }
        }
    }

    @Test func aReceiverThatThrowsEndsTheConnection() async throws {
        struct Full: Error {}
        let closed = Signal()
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            try await connection.send(chunked(["Hello"], isWhole: false))
            await connection.waitForClose()
            closed.fire()
        } use: { server in
            await #expect(throws: Full.self) {
                try await service(server).reply(to: Fixture.request()) { if case .text = $0 { throw Full() } }
            }
            await closed.wait()
        }
    }

    @Test("A service that falls silent after some words is given up")
    func silence() async throws {
        var limits = HTTPTransport.Limits.generous
        limits.silence = .milliseconds(200)
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            try await connection.send(chunked(["Hello"], isWhole: false))
            await connection.waitForClose()
        } use: { server in
            let account = Fixture.account(server.url)
            let service = try LyzrService(account, transport: HTTPTransport(limits: limits))
            let error = await #expect(throws: ServiceError.self) { try await service.gather() }
            #expect(error?.kind == .interrupted)
            #expect(error?.message.contains("may have received the message") == true)
        }
    }

    @Test("A service that does not even begin to answer is given up")
    func noAnswer() async throws {
        let asked = Signal()
        try await ScriptedServer.run { connection in
            _ = try await connection.request()
            asked.fire()
            await connection.waitForClose()
        } use: { server in
            let limits = HTTPTransport.Limits.generous
            let transport = HTTPTransport(
                limits: limits,
                expire: { limit in
                    #expect(limit == limits.reply)
                    await asked.wait()
                })
            let service = try LyzrService(Fixture.account(server.url), transport: transport)
            let error = await #expect(throws: ServiceError.self) { try await service.gather() }
            #expect(error?.kind == .interrupted)
            #expect(error?.message.contains("may have received the message") == true)
        }
    }
}
