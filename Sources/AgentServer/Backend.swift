import Logging

/// What the routes of every dialect work with.
struct Backend: Sendable {
    let store: ServerStore
    let runner: TurnRunner
    let agents: AgentDirectory
    let keyring: Keyring
    let limits: ServerLimits

    /// The agent that a client names, by 24 hexadecimal digits or by key.
    /// - Throws: ``Refusal`` if there is none, or none that this key may speak with.
    func agent(named name: String, for principal: Principal?) async throws -> AgentIdentity {
        let agent = try await anyAgent(named: name, for: principal)
        guard agent.isEnabled else { throw Refusal(.notFound(.agent)) }
        return agent
    }

    /// The same, also of one that is disabled.
    func anyAgent(named name: String, for principal: Principal?) async throws -> AgentIdentity {
        guard let agent = try await store.agent(named: name),
            principal?.agent == nil || principal?.agent == agent.id
        else { throw Refusal(.notFound(.agent)) }
        return agent
    }

    /// The conversation that a client names by its key.
    func conversation(key: String, for principal: Principal?) async throws -> Conversation {
        guard let conversation = try await store.conversation(key: key),
            principal?.agent == nil || principal?.agent == conversation.agentId
        else { throw Refusal(.notFound(.conversation)) }
        return conversation
    }
}
