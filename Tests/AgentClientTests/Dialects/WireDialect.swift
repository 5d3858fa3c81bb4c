import AgentAPI
import Foundation
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// One way to talk to a service, and its server's good answers: the base of every test of misbehaviour.
struct WireDialect: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var kind: ServiceKind
    /// What the address ends with.
    var path = ""
    var agent: Agent
    var session: String
    /// The good answer to a request.
    var answer: @Sendable (SentRequest) -> WireAnswer
    /// Whether the answer to a request is the one that brings the reply.
    var bringsReply: @Sendable (SentRequest) -> Bool
    /// Whether a request is the message.
    var isMessage: @Sendable (SentRequest) -> Bool
    /// What the reply says.
    var text: String
    /// What becomes of a reply whose answer breaks off, whose answer is shorter than it says, and whose answer stalls.
    var whenCut: Outcome
    var whenShort: Outcome
    var whenStalled: Outcome

    /// The outcome of a message.
    enum Outcome: Hashable, Sendable {
        case complete, truncated
        case failed(ServiceError.Kind)
    }

    static let text = "Hello café 😀, all is well."

    func service(_ url: String, transport: HTTPTransport) throws -> any AgentService {
        try ServiceFactory(transport: transport).makeService(
            kind, account: Fixture.account(url + path, agents: [agent]))
    }

    /// Whether a text is what had arrived of the reply when it broke off: a part of a character, or of the mark in front, included.
    func mayBegin(with part: String) -> Bool {
        text.hasPrefix(part.filter { $0 != "\u{FFFD}" }) || "LYZR_AGENT: ".hasPrefix(part)
    }

    var conversation: Conversation { Fixture.conversation(session, agent: agent) }

    /// Sends a message, and polls its ticket as the core does if the reply ends early. Every failure is a ``ServiceError``.
    func converse(
        _ url: String, _ transport: HTTPTransport
    ) async throws -> (outcome: Outcome, received: EventLog<ReplyEvent>) {
        let received = EventLog<ReplyEvent>()
        let request = TurnRequest(conversation: conversation, text: "Hi")
        do {
            let service = try service(url, transport: transport)
            let end = try await service.reply(to: request, receive: received.add)
            guard end == .truncated, let ticket = received.ticket else {
                return (end == .complete ? .complete : .truncated, received)
            }
            return (
                try await poll(Ticket(id: ticket, conversation: conversation), service, received), received
            )
        } catch let error as ServiceError {
            return (.failed(error.kind), received)
        }
    }

    private func poll(
        _ ticket: Ticket, _ service: any AgentService, _ received: EventLog<ReplyEvent>
    ) async throws -> Outcome {
        for _ in 0..<5 {
            let answer = try await service.poll(ticket)
            for event in answer.events { received.add(event) }
            switch answer.state {
            case .running: continue
            case .done, .waiting: return .complete
            case .failed(let error): return .failed(error.kind)
            }
        }
        return .truncated
    }
}

/// An answer before it is put into bytes.
struct WireAnswer: Sendable {
    var status = "200 OK"
    var type = "application/json"
    /// Pieces that are sent one by one; a JSON document is one.
    var pieces: [String]

    enum Framing: Sendable {
        case length, chunks
        /// As HTTP/1.0 does it: the body ends with the connection.
        case close
    }

    init(_ status: String = "200 OK", json: String) {
        self.status = status
        pieces = [json]
    }

    init(_ status: String = "200 OK", type: String, _ pieces: [String]) {
        self.status = status
        self.type = type
        self.pieces = pieces
    }

    /// - Parameter length: What the head says, where it is not true.
    func bytes(_ framing: Framing? = nil, length: Int? = nil) -> [UInt8] {
        let body = pieces.joined()
        switch framing ?? (type == "application/json" ? .length : .chunks) {
        case .length:
            return head("HTTP/1.1", "content-length: \(length ?? body.utf8.count)") + Array(body.utf8)
        case .chunks:
            return head("HTTP/1.1", "transfer-encoding: chunked") + Array(pieces.map(chunk).joined().utf8)
                + Array("0\r\n\r\n".utf8)
        case .close:
            return head("HTTP/1.0", "x-nothing: to say") + Array(body.utf8)
        }
    }

    private func head(_ version: String, _ framing: String) -> [UInt8] {
        Array("\(version) \(status)\r\ncontent-type: \(type)\r\n\(framing)\r\n\r\n".utf8)
    }
}
