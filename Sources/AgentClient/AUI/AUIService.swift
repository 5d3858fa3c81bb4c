import AgentAPI
import Foundation
import SessionCore
import Wire

/// The AUI Messaging API as an ``AgentService``. A conversation is created before its first message, so that its welcome can be shown. A
/// reply streams over a WebSocket, or arrives whole if the service has none.
struct AUIService: AgentService {
    let capabilities: Capabilities
    let connection: ServiceConnection
    private let sockets = OptionalEndpoint()
    private let welcomes = AUIWelcomes()
    /// The service has one agent per key; without one in the configuration it is named after the account.
    private let agent: Agent

    /// Tasks per page of a listing.
    private static let pageSize = 50

    init(_ account: ServiceAccount, transport: HTTPTransport) throws {
        var connection = try ServiceConnection(
            account, scheme: .header(AUI.keyHeader), transport: transport, mapper: AUI.description)
        connection.url.removeBeginning(of: ["api", "v1", "external"], atLeast: 2)
        self.connection = connection
        capabilities = account.capabilities([.streams, .listsTasks, .history, .opens])
        agent = account.agents.first ?? Agent(id: account.name, name: account.name)
    }

    // MARK: Conversations

    func open(_ conversation: Conversation) async throws -> [ReplyEvent] {
        let task = try await create(with: conversation.agent)
        var events: [ReplyEvent] = [.accepted(serviceID: task.id)]
        welcomes.remember([task])
        if let welcome = task.welcomeMessage, !welcome.isEmpty {
            events += [.text(welcome), .messageID(AUIWelcomes.messageID(of: task.id))]
        }
        if let suggestions = task.suggestions, !suggestions.isEmpty {
            events.append(.suggestions(suggestions))
        }
        return events
    }

    func tasks(page: String?) async throws -> Page<RemoteTask> {
        let user = connection.account.user
        let number = page.flatMap { Int($0) } ?? 1
        let url = address(
            ["tasks"],
            query: [("user_id", user), ("page", String(number)), ("size", String(Self.pageSize))])
        let found: AUI.TaskPage = try await connection.get(url, for: .tasks(of: "the user “\(user)”"))
        welcomes.remember(found.tasks)
        let tasks = found.tasks.map { RemoteTask(serviceID: $0.id, agent: agent, title: $0.title) }
        let isLast = found.tasks.isEmpty || number * max(found.size, 1) >= found.total
        return Page(tasks, next: isLast ? nil : String(number + 1))
    }

    func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage> {
        guard page == nil, let id = conversation.serviceID else { return Page([]) }
        let messages: AUI.MessageList = try await connection.get(
            address(["tasks", id, "messages"]), for: .history)
        return Page(welcomes.prepending(to: messages.messages.map { RemoteMessage($0) }, of: id))
    }

    /// The API forks no tasks.
    func fork(_ conversation: Conversation, upTo point: ForkPoint?) async throws -> String {
        try await connection.account.fork(conversation, upTo: point)
    }

    private func create(with agent: Agent) async throws -> AUI.Task {
        try await connection.send(
            .POST, address(["tasks"]), body: AUI.TaskRequest(userID: connection.account.user),
            for: .create(with: agent))
    }

    private func address(_ segments: [String], query: [(name: String, value: String)] = []) -> String {
        connection.url.appending(["api", "v1", "external"] + segments, query: query)
    }

    // MARK: Replies

    func reply(
        to request: TurnRequest, receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        let agent = request.conversation.agent
        let id: String
        if let known = request.conversation.serviceID {
            id = known
        } else {
            id = try await create(with: agent).id
            try await receive(.accepted(serviceID: id))
        }
        let body = AUI.MessageRequest(taskID: id, text: request.text)
        do {
            return try await deliver(body, with: agent, to: receive)
        } catch let refusal as RefusedKey {
            // Nothing was accepted: with another key the message is sent once more.
            guard try await connection.hasAnotherKey(than: refusal.key) else { throw refusal.error }
        }
        do {
            return try await deliver(body, with: agent, to: receive)
        } catch let refusal as RefusedKey {
            throw refusal.error
        }
    }

    private func deliver(
        _ body: AUI.MessageRequest, with agent: Agent,
        to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        if let socket = try await socket() {
            return try await converse(socket, body, with: agent, to: receive)
        }
        let message: AUI.Message = try await connection.send(
            .POST, address(["message"]), body: body, for: .message(to: agent))
        try await receive(.accepted(serviceID: body.taskID))
        for event in message.replyEvents { try await receive(event) }
        return .complete
    }

    /// The service answered a message over a WebSocket with nothing but a refusal of the key.
    private struct RefusedKey: Error {
        var key: String
        var error: ServiceError
    }

    /// Opens a WebSocket.
    /// - Returns: nil if it cannot be opened for any reason: nothing has been sent, and the message can be posted.
    private func socket() async throws -> WebSocket? {
        guard !sockets.isMissing else { return nil }
        let (headers, _) = try await connection.credentials()
        do {
            return try await connection.transport.openWebSocket(
                address(["session"]), headers: headers, authorities: connection.authorities)
        } catch let failure as TransportFailure {
            if !failure.isBeforeConnection { sockets.markMissing() }
            return nil
        }
    }

    private func converse(
        _ socket: WebSocket, _ body: AUI.MessageRequest, with agent: Agent,
        to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        do {
            return try await socket.run { session in
                do {
                    try await session.send(String(decoding: try WireJSON.encode(body), as: UTF8.self))
                    try await receive(.accepted(serviceID: body.taskID))
                } catch TransportFailure.closed {
                    // What the service sent before may say why it closed.
                }
                return try await listen(to: &session, agent, receive)
            }
        } catch let failure as TransportFailure {
            throw connection.error(failure)
        }
    }

    /// A reply that breaks off is truncated; if nothing of it arrived, the message may not have arrived either.
    private func listen(
        to session: inout WebSocketSession, _ agent: Agent,
        _ receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        var hasBegun = false
        while true {
            let message: WebSocketSession.Message
            do {
                message = try await session.next()
            } catch TransportFailure.closed where hasBegun {
                return .truncated
            }
            guard case .text(let text) = message else { return try await end(message, hasBegun: hasBegun) }
            if let end = try await handle(text, from: agent, isFirst: !hasBegun, to: receive) { return end }
            hasBegun = true
        }
    }

    /// - Returns: nil as long as the reply goes on.
    private func handle(
        _ text: String, from agent: Agent, isFirst: Bool,
        to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd? {
        switch AUI.SocketFrame(text) {
        case .update(let whole):
            try await receive(.wholeText(whole))
            return nil
        case .message(let message) where message.sender.type != "user":
            for event in message.replyEvents { try await receive(event) }
            return .complete
        case .failure(let failure):
            let (_, key) = try await connection.credentials()
            let response = ErrorResponse(
                status: failure.statusCode, body: ErrorBody(Array(text.utf8)), key: key)
            let error = connection.error(response, .message(to: agent))
            guard failure.statusCode == 401 else { throw error }
            if isFirst { throw RefusedKey(key: key, error: error) }
            await connection.forget(key)
            throw error
        case .reported(let words):
            throw ServiceError(
                .service, "The agent could not finish its reply. Send the message again.",
                detail: await connection.redacted(words))
        case .unreadable(let text):
            let step = Step(
                id: "unreadable", kind: .other, title: "unreadable message", state: .completed,
                detail: ErrorBody(text: text).text)
            try await receive(.step(step))
            return nil
        case .message, .other:
            return nil
        }
    }

    private func end(_ message: WebSocketSession.Message, hasBegun: Bool) async throws -> ReplyEnd {
        guard case .closed(let code?, let reason) = message, [1008, 1011].contains(code) else {
            guard hasBegun else { throw TransportFailure.closed }
            return .truncated
        }
        let host = connection.url.host
        let detail = await ["WebSocket \(code)", connection.redacted(reason)].filter { !$0.isEmpty }.joined(
            separator: " · ")
        if code == 1011 {
            throw ServiceError(
                .service, "\(host) failed and could not finish the reply. Try again.", detail: detail)
        }
        await connection.forget(try await connection.credentials().key)
        let refused = ErrorDescription.refusedKey(connection.account, host: host)
        throw ServiceError(refused.kind, refused.message, detail: detail)
    }
}
