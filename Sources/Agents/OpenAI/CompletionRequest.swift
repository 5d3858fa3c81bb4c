import Wire

/// The body of `POST /chat/completions`.
struct CompletionRequest: Sendable {
    var model: String
    var system: String?
    var history: HistoryBudget
    var temperature: Double?
    var topP: Double?
    var maxTokens: Int?
    var asksForUsage = false

    func body(for request: AgentRequest) -> JSONValue {
        var body: [String: JSONValue] = [
            "model": .string(model), "stream": true, "messages": .array(messages(for: request)),
        ]
        body["temperature"] = temperature.map(JSONValue.number)
        body["top_p"] = topP.map(JSONValue.number)
        body["max_tokens"] = maxTokens.map { .integer(Int64($0)) }
        if asksForUsage { body["stream_options"] = ["include_usage": true] }
        return .object(body)
    }

    private func messages(for request: AgentRequest) -> [JSONValue] {
        let history = history.trim(request.history)
        let instructions =
            [system, request.instructions] + history.filter { $0.role == .summary }.map(Self.summary)
        let prompt = instructions.compactMap(\.self).joined(separator: "\n\n")
        var turns: [(role: String, text: String)] = prompt.isEmpty ? [] : [("system", prompt)]
        for message in history where message.role != .summary {
            Self.add(message.text, as: message.role == .user ? "user" : "assistant", to: &turns)
        }
        Self.add(request.message, as: "user", to: &turns)
        return turns.map { ["role": .string($0.role), "content": .string($0.text)] }
    }

    /// Joins messages of the same side: after a turn without an answer two follow each other, which some models' templates refuse.
    private static func add(_ text: String, as role: String, to turns: inout [(role: String, text: String)]) {
        if let last = turns.last, last.role == role {
            turns[turns.count - 1].text += "\n\n" + text
        } else {
            turns.append((role, text))
        }
    }

    private static func summary(_ message: AgentRequest.Message) -> String {
        "Summary of the conversation so far:\n\(message.text)"
    }
}
