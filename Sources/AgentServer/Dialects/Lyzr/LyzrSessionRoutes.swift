import AgentAPI
import Hummingbird

/// Conversations and their messages: `/v1/sessions/`.
struct LyzrSessionRoutes {
    let backend: Backend

    private var requests: LyzrRequests { LyzrRequests(backend: backend) }

    func add(to routes: RouterGroup<ServerContext>) {
        routes.post("v1/sessions", use: create)
        routes.get("v1/sessions/:session", use: show)
        routes.put("v1/sessions/:session", use: update)
        routes.get("v1/sessions/:session/history", use: history)
        routes.get("v1/sessions/:session/:agent/history", use: history)
        routes.get("v1/sessions/:session/conversation", use: transcript)
        routes.get("v1/sessions/:session/summary", use: summary)
        routes.get("v1/agent/:agent/sessions", use: sessionsOfAgent)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        let body = try await request.decode(Lyzr.SessionRequest.self, limit: backend.limits.bodySize)
        let new = NewConversation(
            agent: context.principal?.agent, user: body.userID, metadata: body.metadata ?? .emptyObject)
        guard let conversation = try await backend.store.create(new) else { throw APIError(.internal) }
        return try .json(Lyzr.SessionCreated(sessionID: conversation.key))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await requests.conversation(context)
        let isBusy = try await backend.store.isBusy(conversation.id)
        return try .json(Lyzr.Session(conversation, isActive: isBusy))
    }

    @Sendable private func update(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await requests.conversation(context)
        let body = try await request.decode(Lyzr.SessionRequest.self, limit: backend.limits.bodySize)
        try await backend.store.update(conversation.id, user: body.userID, metadata: body.metadata)
        let metadata = body.metadata ?? conversation.metadata
        return try .json(Lyzr.SessionCreated(sessionID: conversation.key, metadata: metadata))
    }

    @Sendable private func history(_ request: Request, context: ServerContext) async throws -> Response {
        let form: Timestamp.Form = try request.flag("unix") ?? false ? .unix : .naive()
        let messages = try await messages(context)
        return try .json(Lyzr.History(messages.map { Lyzr.HistoryMessage($0, form: form) }))
    }

    @Sendable private func transcript(_ request: Request, context: ServerContext) async throws -> Response {
        let lines = try await messages(context).map { "\(Lyzr.HistoryMessage.role($0)): \($0.text)" }
        return try .json(Lyzr.Payload(payload: lines.joined(separator: "\n")))
    }

    @Sendable private func summary(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await requests.conversation(context)
        let summary = try await backend.summary(of: conversation, upTo: .max, for: context)
        return try .json(Lyzr.Payload(payload: summary?.text ?? ""))
    }

    @Sendable private func sessionsOfAgent(_ request: Request, context: ServerContext) async throws
        -> Response
    {
        let agent = try await backend.agent(named: context.name("agent"), for: context.principal)
        let conversations = try await backend.store.conversations(agent: agent.id)
        return try .json(Lyzr.SessionList(conversations.map(Lyzr.SessionEntry.init)))
    }

    private func messages(_ context: ServerContext) async throws -> [StoredEntry] {
        let conversation = try await requests.conversation(context)
        guard let name = context.parameters.get("agent") else {
            return try await backend.store.messages(in: conversation.id)
        }
        let agent = try await backend.agent(named: name, for: context.principal)
        return try await backend.store.messages(in: conversation.id, agent: agent.id)
    }
}
