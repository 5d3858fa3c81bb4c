import Agents

/// The parts of a running server, and the look-ups that several dialects share.
struct Backend: Sendable {
    let store: ServerStore
    let runner: TurnRunner
    let agents: AgentDirectory
    let keyring: Keyring
    let limits: ServerLimits
    let prefix: PathPrefix
    let admission: AdmissionControl
    let metrics: ServerMetrics

    var summarizer: ConversationSummarizer { ConversationSummarizer(store: store, agents: agents) }
}

extension Backend {
    /// The agent that a client names by 24 hexadecimal digits or by key.
    /// - Throws: ``APIError`` if there is none, it is disabled, or the key gives no access to it.
    func agent(named name: String, for principal: Principal?) async throws -> StoredAgent {
        let agent = try await anyAgent(named: name, for: principal)
        guard agent.isEnabled else { throw APIError(.notFound(.agent)) }
        return agent
    }

    /// Like ``agent(named:for:)``, but returns a disabled agent too.
    func anyAgent(named name: String, for principal: Principal?) async throws -> StoredAgent {
        guard let agent = try await store.agent(named: name), principal.canAccess(agent: agent.id) else {
            throw APIError(.notFound(.agent))
        }
        return agent
    }

    /// An agent that clients may change: one that a client created.
    func editableAgent(named name: String, for principal: Principal?) async throws -> StoredAgent {
        let agent = try await anyAgent(named: name, for: principal)
        guard agent.origin == .created else {
            throw APIError(
                .forbidden, "This agent is part of the server's configuration and is changed there")
        }
        return agent
    }

    /// The conversation that a client names by its key.
    func conversation(key: String, for principal: Principal?) async throws -> StoredConversation {
        guard let conversation = try await store.conversation(key: key),
            principal.canAccess(agent: conversation.agentId)
        else { throw APIError(.notFound(.conversation)) }
        return conversation
    }

    /// Begins a turn for a waiting client, and stops it if the client disconnects before the answer is complete.
    func attend(_ turn: NewTurn, for context: ServerContext) async throws -> ReplyStream {
        let permit = try admission.acquire(.reply, for: context.principal)
        let reply = try await runner.attend(turn, permit: permit)
        await context.disconnectHandler?.onDisconnect { [weak reply] in reply?.cancel() }
        return reply
    }

    /// Deletes an agent that a client created, with its conversations, and stops their turns.
    func delete(_ agent: StoredAgent) async throws {
        for conversation in try await store.conversations(agent: agent.id) {
            await runner.interrupt(conversation: conversation.id)
        }
        try await store.delete(agent: agent.id)
    }

    /// Offers agents beside the configured ones, until the server stops.
    func offer(_ found: [AgentDefinition]) async throws {
        try await store.add(found.map(AgentNames.init))
        agents.add(found)
    }
}
