import AgentAPI

/// Looks up what the requests of this dialect name: tasks by 24 hexadecimal digits, and agents.
struct AUIRequests: Sendable {
    let backend: Backend

    func conversation(hex: String, for principal: Principal?) async throws -> StoredConversation {
        guard let conversation = try await backend.store.conversation(hex: hex),
            principal.canAccess(agent: conversation.agentId)
        else { throw APIError(.notFound(.conversation)) }
        return conversation
    }

    /// The agent of a new conversation: the one the client names if the key gives access to it, else the one the key is bound to, else
    /// the default.
    func agent(named name: String?, for principal: Principal?) async throws -> StoredAgent {
        if let name, let agent = try await backend.store.agent(named: name), agent.isEnabled,
            principal.canAccess(agent: agent.id)
        {
            return agent
        }
        if let id = principal?.agent, let agent = try await backend.store.agent(id: id), agent.isEnabled {
            return agent
        }
        guard let key = backend.agents.defaultKey else { throw APIError(.notFound(.agent)) }
        return try await backend.agent(named: key, for: principal)
    }

    /// The agent of a conversation; the default one if it has none yet.
    func agent(of conversation: StoredConversation) async throws -> StoredAgent? {
        if let id = conversation.agentId { return try await backend.store.agent(id: id) }
        guard let key = backend.agents.defaultKey else { return nil }
        return try await backend.store.agent(named: key)
    }

    /// - Parameter keepsFailure: Whether a message whose answer fails stays in the conversation, with what came of the answer.
    func exchange(
        _ request: AUI.MessageRequest, keepsFailure: Bool, for principal: Principal?
    ) async throws -> AUIExchange {
        let conversation = try await conversation(hex: request.taskID, for: principal)
        guard conversation.isEnabled else { throw APIError(.forbidden, "This task is closed.") }
        guard let agent = try await agent(of: conversation), agent.isEnabled else {
            throw APIError(.notFound(.agent))
        }
        let turn = NewTurn(
            conversation: conversation.id, agent: agent.id, input: request.text, mode: .attended,
            whenBusy: .wait, metadata: request.context ?? .null, keepsInputOfFailure: keepsFailure)
        return AUIExchange(turn: turn, conversation: conversation, agent: agent)
    }
}

/// A message, and the conversation and agent that it goes to.
struct AUIExchange: Sendable {
    let turn: NewTurn
    let conversation: StoredConversation
    let agent: StoredAgent

    func message(_ answer: StoredEntry) -> AUI.Message {
        AUI.Message(answer, user: conversation.userId, agent: agent)
    }
}

extension AUI.MessageRequest: ValidatedBody {
    var fieldErrors: [FieldError] {
        [
            FieldError(length: taskID, of: "task_id", within: 1...200),
            FieldError(length: text, of: "text", within: 1...(1 << 20)),
        ].compactMap { $0 }
    }
}
