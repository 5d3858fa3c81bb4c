import AgentAPI
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// Answers with a status of success that are no JSON to the letter, report an error, or are something else altogether.
@Suite(.timeLimit(.scaled(minutes: 5))) struct UnexpectedAnswersTests {
    private let patient = PatientTransport()

    /// Serves a dialect, with the answer that brings the reply changed, and returns what becomes of a message.
    private func converse(
        _ dialect: WireDialect, _ change: @escaping @Sendable (WireAnswer) -> WireAnswer
    ) async throws -> (text: String, outcome: WireDialect.Outcome, error: ServiceError?) {
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                let answer = dialect.answer(request)
                try await connection.send((dialect.bringsReply(request) ? change(answer) : answer).bytes())
            }
        } use: { server in
            let received = EventLog<ReplyEvent>()
            let service = try dialect.service(server.url, transport: patient.transport)
            do {
                let end = try await service.reply(
                    to: TurnRequest(conversation: dialect.conversation, text: "Hi"), receive: received.add)
                if end == .truncated, let ticket = received.ticket {
                    let polled = try await service.poll(
                        Ticket(id: ticket, conversation: dialect.conversation))
                    for event in polled.events { received.add(event) }
                    guard case .done = polled.state else { return (received.text, .truncated, nil) }
                    return (received.text, .complete, nil)
                }
                return (received.text, end == .complete ? .complete : .truncated, nil)
            } catch let error as ServiceError {
                return (received.text, .failed(error.kind), error)
            }
        }
    }

    private static let withJSON = WireDialect.all.filter { $0.testDescription != "Lyzr v2" }
    private static let withEvents = [WireDialect.lyzrV3, .vectara]

    @Test("One character that JSON does not have costs no more than itself", arguments: withJSON)
    func oneBadEscape(dialect: WireDialect) async throws {
        for (bad, shown) in [(#"\ud83d"#, "\u{FFFD}"), (#"\ude80"#, "\u{FFFD}"), (#"\d"#, #"\d"#)] {
            let (text, outcome, _) = try await converse(dialect) { answer in
                var answer = answer
                answer.pieces = answer.pieces.map { $0.replacing("all is well", with: "all \(bad) is well") }
                return answer
            }
            #expect(outcome == .complete)
            #expect(text == dialect.text.replacing("all is well", with: "all \(shown) is well"))
        }
    }

    @Test("The last event counts without its line end", arguments: withEvents)
    func lastLine(dialect: WireDialect) async throws {
        let (text, outcome, _) = try await converse(dialect) { answer in
            var answer = answer
            let last = answer.pieces.removeLast()
            answer.pieces.append(String(last.prefix { !$0.isNewline }))
            return answer
        }
        #expect(outcome == .complete)
        #expect(text == dialect.text)
    }

    @Test(
        "An error within a stream fails the turn with the service's words", arguments: withEvents,
        [
            #"data: {"error":{"message":"queue is full","code":503}}"#, #"data: {"detail":"queue is full"}"#,
            #"data: {"object":"error","message":"queue is full"}"#, "event: error\ndata: queue is full",
            #"error: {"code":400,"message":"queue is full"}"#,
        ])
    func errorInAStream(dialect: WireDialect, event: String) async throws {
        let (text, outcome, error) = try await converse(dialect) { answer in
            var answer = answer
            answer.pieces.insert(event + "\n\n", at: answer.pieces.count - 1)
            return answer
        }
        #expect(outcome == .failed(.service))
        #expect(error?.detail == "queue is full")
        #expect(text == dialect.text)
    }

    @Test("An error instead of a reply fails the turn with the service's words", arguments: WireDialect.all)
    func errorInsteadOfAReply(dialect: WireDialect) async throws {
        for type in ["application/json", "text/plain", "text/event-stream"] {
            let (text, outcome, error) = try await converse(dialect) { answer in
                WireAnswer(answer.status, type: type, [#"{"error": {"message": "queue is full"}}"#])
            }
            // An event stream that is none is made good by polling.
            guard dialect.testDescription != WireDialect.xagent.testDescription else {
                #expect(outcome == .complete)
                continue
            }
            #expect(outcome == .failed(.service), "\(type)")
            #expect(error?.detail == "queue is full")
            #expect(text == "")
        }
    }

    @Test("A sign-in page instead of the service is reported as one", arguments: WireDialect.all)
    func signIn(dialect: WireDialect) async throws {
        let page =
            "<!doctype html><html><head><title>Sign in</title></head><body>Please sign in</body></html>"
        try await ScriptedServer.answering { _ in
            answer("200 OK", ["content-type: text/html"], body: page)
        } use: { server in
            let service = try dialect.service(server.url, transport: patient.transport)
            let error = await #expect(throws: ServiceError.self) {
                _ = try await service.gather(TurnRequest(conversation: dialect.conversation, text: "Hi"))
            }
            #expect(error?.kind == .unreadable)
            #expect(error?.message.contains("is a web page (“Sign in”) and not the service") == true)
            #expect(error?.message.contains("sign in with a browser") == true)
        }
    }

    @Test("An error instead of a list is not an empty list", arguments: WireDialect.all)
    func errorInsteadOfAList(dialect: WireDialect) async throws {
        try await ScriptedServer.answering { _ in
            answer("200 OK", ["content-type: application/json"], body: #"{"error": "queue is full"}"#)
        } use: { server in
            let service = try dialect.service(server.url, transport: patient.transport)
            let error = await #expect(throws: ServiceError.self) {
                _ = try await service.history(dialect.conversation, page: nil)
            }
            #expect(error?.kind == .service)
            #expect(error?.detail == "queue is full")
        }
    }

    @Test(
        "What cannot be read at all is a step, and the rest goes on",
        arguments: [WireDialect.xagent, .vectara])
    func unreadableEvent(dialect: WireDialect) async throws {
        try await ScriptedServer.run { connection in
            while let request = try await connection.request() {
                var answer = dialect.answer(request)
                if dialect.bringsReply(request) { answer.pieces.insert("data: {not json\n\n", at: 1) }
                try await connection.send(answer.bytes())
            }
        } use: { server in
            let (outcome, received) = try await dialect.converse(server.url, patient.transport)
            #expect(outcome == .complete)
            #expect(received.text == dialect.text)
            #expect(
                received.events.contains { event in
                    if case .step(let step) = event {
                        step.title == "unreadable event" && step.detail == "{not json"
                    } else {
                        false
                    }
                })
        }
    }

    @Test("Events labelled as a document, and a document labelled as events, are read as what they are")
    func labels() async throws {
        let (text, outcome, _) = try await converse(.vectara) { answer in
            WireAnswer(answer.status, type: "application/json", answer.pieces)
        }
        #expect(text == WireDialect.text)
        #expect(outcome == .complete)
        let page =
            #"{"events":[{"type":"agent_output","id":"a","content":"\#(WireDialect.text)"}],"session_key":"s"}"#
        let whole = try await converse(.vectara) { answer in
            WireAnswer(answer.status, type: "text/event-stream", [page])
        }
        #expect(whole.text == WireDialect.text)
        #expect(whole.outcome == .complete)
    }
}
