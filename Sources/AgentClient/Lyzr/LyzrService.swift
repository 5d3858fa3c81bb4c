import AgentAPI
import Foundation
import SessionCore

/// The Lyzr Agent API as the session manager sees it: replies over `/v2/stream/`, background turns over `/v2/task/`, sessions and
/// history over `/v1`.
struct LyzrService: AgentService {
    let capabilities: Capabilities = [.streams, .background, .listsTasks, .history]
    private let connection: ServiceConnection

    init(_ account: ServiceAccount, transport: HTTPTransport) throws {
        connection = try ServiceConnection(account, scheme: .header(Lyzr.keyHeader), transport: transport)
    }

    func reply(
        to request: TurnRequest, receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        let body = inference(request)
        let url = connection.url.appending(["v2", "stream"], trailingSlash: true)
        let answer = try await connection.open(url, body: body, for: .message(to: request.conversation.agent))
        try await receive(.accepted(serviceID: session(of: request.conversation)))

        var decoder = Lyzr.StreamDecoder(contentType: answer.contentType)
        var reader = answer.reader()
        while true {
            switch try await reader.next() {
            case .bytes(let bytes):
                try await deliver(try decoded(bytes, by: &decoder), to: receive)
                if decoder.isDone { return .complete }
            case .end:
                let (rest, end) = decoder.finish()
                try await deliver(rest, to: receive)
                return end == .complete ? .complete : .truncated
            case .broken(.silent):
                try await deliver(decoder.finish().events, to: receive)
                throw connection.error(.silent)
            case .broken:
                try await deliver(decoder.finish().events, to: receive)
                return .truncated
            }
        }
    }

    func begin(_ request: TurnRequest) async throws -> Ticket {
        let url = connection.url.appending(["v2", "task"], trailingSlash: true)
        let created: Lyzr.TaskCreated = try await connection.send(
            .POST, url, body: inference(request), for: .message(to: request.conversation.agent))
        var conversation = request.conversation
        conversation.serviceID = session(of: conversation)
        return Ticket(id: created.taskID, conversation: conversation)
    }

    func poll(_ ticket: Ticket) async throws -> PollAnswer {
        let url = connection.url.appending(["v2", "task", ticket.id])
        // The poller has a backoff of its own.
        let status: Lyzr.TaskStatus = try await connection.get(url, for: .poll, retrying: false)
        let events = status.response.map { [ReplyEvent.wholeText($0)] } ?? []
        switch status.phase {
        case .running: return PollAnswer(.running, events: events)
        case .completed: return PollAnswer(.done, events: events)
        case .failed:
            let error = ServiceError(.service, "The agent could not finish the turn.", detail: status.error)
            return PollAnswer(.failed(error), events: events)
        }
    }

    func tasks(page: String?) async throws -> Page<RemoteTask> {
        guard page == nil else { return Page([]) }
        let url = connection.url.appending(["v1", "users", connection.account.user, "sessions"])
        let list: Lyzr.SessionList = try await connection.get(
            url,
            for: .tasks(of: "the user “\(connection.account.user)”"))
        return Page(list.sessions.compactMap(task))
    }

    func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage> {
        guard page == nil else { return Page([]) }
        let url = connection.url.appending(["v1", "sessions", session(of: conversation), "history"])
        let history: Lyzr.History = try await connection.get(url, for: .history)
        return Page(history.messages.compactMap(Self.message))
    }

    private func inference(_ request: TurnRequest) -> Lyzr.InferenceRequest {
        Lyzr.InferenceRequest(
            userID: connection.account.user, agentID: request.conversation.agent.id,
            sessionID: session(of: request.conversation), message: request.text)
    }

    /// Session ids are the client's to choose. The agent's id comes first, as the vendor's own interface does it, so that a listed session
    /// tells its agent.
    private func session(of conversation: Conversation) -> String {
        conversation.serviceID ?? "\(conversation.agent.id)-\(conversation.task.rawValue)"
    }

    /// nil where no agent is configured that could answer in it.
    private func task(_ entry: Lyzr.SessionEntry) -> RemoteTask? {
        let agents = connection.account.agents
        let named = agents.first { entry.sessionID.hasPrefix($0.id + "-") }
        guard let agent = named ?? agents.first else { return nil }
        return RemoteTask(
            serviceID: entry.sessionID, agent: agent, title: entry.name ?? "",
            updatedAt: entry.createdAt?.date)
    }

    private static func message(_ message: Lyzr.HistoryMessage) -> RemoteMessage? {
        guard message.role != "system" else { return nil }
        return RemoteMessage(
            role: message.role == "user" ? .user : .agent, text: message.content, at: message.createdAt?.date)
    }

    private func decoded(
        _ bytes: [UInt8], by decoder: inout Lyzr.StreamDecoder
    ) throws -> [Lyzr.StreamDecoder.Event] {
        do {
            return try decoder.decode(bytes)
        } catch {
            throw connection.error(.tooLong(limit: error.limit))
        }
    }

    private func deliver(
        _ events: [Lyzr.StreamDecoder.Event], to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws {
        for event in events {
            switch event {
            case .text(let text):
                try await receive(.text(text))
            case .toolCall(let id, let name, let arguments):
                let step = Step(
                    id: id ?? "tool:\(name)", kind: .tool, title: name, state: .completed,
                    detail: arguments.readable)
                try await receive(.step(step))
            case .failed(let words):
                throw ServiceError(.service, "The agent could not finish its reply.", detail: words)
            }
        }
    }
}
