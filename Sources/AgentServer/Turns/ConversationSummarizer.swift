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
    /// - Returns: nil if nothing was said since the last summary.
    func summary(
        of conversation: StoredConversation, upTo last: Int64, prompt: String?
    ) async throws -> Summary? {
        let all = try await store.entries(in: conversation.id, includesHidden: false).filter { $0.id <= last }
        let earlier = all.last { $0.kind == .compaction }
        let entries = all.filter { $0.kind != .compaction && $0.id > earlier?.lastSummedUp ?? 0 }
        let messages = entries.compactMap(AgentRequest.Message.init).filter { !$0.text.isEmpty }
        guard !messages.isEmpty else { return nil }
        let history = [earlier].compactMap(\.self).compactMap(AgentRequest.Message.init) + messages
        let text =
            try await askAgent(of: conversation, for: history, prompt: prompt) ?? Self.excerpt(of: history)
        return Summary(text: text, turns: entries.count { $0.kind == .user }, entries: entries.count)
    }

    /// - Returns: nil if the agent of the conversation does not follow instructions.
    private func askAgent(
        of conversation: StoredConversation, for messages: [AgentRequest.Message], prompt: String?
    ) async throws -> String? {
        guard let id = conversation.agentId, let identity = try await store.agent(id: id),
            let agent = agents.profile(for: identity)?.agent, agent.followsInstructions
        else { return nil }
        let prompt = prompt ?? "Sum up our conversation so far, so that you can go on from the summary alone."
        return try await HistoryPortions(limit: agent.historyLimit).reduce(messages) { portion in
            let request = AgentRequest(conversation: conversation.key, history: portion, message: prompt)
            let collector = TextCollector()
            try await agent.reply(to: request) { event in
                try Task.checkCancellation()
                if case .text(let piece) = event { try await collector.append(piece) }
            }
            try Task.checkCancellation()
            return await collector.text
        }
    }

    /// A summary is short already.
    private static func excerpt(of messages: [AgentRequest.Message]) -> String {
        let lines = messages.map { message in
            if message.role == .summary { return message.text }
            let words = message.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let start = words.prefix(excerptLength)
            return "\(message.role.rawValue): \(start)\(start.count < words.count ? "…" : "")"
        }
        return lines.joined(separator: "\n")
    }
}

/// Sums up more than an agent reads at once: portion by portion, and then the summaries of the portions.
struct HistoryPortions: Sendable {
    /// In characters; nil for any number.
    var limit: Int?

    /// - Parameter summary: Sums up a portion of the messages, which is within the limit.
    /// - Returns: A summary in which every message has been read.
    func reduce(
        _ messages: [AgentRequest.Message], summary: ([AgentRequest.Message]) async throws -> String
    ) async throws -> String {
        var messages = messages
        while true {
            var summaries: [AgentRequest.Message] = []
            for portion in portions(of: messages) {
                try Task.checkCancellation()
                summaries.append(.init(.summary, try await summary(portion)))
            }
            let isShorter = Self.length(of: summaries) < Self.length(of: messages)
            // An agent that does not shorten would be asked for ever.
            guard summaries.count > 1, isShorter else {
                return summaries.map(\.text).joined(separator: "\n\n")
            }
            messages = summaries
        }
    }

    /// Splits messages into portions within the limit, a message of more than that into several.
    func portions(of messages: [AgentRequest.Message]) -> [[AgentRequest.Message]] {
        guard let limit = limit.map({ max(1, $0) }) else { return [messages] }
        var portions: [[AgentRequest.Message]] = []
        var room = 0
        for message in messages.flatMap({ Self.pieces(of: $0, limit: limit) }) {
            let length = message.text.count
            if length > room || portions.isEmpty {
                portions.append([])
                room = limit
            }
            portions[portions.count - 1].append(message)
            room -= length
        }
        return portions
    }

    /// Cuts between words where there are any.
    private static func pieces(of message: AgentRequest.Message, limit: Int) -> [AgentRequest.Message] {
        var pieces: [AgentRequest.Message] = []
        var rest = message.text[...]
        while rest.count > limit {
            let piece = rest.prefix(limit)
            let end = piece.lastIndex(where: \.isWhitespace).map(piece.index(after:)) ?? piece.endIndex
            pieces.append(.init(message.role, String(rest[..<end])))
            rest = rest[end...]
        }
        return pieces + [.init(message.role, String(rest))]
    }

    private static func length(of messages: [AgentRequest.Message]) -> Int {
        messages.reduce(0) { $0 + $1.text.count }
    }
}

private actor TextCollector {
    private(set) var text = ""

    func append(_ piece: String) throws {
        try ReplyRecorder.check(text, plus: piece)
        text += piece
    }
}
