import AgentAPI
import Hummingbird

/// Tasks and their messages: `/api/v1/external/…`.
struct AUITaskRoutes {
    let backend: Backend

    func add(to routes: RouterGroup<ServerContext>, under base: RouterPath) {
        let external = routes.group(base).group("api/v1/external")
        external.post("tasks", use: create)
        external.get("tasks", use: list)
        external.get("tasks/:task", use: show)
        external.get("tasks/:task/messages", use: messages)
        external.post("message", use: send)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        var fields = try await request.fields(limit: backend.limits.bodySize)
        let user = fields.require("user_id") { $0.string($1, within: 1...200) } ?? ""
        let wanted = fields.object("agent")?["agent_id"]?.string
        try fields.check()
        let agent = try await backend.agent(wanted: wanted, for: context.principal)
        let new = NewConversation(agent: agent.id, user: user)
        guard let conversation = try await backend.store.create(new) else { throw APIError(.internal) }
        return try .json(backend.told(conversation, by: agent))
    }

    @Sendable private func list(_ request: Request, context: ServerContext) async throws -> Response {
        guard let user = request.query("user_id"), !user.isEmpty else {
            throw APIError(
                .invalid([Fault(path: ["query", "user_id"], kind: .missing, message: "field required")]))
        }
        let page = try request.number("page", default: 1, within: 1...1_000_000)
        let size = try request.number("size", default: 10, within: 1...100)
        let found = try await backend.store.conversations(
            user: user, agent: context.principal?.agent, offset: (page - 1) * size, limit: size)
        let agents = try await backend.store.agents()
        let tasks = found.page.map { conversation in
            backend.told(conversation, by: agents.first { $0.id == conversation.agentId })
        }
        return try .json(AUI.TaskPage(tasks: tasks, total: found.total, page: page, size: size))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await backend.conversation(hex: context.name("task"), for: context.principal)
        let agent = try await backend.agent(of: conversation)
        return try .json(backend.told(conversation, by: agent))
    }

    @Sendable private func messages(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await backend.conversation(hex: context.name("task"), for: context.principal)
        let agents = try await backend.store.agents()
        let messages = try await backend.store.messages(in: conversation.id).map { entry in
            AUI.Message(entry, user: conversation.userId, agent: agents.first { $0.id == entry.agentId })
        }
        return try .json(messages)
    }

    /// The answer when it is whole. A message that could not be answered leaves nothing behind: clients send it again.
    @Sendable private func send(_ request: Request, context: ServerContext) async throws -> Response {
        let body = try await request.decode(AUI.MessageRequest.self, limit: backend.limits.bodySize)
        _ = try request.flag("is_external_api")
        let exchange = try await AUIExchange(body, backend: backend, principal: context.principal)
        let reply = try await backend.attend(exchange.turn, for: context)
        while let event = try await reply.next() {
            if case .ended(_, let answer?) = event { return try .json(exchange.message(answer)) }
        }
        throw APIError(.agentFailed)
    }
}

/// One message and who exchanges it with whom.
struct AUIExchange: Sendable {
    let turn: NewTurn
    let conversation: Conversation
    let agent: AgentIdentity

    init(_ request: AUI.MessageRequest, backend: Backend, principal: Principal?) async throws {
        conversation = try await backend.conversation(hex: request.taskID, for: principal)
        guard conversation.isEnabled else { throw APIError(.forbidden, "This task is closed.") }
        guard let agent = try await backend.agent(of: conversation), agent.isEnabled else {
            throw APIError(.notFound(.agent))
        }
        self.agent = agent
        turn = NewTurn(
            conversation: conversation.id, agent: agent.id, input: request.text, mode: .attended,
            whenBusy: .wait,
            metadata: request.context ?? .null, keepsInputOfFailure: false)
    }

    func message(_ answer: Entry) -> AUI.Message {
        AUI.Message(answer, user: conversation.userId, agent: agent)
    }
}

extension AUI.MessageRequest: RequestBodyShape {
    var faults: [Fault] {
        [
            Fault(length: taskID, of: "task_id", within: 1...200),
            Fault(length: text, of: "text", within: 1...(1 << 20)),
        ].compactMap { $0 }
    }
}
