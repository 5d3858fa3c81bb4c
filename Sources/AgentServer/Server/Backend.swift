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
    /// What there is to say of the store to the person who runs the server; nil in the usual case.
    let storeProblem: String?

    private var summarizer: ConversationSummarizer { ConversationSummarizer(store: store, agents: agents) }
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

    /// - Throws: ``APIError`` unless clients may change the agent: a client has to have created it.
    func checkEditable(_ agent: StoredAgent) throws {
        guard agent.origin == .created else {
            throw APIError(
                .forbidden, "This agent is part of the server's configuration and is changed there")
        }
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

    /// Sums up a conversation for a waiting client, within the same limits as a reply, and stops if the client disconnects.
    /// - Parameters:
    ///   - last: The last entry to sum up.
    ///   - prompt: What the client asks of the agent.
    ///   - isExclusive: Whether there may be no other summary of the conversation at the same time.
    /// - Returns: nil if nothing was said since the last summary.
    func summary(
        of conversation: StoredConversation, upTo last: Int64, prompt: String? = nil,
        isExclusive: Bool = false, for context: ServerContext
    ) async throws -> ConversationSummarizer.Summary? {
        let permit = try admission.acquire(.reply, for: context.principal)
        defer { withExtendedLifetime(permit) {} }
        let start = ContinuousClock.now
        let work = Task {
            try await runner.summarize(conversation: conversation.id, isExclusive: isExclusive) {
                try await summarizer.summary(of: conversation, upTo: last, prompt: prompt)
            }
        }
        await context.disconnectHandler?.onDisconnect { work.cancel() }
        let result = await work.result
        metrics.countSummary(result, seconds: (ContinuousClock.now - start) / .seconds(1))
        return try result.get()
    }

    /// Deletes an agent that a client created, with its conversations, and stops their turns.
    func delete(_ agent: StoredAgent) async throws {
        for conversation in try await store.conversations(agent: agent.id) {
            try await runner.interrupt(conversation: conversation.id)
        }
        try await store.delete(agent: agent.id)
    }

    /// Offers agents beside the configured ones, until the server stops.
    func offer(_ found: [AgentDefinition]) async throws {
        try await store.add(found.map(AgentNames.init))
        agents.add(found)
    }
}
