import AgentAPI
import Wire

// Rows of the store in the types of this dialect.

extension Lyzr.Session {
    init(_ conversation: StoredConversation, isActive: Bool) {
        self.init(
            isActive: isActive, sessionID: conversation.key, objectID: conversation.hex,
            userID: conversation.userId ?? "", createdAt: Timestamp(conversation.createdAt, .naive()))
    }
}

extension Lyzr.SessionEntry {
    init(_ conversation: StoredConversation) {
        self.init(
            sessionID: conversation.key, createdAt: Timestamp(conversation.createdAt, .naive()),
            name: conversation.name.isEmpty ? nil : conversation.name)
    }
}

extension Lyzr.HistoryMessage {
    init(_ entry: StoredEntry, form: Timestamp.Form) {
        self.init(role: Self.role(entry), content: entry.text, createdAt: Timestamp(entry.createdAt, form))
        let metadata = entry.additions.metadata
        if !metadata.isEmpty { self.metadata = .object(metadata) }
    }

    static func role(_ entry: StoredEntry) -> String {
        entry.kind == .user ? "user" : "assistant"
    }
}

extension Lyzr.User {
    init(_ user: StoredUser) {
        self.init(
            userID: user.id, email: user.email, firstName: user.firstName, lastName: user.lastName,
            metadata: user.metadata)
    }
}

extension StoredAgent {
    /// Where the definition of an agent keeps what only this dialect knows.
    static let studioFields = "lyzr"

    /// The agent in the form of v3, with the fields that the vendor's package requires.
    var studioAgent: JSONValue {
        var agent: [String: JSONValue] = [
            "provider_id": "parley", "model": definition["model"]?["name"] ?? .string(key),
            "temperature": 0.7, "top_p": 0.9, "features": [], "tools": [], "managed_agents": [],
            "tool_configs": [], "store_messages": true, "version": "3",
        ]
        agent["agent_instructions"] = instructions.map { .string($0) }
        agent.merge(definition[Self.studioFields]?.members ?? [:]) { $1 }
        agent["_id"] = .string(hex)
        agent["name"] = .string(name)
        agent["description"] = JSONValue.stringOrNull(description)
        agent["created_at"] = .string(Timestamp(createdAt, .naive()).text)
        agent["updated_at"] = .string(Timestamp(updatedAt, .naive()).text)
        return .object(agent)
    }
}
