/// How much of a conversation an agent is given: the latest messages that fit into a budget, and a summary that stands at the
/// beginning.
struct HistoryBudget: Hashable, Sendable {
    /// In characters, of the history alone: the message that is to be answered is always given whole.
    var budget: Int

    /// The part of the history that fits, oldest first. It begins with what the person said: an answer without its question says little.
    func cut(_ history: [AgentRequest.Message]) -> [AgentRequest.Message] {
        let summary = history.first.flatMap { $0.role == .summary ? $0 : nil }
        var room = budget - (summary?.text.count ?? 0)
        var kept: [AgentRequest.Message] = []
        for message in history.dropFirst(summary == nil ? 0 : 1).reversed() {
            room -= message.text.count
            guard room >= 0 else { break }
            kept.append(message)
        }
        let latest = kept.reversed().drop { $0.role == .agent && kept.count < history.count }
        return [summary].compactMap(\.self) + latest
    }
}
