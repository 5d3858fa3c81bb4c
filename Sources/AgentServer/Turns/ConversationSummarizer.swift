import Agents

/// Sums up conversations: by their agent if it follows instructions, otherwise by the beginnings of the messages.
struct ConversationSummarizer: Sendable {
    struct Summary: Hashable, Sendable {
        var text: String
        /// How many turns and entries it replaces.
        var turns: Int
        var entries: Int
    }

    let store: ServerStore
    let agents: AgentDirectory

    /// In characters, of each message.
    private static let excerptLength = 160

    /// - Parameters:
    ///   - last: The last entry to sum up.
    ///   - prompt: What the client asks of the agent.
    func summary(
        of conversation: StoredConversation, upTo last: Int64, prompt: String?
    ) async throws -> Summary {
        let entries = try await store.entries(in: conversation.id, includesHidden: false).filter {
            $0.id <= last
        }
        let messages = entries.compactMap(AgentRequest.Message.init).filter { !$0.text.isEmpty }
        let text =
            messages.isEmpty
            ? ""
            : try await askAgent(of: conversation, for: messages, prompt: prompt)
                ?? Self.excerpt(of: messages)
        return Summary(text: text, turns: entries.count { $0.kind == .user }, entries: entries.count)
    }

    /// - Returns: nil if the agent of the conversation does not follow instructions.
    private func askAgent(
        of conversation: StoredConversation, for messages: [AgentRequest.Message], prompt: String?
    ) async throws -> String? {
        guard let id = conversation.agentId, let identity = try await store.agent(id: id),
            let agent = agents.profile(for: identity)?.agent, agent.followsInstructions
        else { return nil }
        let request = AgentRequest(
            conversation: conversation.key, history: messages,
            message: prompt
                ?? "Sum up our conversation so far, so that you can go on from the summary alone.")
        let collector = TextCollector()
        try await agent.reply(to: request) { event in
            if case .text(let piece) = event { await collector.append(piece) }
        }
        return await collector.text
    }

    private static func excerpt(of messages: [AgentRequest.Message]) -> String {
        let lines = messages.map { message in
            let words = message.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let start = words.prefix(excerptLength)
            return "\(message.role.rawValue): \(start)\(start.count < words.count ? "…" : "")"
        }
        return lines.joined(separator: "\n")
    }
}

private actor TextCollector {
    private(set) var text = ""

    func append(_ piece: String) {
        text += piece
    }
}
