/// How much of a conversation an agent is given: the latest messages that fit, after the summary if there is one.
struct HistoryBudget: Hashable, Sendable {
    /// Of the history alone: the message to answer is always given whole.
    var characters: Int

    /// - Returns: The part that fits, oldest first. It starts with a message of the person: an answer without its question says little.
    func trim(_ history: [AgentRequest.Message]) -> [AgentRequest.Message] {
        let summary = history.first.flatMap { $0.role == .summary ? $0 : nil }
        var room = characters - (summary?.text.count ?? 0)
        var kept: [AgentRequest.Message] = []
        let messages = history.dropFirst(summary == nil ? 0 : 1)
        for message in messages.reversed() {
            room -= message.text.count
            guard room >= 0 else { break }
            kept.append(message)
        }
        let latest = kept.reversed().drop { $0.role == .agent && kept.count < messages.count }
        return [summary].compactMap(\.self) + latest
    }
}
