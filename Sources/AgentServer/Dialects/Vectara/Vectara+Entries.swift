import AgentAPI
import Wire

extension Vectara.Event {
    private static let idPrefix = "aev_"
    private static let outputSuffix = "_output"

    /// The name of the entry that an event id stands for; nil if it is none of ours.
    static func token(of id: String) -> String? {
        guard id.hasPrefix(idPrefix) else { return nil }
        let token = id.dropFirst(idPrefix.count)
        return String(token.hasSuffix(outputSuffix) ? token.dropLast(outputSuffix.count) : token)
    }

    static func id(of entry: Entry) -> String { idPrefix + entry.token }

    /// What an entry is told as: one event, or two for a tool that has answered.
    static func events(of entry: Entry, in session: String) -> [Vectara.Event] {
        switch entry.kind {
        case .user:
            let message: JSONValue = ["type": "text", "content": .string(entry.text)]
            return [of(entry, in: session, "input_message", ["messages": [message]])]
        case .agent:
            return [of(entry, in: session, "agent_output", ["content": .string(entry.text)])]
        case .thinking:
            return [of(entry, in: session, "thinking", ["content": .string(entry.text)])]
        case .tool:
            let answer = entry.state == .running ? [] : [toolOutput(entry, in: session)]
            return [toolInput(entry, in: session)] + answer
        case .compaction:
            return [of(entry, in: session, "compaction", summary(entry))]
        }
    }

    static func toolInput(_ entry: Entry, in session: String) -> Vectara.Event {
        var fields = tool(entry)
        fields["tool_input"] = object(entry.data["input"] ?? .emptyObject)
        return of(entry, in: session, "tool_input", fields)
    }

    static func toolOutput(_ entry: Entry, in session: String) -> Vectara.Event {
        var fields = tool(entry)
        fields["tool_output"] = object(entry.data["output"] ?? entry.data["error"] ?? .emptyObject)
        fields["error"] = .bool(entry.state != .completed)
        var event = of(entry, in: session, "tool_output", fields)
        event.id = id(of: entry) + outputSuffix
        event.createdAt = Timestamp(entry.endedAt ?? entry.createdAt, .utc(digits: 3))
        return event
    }

    private static func of(
        _ entry: Entry, in session: String, _ type: String, _ fields: [String: JSONValue]
    ) -> Vectara.Event {
        Vectara.Event(
            type, id: id(of: entry), sessionKey: session,
            createdAt: Timestamp(entry.createdAt, .utc(digits: 3)),
            fields: fields)
    }

    private static func tool(_ entry: Entry) -> [String: JSONValue] {
        let name = entry.data["name"] ?? "tool"
        return [
            "tool_call_id": entry.data["call"] ?? .string(entry.token), "tool_configuration_name": name,
            "tool_name": name,
        ]
    }

    private static func summary(_ entry: Entry) -> [String: JSONValue] {
        [
            "turns_compacted": entry.data["turns"] ?? 0, "events_compacted": entry.data["events"] ?? 0,
            "summary_key": .string(id(of: entry)), "summary_text": .string(entry.text),
        ]
    }

    /// The contract wants objects.
    private static func object(_ value: JSONValue) -> JSONValue {
        if case .object = value { value } else { ["value": value] }
    }
}
