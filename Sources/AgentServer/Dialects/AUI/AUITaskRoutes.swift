import AgentAPI
import Hummingbird

/// Tasks and their messages: `/api/v1/external/…`.
struct AUITaskRoutes {
    let backend: Backend

    private var requests: AUIRequests { AUIRequests(backend: backend) }

    func add(to routes: RouterGroup<ServerContext>, under base: RouterPath) {
        let external = routes.group(base).group("api/v1/external")
        external.post("tasks", use: create)
        external.get("tasks", use: list)
        external.get("tasks/:task", use: show)
        external.get("tasks/:task/messages", use: messages)
        external.post("message", use: send)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        var fields = try await request.bodyFields(limit: backend.limits.bodySize)
        let user = fields.require("user_id") { $0.string($1, within: 1...200) } ?? ""
        try fields.check()
        // Of a later version: what is unknown here is ignored.
        let name = fields.members["agent"]?["agent_id"]?.string
        let agent = try await requests.agent(named: name, for: context.principal)
        let new = NewConversation(agent: agent.id, user: user)
        guard let conversation = try await backend.store.create(new) else { throw APIError(.internal) }
        return try .json(AUI.Task(conversation, agent: agent, in: backend.agents))
    }

    @Sendable private func list(_ request: Request, context: ServerContext) async throws -> Response {
        guard let user = request.query("user_id"), !user.isEmpty else {
            throw APIError.invalid(["query", "user_id"], .missing, "field required")
        }
        let page = try request.number("page", default: 1, within: 1...1_000_000)
        let size = try request.number("size", default: 10, within: 1...100)
        let found = try await backend.store.conversations(
            user: user, agent: context.principal?.agent, offset: (page - 1) * size, limit: size)
        let agents = try await backend.store.agents()
        let tasks = found.page.map { conversation in
            let agent = agents.first { $0.id == conversation.agentId }
            return AUI.Task(conversation, agent: agent, in: backend.agents)
        }
        return try .json(AUI.TaskPage(tasks: tasks, total: found.total, page: page, size: size))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await conversation(context)
        let agent = try await requests.agent(of: conversation)
        return try .json(AUI.Task(conversation, agent: agent, in: backend.agents))
    }

    @Sendable private func messages(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await conversation(context)
        let agents = try await backend.store.agents()
        let messages = try await backend.store.messages(in: conversation.id).map { entry in
            AUI.Message(entry, user: conversation.userId, agent: agents.first { $0.id == entry.agentId })
        }
        return try .json(messages)
    }

    /// Responds with the complete answer. A message without an answer leaves nothing in the store, since clients send it again.
    @Sendable private func send(_ request: Request, context: ServerContext) async throws -> Response {
        let body = try await request.decode(AUI.MessageRequest.self, limit: backend.limits.bodySize)
        _ = try request.flag("is_external_api")
        let exchange = try await requests.exchange(body, keepsFailure: false, for: context.principal)
        let reply = try await backend.attend(exchange.turn, for: context)
        guard let answer = try await reply.end() else { throw APIError(.agentFailed) }
        return try .json(exchange.message(answer))
    }

    private func conversation(_ context: ServerContext) async throws -> StoredConversation {
        try await requests.conversation(hex: context.name("task"), for: context.principal)
    }
}
