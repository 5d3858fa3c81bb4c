import AgentAPI
import Agents

/// What a part of a conversation comes to.
struct ConversationSummary: Hashable, Sendable {
    var text: String
    /// How many turns and entries it stands for.
    var turns: Int
    var entries: Int
}

extension Backend {
    /// Sums up a conversation up to an entry: by its agent, if that follows instructions, or else by the beginnings of what was said.
    /// - Parameter wish: what the client wants of the summary.
    func summary(of conversation: Conversation, upTo last: Int64, wish: String?) async throws
        -> ConversationSummary
    {
        let entries = try await store.entries(in: conversation.id, includesHidden: false).filter {
            $0.id <= last
        }
        let messages = entries.compactMap(AgentRequest.Message.init).filter { !$0.text.isEmpty }
        let text =
            messages.isEmpty
            ? "" : try await told(messages, of: conversation, wish: wish) ?? Self.excerpt(of: messages)
        return ConversationSummary(
            text: text, turns: entries.count { $0.kind == .user }, entries: entries.count)
    }

    /// nil if the agent of the conversation does not take instructions.
    private func told(
        _ messages: [AgentRequest.Message], of conversation: Conversation, wish: String?
    ) async throws -> String? {
        guard let id = conversation.agentId, let identity = try await store.agent(id: id),
            let agent = agents.profile(for: identity)?.agent, agent.followsInstructions
        else { return nil }
        let request = AgentRequest(
            conversation: conversation.key, history: messages,
            message: wish ?? "Sum up our conversation so far, so that you can go on from the summary alone.")
        let collected = TextCollector()
        try await agent.reply(to: request) { event in
            if case .text(let piece) = event { await collected.add(piece) }
        }
        return await collected.text
    }

    private static func excerpt(of messages: [AgentRequest.Message]) -> String {
        let lines = messages.map { message in
            let words = message.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let start = words.prefix(excerptLength)
            return "\(message.role.rawValue): \(start)\(start.count < words.count ? "…" : "")"
        }
        return lines.joined(separator: "\n")
    }

    private static let excerptLength = 160
}

private actor TextCollector {
    private(set) var text = ""

    func add(_ piece: String) {
        text += piece
    }
}
