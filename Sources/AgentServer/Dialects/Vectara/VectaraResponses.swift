import AgentAPI
import Wire

// Rows of the store in the types of this dialect.

extension Vectara.Agent {
    init(_ agent: StoredAgent) {
        var rest = Self.minimal
        if agent.origin == .configured { rest["model"] = ["name": .string(agent.key)] }
        rest.merge(agent.definition.members) { _, own in own }
        rest[StoredAgent.studioFields] = nil
        rest["updated_at"] = .string(Timestamp(agent.updatedAt, .utc(digits: 3)).text)
        self.init(
            key: agent.key, name: agent.name, description: agent.description, isEnabled: agent.isEnabled,
            createdAt: Timestamp(agent.createdAt, .utc(digits: 3)), rest: rest)
    }
}

extension Vectara.Session {
    init(_ conversation: StoredConversation, agent: StoredAgent, status: ConversationStatus) {
        var minutes: Int?
        if case .integer(let number)? = conversation.attributes["tti_minutes"] { minutes = Int(number) }
        self.init(
            key: conversation.key, agentKey: agent.key,
            name: conversation.name.isEmpty ? "New session" : conversation.name,
            description: conversation.description, metadata: conversation.metadata,
            isEnabled: conversation.isEnabled, createdAt: Timestamp(conversation.createdAt, .utc(digits: 3)),
            status: Self.word(for: status), idleMinutes: minutes, secrets: conversation.attributes["secrets"])
    }

    private static func word(for status: ConversationStatus) -> String {
        switch status {
        case .fresh: "unstarted"
        case .running: "running"
        case .idle: "stopped"
        }
    }
}

extension Vectara.Event {
    private static let idPrefix = "aev_"
    private static let outputSuffix = "_output"

    /// The token of the entry that an event id belongs to; nil if the id is malformed.
    static func token(of id: String) -> String? {
        guard id.hasPrefix(idPrefix) else { return nil }
        let token = id.dropFirst(idPrefix.count)
        return String(token.hasSuffix(outputSuffix) ? token.dropLast(outputSuffix.count) : token)
    }

    static func id(of entry: StoredEntry) -> String { idPrefix + entry.token }

    /// The events of an entry: one, or two for a tool call with a result.
    static func events(of entry: StoredEntry, in session: String) -> [Vectara.Event] {
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

    static func toolInput(_ entry: StoredEntry, in session: String) -> Vectara.Event {
        var fields = tool(entry)
        fields["tool_input"] = object(entry.data["input"] ?? .emptyObject)
        return of(entry, in: session, "tool_input", fields)
    }

    static func toolOutput(_ entry: StoredEntry, in session: String) -> Vectara.Event {
        var fields = tool(entry)
        fields["tool_output"] = object(entry.data["output"] ?? entry.data["error"] ?? .emptyObject)
        fields["error"] = .bool(entry.state != .completed)
        var event = of(entry, in: session, "tool_output", fields)
        event.id = id(of: entry) + outputSuffix
        event.createdAt = Timestamp(entry.endedAt ?? entry.createdAt, .utc(digits: 3))
        return event
    }

    private static func of(
        _ entry: StoredEntry, in session: String, _ type: String, _ fields: [String: JSONValue]
    ) -> Vectara.Event {
        Vectara.Event(
            type, id: id(of: entry), sessionKey: session,
            createdAt: Timestamp(entry.createdAt, .utc(digits: 3)),
            fields: fields)
    }

    private static func tool(_ entry: StoredEntry) -> [String: JSONValue] {
        let name = entry.data["name"] ?? "tool"
        return [
            "tool_call_id": entry.data["call"] ?? .string(entry.token), "tool_configuration_name": name,
            "tool_name": name,
        ]
    }

    private static func summary(_ entry: StoredEntry) -> [String: JSONValue] {
        [
            "turns_compacted": entry.data["turns"] ?? 0, "events_compacted": entry.data["events"] ?? 0,
            "summary_key": .string(id(of: entry)), "summary_text": .string(entry.text),
        ]
    }

    /// The contract requires objects.
    private static func object(_ value: JSONValue) -> JSONValue {
        if case .object = value { value } else { ["value": value] }
    }
}
