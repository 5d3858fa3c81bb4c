import AgentAPI
import Hummingbird
import Wire

/// Looks up what the requests of this dialect name: agents and sessions by key, events by id.
struct VectaraRequests: Sendable {
    let backend: Backend

    /// Nothing was said, or nothing since the last compaction.
    static let nothingToCompact = "There is nothing to compact"

    /// The agent that a path names, also if it is disabled.
    func agent(_ context: ServerContext) async throws -> StoredAgent {
        try await agent(named: context.name("agent"), for: context.principal)
    }

    /// An agent by its key, also if it is disabled. Unlike in the other dialects, one that the key gives no access to is forbidden rather
    /// than unknown.
    func agent(named name: String, for principal: Principal?) async throws -> StoredAgent {
        guard let agent = try await backend.store.agent(named: name) else {
            throw APIError(.notFound(.agent))
        }
        guard principal.canAccess(agent: agent.id) else {
            throw APIError(.forbidden, "This API key gives no access to this agent")
        }
        return agent
    }

    /// Like ``agent(named:for:)``, but a disabled agent counts as unknown.
    func enabledAgent(named name: String, for principal: Principal?) async throws -> StoredAgent {
        let agent = try await agent(named: name, for: principal)
        guard agent.isEnabled else { throw APIError(.notFound(.agent)) }
        return agent
    }

    /// The agent that a path names, to be changed.
    func editableAgent(_ context: ServerContext) async throws -> StoredAgent {
        let agent = try await agent(context)
        try backend.checkEditable(agent)
        return agent
    }

    /// The agent and the session that a path names.
    func session(_ context: ServerContext) async throws -> (StoredAgent, StoredConversation) {
        let agent = try await agent(context)
        return (agent, try await session(context.name("session"), of: agent))
    }

    func session(_ key: String, of agent: StoredAgent) async throws -> StoredConversation {
        guard let conversation = try await backend.store.conversation(key: key),
            conversation.agentId == agent.id
        else { throw APIError(.notFound(.conversation)) }
        return conversation
    }

    /// The entry of an event. An entry with two events has two ids.
    func entry(event id: String, in conversation: StoredConversation) async throws -> StoredEntry {
        guard let token = Vectara.Event.token(of: id),
            let entry = try await backend.store.entry(token: token, in: conversation.id)
        else { throw APIError(.notFound(.event)) }
        return entry
    }
}

extension BodyFields {
    /// The key of an agent or a session.
    mutating func key(_ name: String) -> String? {
        guard let key = string(name) else { return nil }
        if !Vectara.isKey(key) {
            add(.malformed, name, "must have 1 to 50 letters, digits, underscores and hyphens")
        }
        return key
    }
}

/// What a request says about an agent.
struct AgentDraft {
    var key: String?
    var name: String?
    var description: String?
    var isEnabled: Bool?
    /// Everything else, unchanged.
    var rest: [String: JSONValue]

    /// - Parameter isWhole: Whether the request must describe the whole agent.
    init(_ fields: inout BodyFields, isWhole: Bool) {
        key = fields.key("key")
        name =
            isWhole
            ? fields.require("name") { $0.string($1, within: 1...200) }
            : fields.string("name", within: 1...200)
        description = fields.string("description", within: 0...10_000)
        isEnabled = fields.bool("enabled")
        for name in ["model", "first_step", "metadata", "tool_configurations"] { _ = fields.object(name) }
        let own: Set = ["key", "name", "description", "enabled", "created_at", "updated_at"]
        rest = fields.members.filter { !own.contains($0.key) && !$0.value.isNull }
    }
}

/// What a request says about a session.
struct SessionDraft {
    var name: String?
    var description: String?
    var metadata: JSONValue?
    var attributes: JSONValue?
    var isEnabled: Bool?

    init(_ fields: inout BodyFields) {
        name = fields.string("name", within: 1...200)
        description = fields.string("description", within: 0...10_000)
        metadata = fields.object("metadata")
        isEnabled = fields.bool("enabled")
        var kept: [String: JSONValue] = [:]
        if let minutes = fields.integer("tti_minutes", within: 0...10_000_000) {
            kept["tti_minutes"] = .integer(minutes)
        }
        // Agents here have no use for secrets, so only their names are kept.
        if let secrets = fields.object("secrets") { kept["secrets"] = secrets.masked }
        attributes = kept.isEmpty ? nil : .object(kept)
    }
}

/// The session that a new one is forked from.
struct ForkSource {
    /// The key of its agent; nil for the agent of the new session.
    var agent: String?
    var session: String
    /// The last event to copy or to sum up; nil copies all.
    var last: String?
    /// Whether the events up to `last` are replaced by a summary.
    var isCompacted: Bool

    /// - Returns: nil if the request names none, or has errors.
    init?(_ fields: inout BodyFields) {
        guard let source = fields.object("from_session") else { return nil }
        var inner = BodyFields(source.members, at: ["body", "from_session"])
        agent = inner.string("agent_key")
        session = inner.require("session_key") { $0.string($1, within: 1...200) } ?? ""
        let included = inner.string("include_up_to_event_id")
        let compacted = inner.string("compact_up_to_event_id")
        if included != nil, compacted != nil {
            inner.add(
                .malformed, "compact_up_to_event_id", "must not be given together with include_up_to_event_id"
            )
        }
        last = included ?? compacted
        isCompacted = compacted != nil
        fields.addErrors(of: inner)
        if !inner.fieldErrors.isEmpty { return nil }
    }
}

/// A message to an agent.
struct VectaraInput {
    var text: String
    var isStreamed: Bool
    var since: String?

    init(_ fields: inout BodyFields) {
        isStreamed = fields.bool("stream_response") ?? false
        since = fields.string("since", within: 1...200)
        let behaviors = ["steer", "follow_up"]
        if let behavior = fields.string("behavior"), !behaviors.contains(behavior) {
            fields.add(.malformed, "behavior", "must be steer or follow_up")
        }
        let messages = fields.require("messages") { $0.array($1) } ?? []
        let texts = messages.compactMap { message in
            message["type"] == "text" || message["type"] == nil ? message["content"]?.string : nil
        }
        text = texts.joined(separator: "\n\n")
        if text.isEmpty || texts.count != messages.count, fields.fieldErrors.isEmpty {
            fields.add(.malformed, "messages", "must be texts: {\"type\": \"text\", \"content\": \"…\"}")
        }
    }
}

extension JSONValue {
    /// The object with `****` in place of every value.
    fileprivate var masked: JSONValue { .object(members.mapValues { _ in "****" }) }
}
