import AgentAPI

extension Backend {
    /// The agent and the session that a path names.
    func session(_ context: ServerContext) async throws -> (AgentIdentity, Conversation) {
        let agent = try await anyAgent(named: context.name("agent"), for: context.principal)
        return (agent, try await session(context.name("session"), of: agent))
    }

    func session(_ key: String, of agent: AgentIdentity) async throws -> Conversation {
        guard let conversation = try await store.conversation(key: key), conversation.agentId == agent.id
        else {
            throw APIError(.notFound(.conversation))
        }
        return conversation
    }

    /// The entry behind an event id; one that makes two events answers to both.
    func entry(event id: String, in conversation: Conversation) async throws -> Entry {
        guard let token = Vectara.Event.token(of: id),
            let entry = try await store.entry(token: token, in: conversation.id)
        else { throw APIError(.notFound(.event)) }
        return entry
    }
}
