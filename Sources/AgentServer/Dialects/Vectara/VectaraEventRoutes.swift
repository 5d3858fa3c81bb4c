import AgentAPI
import Hummingbird
import Wire

/// Reads and edits the events of a session.
struct VectaraEventRoutes {
    let backend: Backend

    private var requests: VectaraRequests { VectaraRequests(backend: backend) }

    func add(to routes: RouterGroup<ServerContext>, under base: RouterPath) {
        let session = routes.group(base).group("sessions/:session")
        session.get("events", use: list)
        session.get("events/:event", use: show)
        session.delete("events/:event", use: delete)
        session.post("events/:event/hide", use: hide)
        session.post("events/:event/unhide", use: unhide)
        session.get("outstanding_client_tool_calls", use: toolCalls)
        session.get("artifacts", use: artifacts)
        session.get("artifacts/:artifact", use: artifact)
    }

    @Sendable private func list(_ request: Request, context: ServerContext) async throws -> Response {
        let (_, conversation) = try await requests.session(context)
        let (limit, key) = try request.page()
        // The entry that the key points into may have no more events, and one more than fits shows whether there is another page.
        let entries = try await backend.store.entries(
            in: conversation.id, after: key.part > 0 ? key.after - 1 : key.after, limit: limit + 2,
            includesHidden: try request.flag("include_hidden") ?? false)
        let events = entries.flatMap { entry in
            let events = Vectara.Event.events(of: entry, in: conversation.key).enumerated()
            return events.map { (event: $0.element, place: PageKey(after: entry.id, part: $0.offset + 1)) }
        }
        let rest = events.filter { $0.place.after != key.after || $0.place.part > key.part }
        let page = rest.prefix(limit)
        let next = rest.count > limit ? page.last?.place.text : nil
        return try .json(
            Vectara.EventPage(events: page.map(\.event), metadata: .init(pageKey: next)))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        let (conversation, entry) = try await entry(context)
        return try .json(try event(context.name("event"), entry, in: conversation))
    }

    @Sendable private func hide(_ request: Request, context: ServerContext) async throws -> Response {
        try await setHidden(true, context)
    }

    @Sendable private func unhide(_ request: Request, context: ServerContext) async throws -> Response {
        try await setHidden(false, context)
    }

    private func setHidden(_ isHidden: Bool, _ context: ServerContext) async throws -> Response {
        let (conversation, entry) = try await entry(context)
        let changed = try await backend.store.setHidden(entry.id, isHidden)
        return try .json(try event(context.name("event"), changed, in: conversation))
    }

    @Sendable private func delete(_ request: Request, context: ServerContext) async throws -> Response {
        let (_, entry) = try await entry(context)
        try await backend.store.delete(entry: entry.id)
        return Response(status: .noContent)
    }

    /// No agent here calls tools of the client.
    @Sendable private func toolCalls(_ request: Request, context: ServerContext) async throws -> Response {
        _ = try await requests.session(context)
        return try .json(["client_tool_calls": []] as JSONValue)
    }

    /// No agent here makes files.
    @Sendable private func artifacts(_ request: Request, context: ServerContext) async throws -> Response {
        _ = try await requests.session(context)
        return try .json(["artifacts": [], "metadata": [:]] as JSONValue)
    }

    @Sendable private func artifact(_ request: Request, context: ServerContext) async throws -> Response {
        _ = try await requests.session(context)
        throw APIError(.notFound(.event), "Artifact not found")
    }

    private func entry(_ context: ServerContext) async throws -> (StoredConversation, StoredEntry) {
        let (_, conversation) = try await requests.session(context)
        return (conversation, try await requests.entry(event: context.name("event"), in: conversation))
    }

    private func event(_ id: String, _ entry: StoredEntry, in conversation: StoredConversation) throws
        -> Vectara.Event
    {
        let events = Vectara.Event.events(of: entry, in: conversation.key)
        guard let event = events.first(where: { $0.id == id }) else { throw APIError(.notFound(.event)) }
        return event
    }
}
