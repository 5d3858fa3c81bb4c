import Logging

/// What the routes of every dialect work with.
struct Backend: Sendable {
    let store: ServerStore
    let runner: TurnRunner
    let agents: AgentDirectory
    let keyring: Keyring
    let limits: ServerLimits
    let prefix: PathPrefix
    let turnstile: AdmissionControl
    let metrics: ServerMetrics

    /// The agent that a client names, by 24 hexadecimal digits or by key.
    /// - Throws: ``APIError`` if there is none, or none that this key may speak with.
    func agent(named name: String, for principal: Principal?) async throws -> AgentIdentity {
        let agent = try await anyAgent(named: name, for: principal)
        guard agent.isEnabled else { throw APIError(.notFound(.agent)) }
        return agent
    }

    /// The same, also of one that is disabled.
    func anyAgent(named name: String, for principal: Principal?) async throws -> AgentIdentity {
        guard let agent = try await store.agent(named: name),
            principal?.agent == nil || principal?.agent == agent.id
        else { throw APIError(.notFound(.agent)) }
        return agent
    }

    /// One that a client made; the others are the configuration's.
    func ownAgent(named name: String, for principal: Principal?) async throws -> AgentIdentity {
        let agent = try await anyAgent(named: name, for: principal)
        guard agent.origin == .created else {
            throw APIError(
                .forbidden, "This agent is part of the server's configuration and is changed there")
        }
        return agent
    }

    /// Removes an agent that a client made, with its conversations; what runs in them is stopped.
    func delete(_ agent: AgentIdentity) async throws {
        for conversation in try await store.conversations(agent: agent.id) {
            await runner.interrupt(conversation: conversation.id)
        }
        try await store.delete(agent: agent.id)
    }

    /// The conversation that a client names by its key.
    func conversation(key: String, for principal: Principal?) async throws -> Conversation {
        guard let conversation = try await store.conversation(key: key),
            principal?.agent == nil || principal?.agent == conversation.agentId
        else { throw APIError(.notFound(.conversation)) }
        return conversation
    }
}
