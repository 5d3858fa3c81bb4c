import AgentAPI
import Foundation
import SessionCore
import Synchronization
import TestSupport
import Testing

@testable import AgentClient

/// Servers that misbehave on purpose, for every service: a message is sent once whatever the answer, and the outcome is reported.
@Suite(.timeLimit(.scaled(minutes: 5))) struct MisbehaviourTests {
    private let patient = PatientTransport()

    /// Serves a dialect; the answer that brings the reply is given by `reply`, which may be the connection's last.
    private func serve<Outcome: Sendable>(
        _ dialect: WireDialect,
        reply: @escaping @Sendable (inout ScriptedConnection, WireAnswer) async throws -> Void,
        use: (ScriptedServer) async throws -> Outcome
    ) async throws -> Outcome {
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                let answer = dialect.answer(request)
                guard dialect.bringsReply(request) else {
                    try await connection.send(answer.bytes())
                    continue
                }
                try await reply(&connection, answer)
                return
            }
        } use: {
            try await use($0)
        }
    }

    /// How often the message has left.
    private func messages(_ dialect: WireDialect, _ server: ScriptedServer) -> Int {
        server.requests.filter(dialect.isMessage).count
    }

    // MARK: Bytes

    /// Every third byte: the next test cuts at every one of them.
    @Test("Cut into two anywhere, head included, the answer is the same", arguments: WireDialect.all)
    func everySplit(dialect: WireDialect) async throws {
        let place = Mutex(0)
        let whole = Mutex(1)
        try await serve(dialect) { connection, answer in
            let bytes = answer.bytes()
            whole.withLock { $0 = bytes.count }
            let cut = min(place.withLock { $0 }, bytes.count)
            try await connection.send(Array(bytes[..<cut]))
            try await connection.send(Array(bytes[cut...]))
        } use: { server in
            var expected: [ReplyEvent]?
            while place.withLock({ $0 }) <= whole.withLock({ $0 }) {
                let (outcome, received) = try await dialect.converse(server.url, patient.transport)
                #expect(outcome == .complete)
                #expect(received.text == dialect.text)
                expected = expected ?? received.merged
                #expect(received.merged == expected)
                place.withLock { $0 += 3 }
            }
        }
    }

    @Test("Byte by byte, head included, the answer is the same", arguments: WireDialect.all)
    func singleBytes(dialect: WireDialect) async throws {
        try await serve(dialect) { connection, answer in
            for byte in answer.bytes() { try await connection.send([byte]) }
        } use: { server in
            let (outcome, received) = try await dialect.converse(server.url, patient.transport)
            #expect(outcome == .complete)
            #expect(received.text == dialect.text)
        }
    }

    @Test("HTTP/1.0, whose body ends with the connection", arguments: WireDialect.all)
    func oldHTTP(dialect: WireDialect) async throws {
        try await serve(dialect) { connection, answer in
            try await connection.send(answer.bytes(.close))
        } use: { server in
            let (outcome, received) = try await dialect.converse(server.url, patient.transport)
            #expect(outcome == .complete)
            #expect(received.text == dialect.text)
        }
    }

    // MARK: Ends that come too early

    @Test(
        "Closed after any byte, the reply is never taken for whole, and the message never sent twice",
        arguments: WireDialect.all)
    func closedAnywhere(dialect: WireDialect) async throws {
        let place = Mutex(0)
        let whole = Mutex(1)
        try await serve(dialect) { connection, answer in
            let bytes = answer.bytes()
            whole.withLock { $0 = bytes.count }
            try await connection.send(Array(bytes[..<min(place.withLock { $0 }, bytes.count)]))
        } use: { server in
            var count = 0
            while place.withLock({ $0 }) < whole.withLock({ $0 }) {
                let (outcome, received) = try await dialect.converse(server.url, patient.transport)
                count += 1
                if outcome == .complete {
                    #expect(received.text == dialect.text)
                } else {
                    #expect([dialect.whenCut, .failed(.interrupted)].contains(outcome))
                    #expect(dialect.mayBegin(with: received.text))
                }
                #expect(messages(dialect, server) == count)
                place.withLock { $0 += 7 }
            }
        }
    }

    @Test("A reset is an early end like any other", arguments: WireDialect.all)
    func reset(dialect: WireDialect) async throws {
        try await serve(dialect) { connection, answer in
            let bytes = answer.bytes()
            try await connection.send(Array(bytes[..<(bytes.count / 4)]))
            try await connection.reset()
        } use: { server in
            let (outcome, _) = try await dialect.converse(server.url, patient.transport)
            #expect([dialect.whenCut, .failed(.interrupted)].contains(outcome))
            #expect(messages(dialect, server) == 1)
        }
    }

    @Test("A length that promises more than comes is an early end", arguments: WireDialect.all)
    func lengthTooLong(dialect: WireDialect) async throws {
        try await serve(dialect) { connection, answer in
            // A stream that is cut behind its last event but one; a document is whole and still not as long as it says.
            let pieces = answer.pieces.count > 1 ? Array(answer.pieces.dropLast()) : answer.pieces
            let cut = WireAnswer(answer.status, type: answer.type, pieces)
            try await connection.send(cut.bytes(.length, length: pieces.joined().utf8.count + 50))
        } use: { server in
            let (outcome, _) = try await dialect.converse(server.url, patient.transport)
            #expect(outcome == dialect.whenCut)
            #expect(messages(dialect, server) == 1)
        }
    }

    @Test("What comes beyond the length does not count", arguments: WireDialect.all)
    func lengthTooShort(dialect: WireDialect) async throws {
        try await serve(dialect) { connection, answer in
            let half = answer.pieces.joined().utf8.count / 2
            try await connection.send(answer.bytes(.length, length: half))
        } use: { server in
            let (outcome, received) = try await dialect.converse(server.url, patient.transport)
            #expect(outcome == dialect.whenShort)
            #expect(dialect.mayBegin(with: received.text))
            #expect(messages(dialect, server) == 1)
        }
    }

    @Test("An invalid length is not an answer", arguments: WireDialect.all)
    func lengthThatIsNone(dialect: WireDialect) async throws {
        try await serve(dialect) { connection, answer in
            try await connection.send(
                "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n" + answer.pieces.joined())
        } use: { server in
            let (outcome, _) = try await dialect.converse(server.url, patient.transport)
            #expect([.failed(.unreadable), .failed(.interrupted), .complete].contains(outcome))
            #expect(messages(dialect, server) == 1)
        }
    }

    // MARK: Silence

    @Test("A server that goes quiet in the middle is given up", arguments: WireDialect.all)
    func stalled(dialect: WireDialect) async throws {
        try await serve(dialect) { connection, answer in
            let bytes = answer.bytes()
            try await connection.send(Array(bytes[..<(bytes.count * 3 / 5)]))
            await connection.waitForClose()
        } use: { server in
            // The limit holds for every answer of the server, and on a busy machine another than the stalled one may exceed it.
            for attempt in 1...8 {
                var limits = HTTPTransport.Limits.generous
                limits.silence = .milliseconds(500 << attempt)
                let transport = PatientTransport(limits: limits).transport
                let outcome = try await dialect.converse(server.url, transport).outcome
                #expect(messages(dialect, server) <= attempt)
                if outcome == dialect.whenStalled { return }
            }
            Issue.record("The stall was never \(dialect.whenStalled).")
        }
    }

    @Test(
        "A head that never comes is given up, and the message not sent again",
        arguments: WireDialect.all)
    func withoutAHead(dialect: WireDialect) async throws {
        let asked = Signal()
        let limits = HTTPTransport.Limits.generous
        let transport = HTTPTransport(
            limits: limits, pause: { _ in },
            expire: { limit in
                // The time of the one request without an answer is over once it has arrived.
                if limit == limits.reply {
                    await asked.wait()
                } else {
                    try await Task.sleep(for: limit)
                }
            }, now: { PatientTransport.now })
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                guard dialect.isMessage(request) else {
                    try await connection.send(dialect.answer(request).bytes())
                    continue
                }
                asked.fire()
                await connection.waitForClose()
                return
            }
        } use: { server in
            let (outcome, received) = try await dialect.converse(server.url, transport)
            #expect(outcome == .failed(.interrupted))
            #expect(received.text == "")
            #expect(messages(dialect, server) == 1)
        }
    }

    // MARK: Redirects

    @Test(
        "A message follows no redirect that may mean it was taken", arguments: WireDialect.all,
        [301, 302, 303])
    func movedMessage(dialect: WireDialect, status: Int) async throws {
        try await ScriptedServer.answering { request in
            dialect.isMessage(request)
                ? answer("\(status) Moved", ["Location: /elsewhere"], body: "")
                : String(decoding: dialect.answer(request).bytes(), as: UTF8.self)
        } use: { server in
            let (outcome, _) = try await dialect.converse(server.url, patient.transport)
            #expect(outcome == .failed(.notFound))
            #expect(messages(dialect, server) == 1)
        }
    }

    @Test(
        "Within the service it follows one that says it was not taken", arguments: WireDialect.all,
        [307, 308])
    func sentElsewhere(dialect: WireDialect, status: Int) async throws {
        try await ScriptedServer.run { connection in
            while var request = try await connection.request() {
                if dialect.isMessage(request), !request.target.hasPrefix("/new") {
                    try await connection.send(
                        answer("\(status) Moved", ["Location: /new\(request.target)"], body: ""))
                    continue
                }
                if request.target.hasPrefix("/new") { request.target.removeFirst(4) }
                try await connection.send(dialect.answer(request).bytes())
            }
        } use: { server in
            let (outcome, received) = try await dialect.converse(server.url, patient.transport)
            #expect(outcome == .complete)
            #expect(received.text == dialect.text)
            let sent = server.requests.filter(dialect.isMessage)
            #expect(sent.count == 2)
            #expect(sent.first?.body == sent.last?.body)
        }
    }

    @Test(
        "What only reads follows every redirect within the service", arguments: WireDialect.all,
        [301, 302, 303, 307, 308])
    func movedHistory(dialect: WireDialect, status: Int) async throws {
        try await ScriptedServer.run { connection in
            while var request = try await connection.request() {
                if !request.target.hasPrefix("/new") {
                    try await connection.send(
                        answer("\(status) Moved", ["Location: /new\(request.target)"], body: ""))
                    continue
                }
                request.target.removeFirst(4)
                try await connection.send(dialect.answer(request).bytes())
            }
        } use: { server in
            let service = try dialect.service(server.url, transport: patient.transport)
            let page = try await service.history(dialect.conversation, page: nil)
            #expect(!page.elements.isEmpty)
        }
    }

    // MARK: Again or not again

    @Test(
        "What only reads is sent again after a pause, the service's own if it names one",
        arguments: WireDialect.all)
    func readingAgain(dialect: WireDialect) async throws {
        let attempts = Mutex(0)
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                let attempt = attempts.withLock { count in
                    count += 1
                    return count
                }
                // A close without an answer, then a 503, then the answer.
                if attempt == 1 { return }
                try await connection.send(
                    attempt == 2
                        ? Array(answer("503 Busy", ["Retry-After: 3"], body: "").utf8)
                        : dialect.answer(request).bytes())
            }
        } use: { server in
            let service = try dialect.service(server.url, transport: patient.transport)
            let page = try await service.history(dialect.conversation, page: nil)
            #expect(!page.elements.isEmpty)
            #expect(server.requests.count == 3)
            #expect(patient.pauses.all == [.milliseconds(400), .seconds(3)])
        }
    }

    @Test(
        "A message is not sent again after any error response", arguments: WireDialect.all,
        [408, 425, 429, 500, 502, 503, 504, 0])
    func sendingOnce(dialect: WireDialect, status: Int) async throws {
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                guard dialect.isMessage(request) else {
                    try await connection.send(dialect.answer(request).bytes())
                    continue
                }
                // 0 closes without an answer.
                if status == 0 { return }
                try await connection.send(answer("\(status) No", ["Retry-After: 1"], body: ""))
            }
        } use: { server in
            let (outcome, received) = try await dialect.converse(server.url, patient.transport)
            let kind: ServiceError.Kind = status == 0 ? .interrupted : status == 429 ? .rateLimited : .service
            #expect(outcome == .failed(kind))
            #expect(received.text == "")
            #expect(messages(dialect, server) == 1)
        }
    }

    @Test("Without a listener nothing was sent", arguments: WireDialect.all)
    func refused(dialect: WireDialect) async throws {
        let closed = try ClosedPort()
        defer { withExtendedLifetime(closed) {} }
        let (outcome, _) = try await dialect.converse(closed.url, patient.transport)
        #expect(outcome == .failed(.unreachable))
    }

    @Test("What does not speak HTTP", arguments: WireDialect.all)
    func anotherProtocol(dialect: WireDialect) async throws {
        try await ScriptedServer.run { connection in
            try await connection.send("SSH-2.0-OpenSSH_9.2p1\r\n")
            await connection.waitForClose()
        } use: { server in
            let (outcome, _) = try await dialect.converse(server.url, patient.transport)
            #expect(outcome == .failed(.unreadable))
        }
    }
}

extension EventLog<ReplyEvent> {
    /// The events with pieces of text that follow each other put together: how a text was cut is no part of it.
    var merged: [ReplyEvent] {
        events.reduce(into: []) { merged, event in
            if case .text(let more) = event, case .text(let text)? = merged.last {
                merged[merged.count - 1] = .text(text + more)
            } else {
                merged.append(event)
            }
        }
    }
}
