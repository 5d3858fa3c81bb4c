import AgentAPI

extension Backend {
    /// The conversation that a client names by 24 hexadecimal digits.
    func conversation(hex: String, for principal: Principal?) async throws -> Conversation {
        guard let conversation = try await store.conversation(hex: hex),
            principal?.agent == nil || principal?.agent == conversation.agentId
        else { throw APIError(.notFound(.conversation)) }
        return conversation
    }

    /// The agent that a new conversation is with: the one that is wanted, or else the key's, or else the default.
    func agent(wanted name: String?, for principal: Principal?) async throws -> AgentIdentity {
        if let name { return try await agent(named: name, for: principal) }
        if let id = principal?.agent, let agent = try await store.agent(id: id), agent.isEnabled {
            return agent
        }
        guard let key = agents.defaultKey else { throw APIError(.notFound(.agent)) }
        return try await agent(named: key, for: principal)
    }

    /// The agent of a conversation; the default one of a conversation that has none yet.
    func agent(of conversation: Conversation) async throws -> AgentIdentity? {
        if let id = conversation.agentId { return try await store.agent(id: id) }
        guard let key = agents.defaultKey else { return nil }
        return try await store.agent(named: key)
    }

    /// A conversation as a task of this dialect.
    func told(_ conversation: Conversation, by agent: AgentIdentity?) -> AUI.Task {
        let profile = agent.flatMap(agents.profile(for:))
        let welcome = profile?.welcome ?? ""
        return AUI.Task(
            id: conversation.hex, userID: conversation.userId ?? "",
            title: conversation.name.isEmpty ? "New Conversation" : conversation.name,
            welcomeMessage: welcome.isEmpty ? nil : welcome, suggestions: profile?.suggestions)
    }
}

extension AUI.Message {
    init(_ entry: Entry, user: String?, agent: AgentIdentity?) {
        let person = AUI.Party(id: user ?? "user", type: "user")
        let speaker = AUI.Party(id: agent?.key ?? "agent", type: "agent")
        let isFromPerson = entry.kind == .user
        let suggestions = entry.data["suggestions"]?.elements?.compactMap(\.string) ?? []
        self.init(
            id: entry.token, createdAt: Timestamp(entry.createdAt, .utc(digits: 3)), text: entry.text,
            sender: isFromPerson ? person : speaker, receiver: isFromPerson ? speaker : person,
            suggestions: suggestions)
    }
}
