import AgentAPI
import Foundation
import SessionCore

/// The Lyzr Agent API as an ``AgentService``: streamed replies, background turns, sessions and history. Hosts of version 3 have other
/// paths, list their agents and can interrupt a turn.
struct LyzrService: AgentService {
    let capabilities: Capabilities
    let connection: ServiceConnection
    private let routes: LyzrRoutes
    var isStudio: Bool { routes.version == .v3 }
    /// The likelier route of background turns.
    private let taskRoute = OptionalEndpoint()

    init(_ account: ServiceAccount, transport: HTTPTransport) throws {
        var connection = try ServiceConnection(
            account, scheme: .header(Lyzr.keyHeader), transport: transport)
        routes = LyzrRoutes(&connection.url)
        self.connection = connection
        let common: Capabilities = [.streams, .background, .listsTasks, .history]
        let offered = routes.version == .v3 ? common.union([.listsAgents, .interrupts]) : common
        capabilities = account.capabilities(account.delete == nil ? offered : offered.union(.deletes))
    }

    /// The API deletes no sessions.
    func delete(_ conversation: Conversation) async throws {
        if let session = conversation.serviceID { try await connection.account.delete?(session) }
    }

    /// The API forks no sessions.
    func fork(_ conversation: Conversation, upTo point: ForkPoint?) async throws -> String {
        try await connection.account.fork(conversation, upTo: point)
    }

    func chosenID(for conversation: Conversation) -> String? { session(of: conversation) }

    // MARK: Replies

    func reply(
        to request: TurnRequest, receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        let body = inference(request)
        let url = connection.url.appending(routes.stream, trailingSlash: true)
        let answer = try await connection.open(
            url, body: body, headers: isStudio ? [Lyzr.stepsHeader: "yes"] : [:],
            for: .message(to: request.conversation.agent))
        try await receive(.accepted(serviceID: session(of: request.conversation)))

        var decoder = Lyzr.StreamDecoder(contentType: answer.contentType)
        var reply = LyzrReply()
        var reader = answer.reader()
        while true {
            switch try await reader.next() {
            case .bytes(let bytes):
                try await emit(try decoded(bytes, by: &decoder), of: &reply, to: receive)
                if decoder.isDone { return try await end(.complete, of: &reply, receive) }
            case .end:
                let (rest, end) = decoder.finish()
                try await emit(rest, of: &reply, to: receive)
                return try await self.end(end == .complete ? .complete : .truncated, of: &reply, receive)
            case .broken(let failure):
                try await emit(decoder.finish(isBroken: true).events, of: &reply, to: receive)
                if failure == .silent || failure.isOfBody { throw connection.error(failure) }
                return try await end(.truncated, of: &reply, receive)
            }
        }
    }

    private func emit(
        _ events: [Lyzr.StreamDecoder.Event], of reply: inout LyzrReply,
        to receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws {
        for event in events {
            if case .unexpectedPage(let title) = event { throw connection.unexpectedPage(title, .reply) }
            for event in try reply.apply(event) { try await receive(event) }
        }
    }

    private func end(
        _ end: ReplyEnd, of reply: inout LyzrReply, _ receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        for event in reply.endThinking() { try await receive(event) }
        return end
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

    func interrupt(_ conversation: Conversation) async throws {
        let url = connection.url.appending(["v3", "inference", "session", session(of: conversation), "stop"])
        try await connection.perform(.POST, url, for: .change("stop the turn"))
    }

    // MARK: Background turns

    func begin(_ request: TurnRequest) async throws -> Ticket {
        let ticket = try await create(inference(request), for: .message(to: request.conversation.agent))
        var conversation = request.conversation
        conversation.serviceID = session(of: conversation)
        return Ticket(id: ticket.text, conversation: conversation)
    }

    private func create(
        _ body: Lyzr.InferenceRequest, for operation: Operation
    ) async throws -> LyzrRoutes.Ticket {
        let routes = taskRoute.isMissing ? Array(self.routes.tasks.dropFirst()) : self.routes.tasks
        for route in routes {
            let url = connection.url.appending(route.path, trailingSlash: route.hasTrailingSlash)
            let answer = try await connection.attempt(
                .POST, url, body: body, as: Lyzr.TaskCreated.self, for: operation)
            switch answer {
            case .success(let created):
                return LyzrRoutes.Ticket(route: route, id: created.taskID)
            // No such route: nothing has accepted the message.
            case .failure(let response) where response.isNoSuchRoute && route != routes.last:
                taskRoute.markMissing()
            case .failure(let response):
                throw connection.error(response, operation)
            }
        }
        throw ServiceError(.notFound, "\(connection.url.host) offers no background turns.")
    }

    func poll(_ ticket: Ticket) async throws -> PollAnswer {
        let known = LyzrRoutes.Ticket(ticket.id)
        let url = connection.url.appending(known.route.path + [known.id])
        // The core's poller has the backoff.
        let status: Lyzr.TaskStatus = try await connection.get(url, for: .poll, retrying: false)
        let metadata = Lyzr.ReplyMetadata(status.metadata)
        let events = status.response.map { LyzrReply.whole($0, metadata) } ?? []
        switch status.phase {
        case .running: return PollAnswer(.running, events: events)
        case .completed: return PollAnswer(.done, events: events)
        case .failed:
            let error = ServiceError(
                .service, "The agent could not finish the turn. Send it again.", detail: status.error)
            return PollAnswer(.failed(error), events: events)
        }
    }

    // MARK: Agents, sessions and history

    func agents() async throws -> [Agent] {
        let url = connection.url.appending(["v3", "agents"], trailingSlash: true)
        let list: Lyzr.AgentList = try await connection.get(url, for: .agents)
        return list.agents.map { Agent(id: $0.id, name: $0.name) }
    }

    func tasks(page: String?) async throws -> Page<RemoteTask> {
        guard page == nil else { return Page([]) }
        let url = connection.url.appending(["v1", "users", connection.account.user, "sessions"])
        let list: Lyzr.SessionList = try await connection.get(
            url,
            for: .tasks(of: "the user “\(connection.account.user)”"))
        let agents = try await knownAgents()
        return Page(list.sessions.compactMap { Self.task($0, of: agents) })
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

    /// The client chooses session ids. The agent's id comes first, as in the vendor's own interface, so that a listed session shows its
    /// agent.
    private func session(of conversation: Conversation) -> String {
        conversation.serviceID ?? "\(conversation.agent.id)-\(conversation.task.rawValue)"
    }

    private func knownAgents() async throws -> [Agent] {
        let agents = connection.account.agents
        return agents.isEmpty && isStudio ? try await self.agents() : agents
    }

    /// - Returns: nil if the account has no agent that could answer in it.
    private static func task(_ entry: Lyzr.SessionEntry, of agents: [Agent]) -> RemoteTask? {
        let named = agents.first { entry.sessionID.hasPrefix($0.id + "-") }
        guard let agent = named ?? agents.first else { return nil }
        return RemoteTask(
            serviceID: entry.sessionID, agent: agent, title: entry.name ?? "",
            updatedAt: entry.createdAt?.date)
    }

    private static func message(_ message: Lyzr.HistoryMessage) -> RemoteMessage? {
        guard message.role != "system" else { return nil }
        if message.role == "user" {
            return RemoteMessage(role: .user, text: message.content, at: message.createdAt?.date)
        }
        let (thinking, text) = Lyzr.Thoughts.split(message.content)
        let steps = thinking.isEmpty ? [] : [LyzrReply.thought(thinking)]
        let metadata = Lyzr.ReplyMetadata(message.metadata)
        return RemoteMessage(
            role: .agent, text: text, at: message.createdAt?.date, extras: Extras(steps: steps),
            format: metadata.messageFormat, usage: metadata.tokenUsage)
    }
}
