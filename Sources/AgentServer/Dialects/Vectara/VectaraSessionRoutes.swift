import AgentAPI
import Foundation
import Hummingbird
import Wire

/// The sessions of an agent.
struct VectaraSessionRoutes {
    let backend: Backend

    /// - Parameter base: `v2/agents/:agent`, or what means the same.
    func add(to routes: RouterGroup<ServerContext>, under base: RouterPath) {
        let sessions = routes.group(base)
        sessions.post("sessions", use: create)
        sessions.get("sessions", use: list)
        sessions.get("sessions/:session", use: show)
        sessions.patch("sessions/:session", use: change)
        sessions.delete("sessions/:session", use: delete)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        let agent = try await backend.agent(named: context.name("agent"), for: context.principal)
        var fields = try await request.fields(limit: backend.limits.bodySize, mayBeEmpty: true)
        let draft = SessionDraft(&fields)
        let key = fields.key("key")
        let source = ForkSource(&fields)
        try fields.check()
        let new = NewConversation(
            key: key ?? Slug.key(from: draft.name ?? "session"), agent: agent.id, name: draft.name ?? "",
            description: draft.description, metadata: draft.metadata ?? .emptyObject,
            attributes: draft.attributes ?? .emptyObject, isEnabled: draft.isEnabled ?? true)
        let made =
            if let source {
                try await fork(source, into: new, agent: agent, principal: context.principal)
            } else {
                try await backend.store.create(new)
            }
        guard let conversation = made else {
            let message = "A session with this key already exists"
            throw APIError(.invalid([Fault(path: ["body", "key"], kind: .malformed, message: message)]))
        }
        return try .json(try await session(conversation, of: agent), status: .created)
    }

    private func fork(
        _ source: ForkSource, into new: NewConversation, agent: AgentIdentity, principal: Principal?
    ) async throws -> Conversation? {
        let owner = try await backend.agent(named: source.agent ?? agent.key, for: principal)
        let conversation = try await backend.session(source.session, of: owner)
        guard let last = source.last else {
            return try await backend.store.fork(conversation.id, into: new, upTo: nil, summary: nil)
        }
        let entry = try await backend.entry(event: last, in: conversation)
        let summary =
            source.isCompacted
            ? try await backend.summary(of: conversation, upTo: entry.id, wish: nil).text : nil
        return try await backend.store.fork(conversation.id, into: new, upTo: entry.id, summary: summary)
    }

    @Sendable private func list(_ request: Request, context: ServerContext) async throws -> Response {
        let agent = try await backend.anyAgent(named: context.name("agent"), for: context.principal)
        let (limit, key) = try request.page()
        let filter = try TextFilter(request)
        let metadata = try MetadataFilter(request)
        let found = try await backend.store.conversations(agent: agent.id, after: key.after, limit: limit) {
            (try? filter?.matches([$0.name, $0.description])) ?? (filter == nil)
                && metadata?.matches($0.metadata) ?? true
        }
        let page = Array(found.prefix(limit))
        let next = found.count > limit ? page.last.map { PageKey(after: $0.id).text } : nil
        let statuses = try await backend.store.statuses(of: page.map(\.id))
        let sessions = page.map { Vectara.Session($0, agent: agent, status: statuses[$0.id] ?? .fresh) }
        return try .json(Vectara.SessionPage(sessions: sessions, metadata: .init(pageKey: next)))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        let (agent, conversation) = try await backend.session(context)
        return try .json(try await session(conversation, of: agent))
    }

    @Sendable private func change(_ request: Request, context: ServerContext) async throws -> Response {
        let (agent, conversation) = try await backend.session(context)
        var fields = try await request.fields(limit: backend.limits.bodySize)
        let draft = SessionDraft(&fields)
        try fields.check()
        let attributes = draft.attributes.map { new in
            JSONValue.object(conversation.attributes.members.merging(new.members) { $1 })
        }
        let changed = try await backend.store.change(
            conversation.id,
            ConversationChange(
                name: draft.name, description: draft.description, metadata: draft.metadata,
                attributes: attributes, isEnabled: draft.isEnabled))
        return try .json(try await session(changed, of: agent))
    }

    @Sendable private func delete(_ request: Request, context: ServerContext) async throws -> Response {
        let (_, conversation) = try await backend.session(context)
        await backend.runner.interrupt(conversation: conversation.id)
        try await backend.store.delete(conversation: conversation.id)
        return Response(status: .noContent)
    }

    private func session(_ conversation: Conversation, of agent: AgentIdentity) async throws
        -> Vectara.Session
    {
        let status = try await backend.store.statuses(of: [conversation.id])[conversation.id]
        return Vectara.Session(conversation, agent: agent, status: status ?? .fresh)
    }
}

/// What a request says about a session.
private struct SessionDraft {
    var name: String?
    var description: String?
    var metadata: JSONValue?
    var attributes: JSONValue?
    var isEnabled: Bool?

    init(_ fields: inout Fields) {
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

/// The session that a new one begins with.
private struct ForkSource {
    var agent: String?
    var session: String
    /// The event up to which is taken, or summed up.
    var last: String?
    var isCompacted: Bool

    /// nil if the request does not name one, or not rightly.
    init?(_ fields: inout Fields) {
        guard let source = fields.object("from_session") else { return nil }
        var inner = Fields(source.members, at: ["body", "from_session"])
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
        fields.adopt(inner)
        if !inner.faults.isEmpty { return nil }
    }
}

extension JSONValue {
    /// The object with `****` in place of every value.
    fileprivate var masked: JSONValue { .object(members.mapValues { _ in "****" }) }
}

extension Vectara.Session {
    init(_ conversation: Conversation, agent: AgentIdentity, status: ConversationStatus) {
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
        case .resting: "stopped"
        }
    }
}
