import AgentAPI
import Foundation
import NIOCore
import NIOWebSocket
import SessionCore
import Synchronization
import TestSupport
import Testing

@testable import AgentClient

@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct AUISocketTests {
    private func gather(
        limits: HTTPTransport.Limits = .generous, _ script: @escaping ScriptedSocket.Script,
        check: (ScriptedSocket) -> Void = { _ in }
    ) async throws -> (events: [ReplyEvent], result: Result<ReplyEnd, any Error>) {
        try await ScriptedSocket.run(script) { server in
            let service = try AUIService(
                Fixture.account(server.url), transport: HTTPTransport(limits: limits))
            let received = EventLog<ReplyEvent>()
            let result: Result<ReplyEnd, any Error>
            do {
                result = .success(
                    try await service.reply(to: Fixture.request("hello", "t1"), receive: received.add))
            } catch {
                result = .failure(error)
            }
            check(server)
            return (received.events, result)
        }
    }

    private static let message =
        #"{"id":"m1","text":"I found several","sender":{"id":"a","type":"agent"},"followup_suggestions":["More"]}"#

    private static func update(_ text: String) -> String {
        #"{"event":"thread-message-text-content-updated","data":{"text":"\#(text)"}}"#
    }

    @Test("Each update holds the whole text, the message ends the reply, the key travels in a header")
    func streaming() async throws {
        let sent = Mutex<String?>(nil)
        let (events, result) = try await gather { session in
            let text = try await session.text()
            sent.withLock { $0 = text }
            try await session.send(Self.update("I found"))
            try await session.send(Self.update("I found several"))
            try await session.send(Self.message)
            _ = try await session.text()
        } check: { server in
            #expect(server.requests.map(\.uri) == ["/api/v1/external/session"])
            #expect(server.requests.first?.headers.first(name: "x-network-api-key") == Fixture.key)
            #expect(server.requests.first?.headers.first(name: "host") == "127.0.0.1:\(server.port)")
        }
        #expect(try result.get() == .complete)
        #expect(sent.withLock { $0 } == #"{"task_id":"t1","text":"hello"}"#)
        #expect(
            events == [
                .accepted(serviceID: "t1"), .wholeText("I found"), .wholeText("I found several"),
                .wholeText("I found several"), .messageID("m1"), .suggestions(["More"]),
            ])
    }

    @Test func framesInPiecesAndPingsBetweenThem() async throws {
        let answered = Signal()
        let (events, result) = try await gather { session in
            _ = try await session.text()
            let bytes = Array(Self.message.utf8)
            try await session.send(
                WebSocketFrame(fin: false, opcode: .text, data: ByteBuffer(bytes: bytes[..<20])))
            try await session.send(
                WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer(string: "are you there")))
            let pong = try await session.frame(.pong)
            #expect(pong.map { String(buffer: $0.unmaskedData) } == "are you there")
            answered.fire()
            try await session.send(
                WebSocketFrame(fin: false, opcode: .continuation, data: ByteBuffer(bytes: bytes[20..<21])))
            try await session.send(
                WebSocketFrame(fin: true, opcode: .continuation, data: ByteBuffer(bytes: bytes[21...])))
            _ = try await session.text()
        }
        await answered.wait()
        #expect(try result.get() == .complete)
        #expect(events.contains(.wholeText("I found several")))
    }

    @Test func unrelatedFramesAreIgnored() async throws {
        let (events, result) = try await gather { session in
            _ = try await session.text()
            try await session.send("no JSON")
            try await session.send(#"{"event":"thread-created"}"#)
            try await session.send(#"{"id":"u1","text":"hello","sender":{"id":"me","type":"user"}}"#)
            try await session.send(
                WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: [1, 2])))
            try await session.send(Self.message)
            _ = try await session.text()
        }
        #expect(try result.get() == .complete)
        #expect(
            events.filter { if case .wholeText = $0 { true } else { false } } == [
                .wholeText("I found several")
            ])
    }

    @Test("A connection that ends before the message does is a truncated reply, and nothing is posted")
    func brokenOff() async throws {
        let (events, result) = try await gather { session in
            _ = try await session.text()
            try await session.send(Self.update("I found"))
        }
        #expect(try result.get() == .truncated)
        #expect(events == [.accepted(serviceID: "t1"), .wholeText("I found")])
    }

    @Test(
        "A connection that ends before anything arrived says that the message may have arrived, and nothing is posted",
        arguments: [true, false])
    func brokenOffAtOnce(afterReading: Bool) async throws {
        let (events, result) = try await gather { session in
            if afterReading { _ = try await session.text() }
        } check: { server in
            #expect(server.requests.map(\.method) == [.GET])
        }
        let error = #expect(throws: ServiceError.self) { try result.get() }
        #expect(error?.kind == .interrupted)
        #expect(error?.message.contains("may have received the message") == true)
        #expect(events.allSatisfy { $0 == .accepted(serviceID: "t1") })
    }

    static let failureCases: [(String?, UInt16, ServiceError.Kind, String)] = [
        (
            #"{"status_code":422,"description":"Unprocessable Entity","message":"Unknown task","extra_data":{}}"#,
            1008,
            .invalid, "HTTP 422 · Unprocessable Entity: Unknown task"
        ),
        (
            #"{"status_code":500,"description":"Internal server error","message":"An unexpected error occurred.","extra_data":{}}"#,
            1011, .service, "HTTP 500 · Internal server error: An unexpected error occurred."
        ),
        (nil, 1008, .unauthorized, "WebSocket 1008 · why"), (nil, 1011, .service, "WebSocket 1011 · why"),
    ]

    @Test("Errors of the service, with and without a frame before the close", arguments: failureCases)
    func failures(frame: String?, code: UInt16, kind: ServiceError.Kind, detail: String) async throws {
        let (_, result) = try await gather { session in
            _ = try await session.text()
            if let frame { try await session.send(frame) }
            try await session.close(code, "why")
        }
        let error = #expect(throws: ServiceError.self) { try result.get() }
        #expect(error?.kind == kind)
        #expect(error?.detail == detail)
    }

    @Test("A key that was refused is asked for again", arguments: [true, false])
    func refusedKey(withFrame: Bool) async throws {
        let failure = #"{"status_code":401,"description":"Unauthorized","message":"No.","extra_data":{}}"#
        let turns = Mutex(0)
        try await ScriptedSocket.run { session in
            _ = try await session.text()
            let isFirst = turns.withLock { count in
                count += 1
                return count == 1
            }
            guard isFirst else {
                try await session.send(Self.message)
                _ = try await session.text()
                return
            }
            if withFrame { try await session.send(failure) }
            try await session.close(1008, "")
        } use: { server in
            let asked = Mutex(0)
            let account = Fixture.account(server.url) {
                asked.withLock {
                    $0 += 1
                    return "key-\($0)"
                }
            }
            let service = try AUIService(account, transport: PatientTransport().transport)
            if !withFrame {
                // It does not say that nothing was accepted.
                let error = await #expect(throws: ServiceError.self) {
                    try await service.gather(Fixture.request("hello", "t1"))
                }
                #expect(error?.kind == .unauthorized)
            }
            #expect(try await service.gather(Fixture.request("hello", "t1")).end == .complete)
            #expect(
                server.requests.map { $0.headers.first(name: "x-network-api-key") } == ["key-1", "key-2"])
        }
    }

    @Test func silenceEndsTheReply() async throws {
        var limits = HTTPTransport.Limits.generous
        limits.silence = .milliseconds(200)
        let (_, result) = try await gather(limits: limits) { session in
            _ = try await session.text()
            try await session.send(Self.update("I found"))
            _ = try await session.text()
        }
        let error = #expect(throws: ServiceError.self) { try result.get() }
        #expect(error?.kind == .interrupted)
    }

    @Test func stopClosesTheSocket() async throws {
        let underWay = Signal()
        let closed = Signal()
        try await ScriptedSocket.run { session in
            _ = try await session.text()
            underWay.fire()
            _ = try? await session.text()
            closed.fire()
        } use: { server in
            let service = try AUIService(Fixture.account(server.url), transport: PatientTransport().transport)
            let reply = Task { try await service.gather(Fixture.request("hello", "t1")) }
            await underWay.wait()
            reply.cancel()
            await closed.wait()
            await #expect(throws: CancellationError.self) { try await reply.value }
        }
    }
}
