import AgentAPI
import Foundation
import Hummingbird
import Wire

/// The sessions of an agent.
struct VectaraSessionRoutes {
    let backend: Backend

    private var requests: VectaraRequests { VectaraRequests(backend: backend) }

    /// - Parameter base: `v2/agents/:agent` or its alias.
    func add(to routes: RouterGroup<ServerContext>, under base: RouterPath) {
        let sessions = routes.group(base)
        sessions.post("sessions", use: create)
        sessions.get("sessions", use: list)
        sessions.get("sessions/:session", use: show)
        sessions.patch("sessions/:session", use: change)
        sessions.delete("sessions/:session", use: delete)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        let agent = try await requests.enabledAgent(named: context.name("agent"), for: context.principal)
        var fields = try await request.bodyFields(limit: backend.limits.bodySize, mayBeEmpty: true)
        let draft = SessionDraft(&fields)
        let key = fields.key("key")
        let source = ForkSource(&fields)
        try fields.check()
        let new = NewConversation(
            key: key ?? Identifier.slug(from: draft.name ?? "session"), agent: agent.id,
            name: draft.name ?? "",
            description: draft.description, metadata: draft.metadata ?? .emptyObject,
            attributes: draft.attributes ?? .emptyObject, isEnabled: draft.isEnabled ?? true)
        let created =
            if let source {
                try await fork(source, into: new, agent: agent, context: context)
            } else {
                try await backend.store.create(new)
            }
        guard let conversation = created else {
            let message = "A session with this key already exists"
            throw APIError.invalid(["body", "key"], .malformed, message)
        }
        return try .json(try await session(conversation, of: agent), status: .created)
    }

    private func fork(
        _ source: ForkSource, into new: NewConversation, agent: StoredAgent, context: ServerContext
    ) async throws -> StoredConversation? {
        let owner = try await requests.enabledAgent(named: source.agent ?? agent.key, for: context.principal)
        let conversation = try await requests.session(source.session, of: owner)
        guard let last = source.last else {
            return try await backend.store.fork(conversation.id, into: new, upTo: nil, summary: nil)
        }
        let entry = try await requests.entry(event: last, in: conversation)
        guard source.isCompacted else {
            return try await backend.store.fork(conversation.id, into: new, upTo: entry.id, summary: nil)
        }
        guard let summary = try await backend.summary(of: conversation, upTo: entry.id, for: context) else {
            throw APIError.invalid(
                ["body", "from_session", "compact_up_to_event_id"], .malformed,
                VectaraRequests.nothingToCompact)
        }
        return try await backend.store.fork(conversation.id, into: new, upTo: entry.id, summary: summary.text)
    }

    @Sendable private func list(_ request: Request, context: ServerContext) async throws -> Response {
        let agent = try await requests.agent(context)
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
        let (agent, conversation) = try await requests.session(context)
        return try .json(try await session(conversation, of: agent))
    }

    @Sendable private func change(_ request: Request, context: ServerContext) async throws -> Response {
        let (agent, conversation) = try await requests.session(context)
        var fields = try await request.bodyFields(limit: backend.limits.bodySize)
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
        let (_, conversation) = try await requests.session(context)
        try await backend.runner.interrupt(conversation: conversation.id)
        try await backend.store.delete(conversation: conversation.id)
        return Response(status: .noContent)
    }

    private func session(_ conversation: StoredConversation, of agent: StoredAgent) async throws
        -> Vectara.Session
    {
        let status = try await backend.store.statuses(of: [conversation.id])[conversation.id]
        return Vectara.Session(conversation, agent: agent, status: status ?? .fresh)
    }
}
