import Foundation
import SessionCore
import TestSupport
import Testing

@testable import AgentClient

/// One error response of a contract, and what a person reads of it, word for word.
struct ErrorLine: Sendable, CustomTestStringConvertible {
    /// The request that fails.
    enum Request: Sendable {
        case message, create, poll, history, tasks, rename
    }

    var status: Int
    var body: String
    var kind: ServiceError.Kind
    /// `HOST` is replaced with the address of the server.
    var message: String
    /// The service's own words with its code and the HTTP status.
    var detail: String
    var request: Request

    init(
        _ status: Int, _ body: String, _ kind: ServiceError.Kind, _ message: String, detail: String,
        on request: Request = .message
    ) {
        self.status = status
        self.body = body
        self.kind = kind
        self.message = message
        self.detail = detail
        self.request = request
    }

    var testDescription: String { "\(status) \(body.prefix(60)) on \(request)" }

    /// Sends the request to a server that answers with the error, and compares every word.
    func check(
        _ kind: ServiceKind, agent: Agent, session: String, ticket: String = "t1"
    ) async throws {
        let patient = PatientTransport()
        try await ScriptedServer.answering { request in
            // There is no WebSocket.
            request.headers["upgrade"] == nil
                ? answer("\(self.status) Refused", body: self.body) : answer("404 Not Found", body: "")
        } use: { server in
            let service = try ServiceFactory(transport: patient.transport).makeService(
                kind, account: Fixture.account(server.url, agents: [agent]))
            let conversation = Fixture.conversation(session, agent: agent)
            let error = await #expect(throws: ServiceError.self) {
                try await ask(service, conversation, ticket)
            }
            #expect(error?.message == message.replacing("HOST", with: "127.0.0.1:\(server.port)"))
            #expect(error?.detail == detail)
            #expect(error?.kind == self.kind)
            #expect(error?.status == status)
            let sent = server.requests.filter { $0.headers["upgrade"] == nil }
            if sent.contains(where: { $0.method != "GET" }) {
                #expect(sent.count == 1, "a message is sent once")
                #expect(patient.pauses.all.isEmpty)
            }
        }
    }

    private func ask(_ service: any AgentService, _ conversation: Conversation, _ ticket: String) async throws
    {
        switch request {
        case .message: _ = try await service.gather(TurnRequest(conversation: conversation, text: "hi"))
        case .create:
            var fresh = conversation
            fresh.serviceID = nil
            _ = try await service.gather(TurnRequest(conversation: fresh, text: "hi"))
        case .poll: _ = try await service.poll(Ticket(id: ticket, conversation: conversation))
        case .history: _ = try await service.history(conversation, page: nil)
        case .tasks: _ = try await service.tasks(page: nil)
        case .rename: try await service.rename(conversation, to: "New")
        }
    }
}

/// The lines that all services share.
enum CommonLines {
    static let refusedKey =
        "HOST refused the key of account “support”. It comes from the environment variable LYZR_API_KEY: check it there."
    static let limited =
        "HOST accepts no more requests from account “support” for now. Try again later, or check what the plan allows."
    static let unavailable = "HOST is not available at the moment. Try again later."
    static let failed = "HOST failed and could not send the message. Try again."
    static let refused =
        "HOST refused to send the message. The service's own words say why."
    static let busy =
        "The task is still busy with another turn; nothing was accepted. Send the message again when it ends."
    static let gone =
        "HOST does not know this conversation. It may have been deleted there."
}
