import AgentAPI
import Foundation
import Hummingbird
import Wire

/// The agents: `/v2/agents`. Configured agents are read-only, those that clients created can be changed.
struct VectaraAgentRoutes {
    let backend: Backend

    private var requests: VectaraRequests { VectaraRequests(backend: backend) }

    func addReading(to routes: RouterGroup<ServerContext>) {
        routes.get("v2/agents", use: list)
        routes.get("v2/agents/:agent", use: show)
        routes.get("v2/agents/:agent/identity", use: identity)
    }

    func addManaging(to routes: RouterGroup<ServerContext>) {
        routes.post("v2/agents", use: create)
        routes.put("v2/agents/:agent", use: replace)
        routes.patch("v2/agents/:agent", use: change)
        routes.delete("v2/agents/:agent", use: delete)
        routes.patch("v2/agents/:agent/identity", use: changeIdentity)
    }

    @Sendable private func list(_ request: Request, context: ServerContext) async throws -> Response {
        let (limit, key) = try request.page()
        let filter = try TextFilter(request)
        let isEnabled = try request.flag("enabled")
        let matching = try await backend.store.agents().filter { agent in
            let isVisible = context.principal.canAccess(agent: agent.id)
            let hasState = isEnabled.map { $0 == agent.isEnabled } ?? true
            let matchesFilter = try filter?.matches([agent.name, agent.description, agent.key]) ?? true
            return agent.id > key.after && isVisible && hasState && matchesFilter
        }
        let page = matching.prefix(limit)
        let next = matching.count > limit ? page.last.map { PageKey(after: $0.id).text } : nil
        return try .json(
            Vectara.AgentPage(agents: page.map(Vectara.Agent.init), metadata: .init(pageKey: next)))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        try .json(Vectara.Agent(try await requests.agent(context)))
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        var fields = try await request.bodyFields(limit: backend.limits.bodySize)
        let draft = AgentDraft(&fields, isWhole: true)
        try fields.check()
        let name = draft.name ?? ""
        let agent = try await backend.store.createAgent(
            key: draft.key ?? Identifier.slug(from: name), name: name, description: draft.description,
            definition: .object(draft.rest), isEnabled: draft.isEnabled ?? true)
        guard let agent else {
            let message = "An agent with this key already exists"
            throw APIError.invalid(["body", "key"], .malformed, message)
        }
        return try .json(Vectara.Agent(agent), status: .created)
    }

    @Sendable private func replace(_ request: Request, context: ServerContext) async throws -> Response {
        try await change(request, context: context, isWhole: true)
    }

    @Sendable private func change(_ request: Request, context: ServerContext) async throws -> Response {
        try await change(request, context: context, isWhole: false)
    }

    private func change(_ request: Request, context: ServerContext, isWhole: Bool) async throws -> Response {
        var agent = try await requests.editableAgent(context)
        var fields = try await request.bodyFields(limit: backend.limits.bodySize)
        let draft = AgentDraft(&fields, isWhole: isWhole)
        try fields.check()
        agent.name = draft.name ?? agent.name
        agent.description = isWhole ? draft.description : draft.description ?? agent.description
        agent.isEnabled = draft.isEnabled ?? (isWhole ? true : agent.isEnabled)
        var definition = isWhole ? [:] : agent.definition.members
        definition.merge(draft.rest) { _, new in new }
        agent.definition = .object(definition)
        return try .json(Vectara.Agent(try await backend.store.update(agent)))
    }

    @Sendable private func delete(_ request: Request, context: ServerContext) async throws -> Response {
        try await backend.delete(try await requests.editableAgent(context))
        return Response(status: .noContent)
    }

    @Sendable private func identity(_ request: Request, context: ServerContext) async throws -> Response {
        let mode = try await requests.agent(context).definition["identity"]?["mode"]?.string ?? "auto"
        return try .json(Self.identity(mode: mode))
    }

    @Sendable private func changeIdentity(_ request: Request, context: ServerContext) async throws -> Response
    {
        var agent = try await requests.editableAgent(context)
        var fields = try await request.bodyFields(limit: backend.limits.bodySize)
        let mode = fields.string("mode") ?? "auto"
        if !["auto", "manual"].contains(mode) { fields.add(.malformed, "mode", "must be auto or manual") }
        try fields.check()
        var definition = agent.definition.members
        definition["identity"] = ["mode": .string(mode)]
        agent.definition = .object(definition)
        _ = try await backend.store.update(agent)
        return try .json(Self.identity(mode: mode))
    }

    /// The vendor's package requires the three lists.
    private static func identity(mode: String) -> JSONValue {
        ["mode": .string(mode), "api_roles": [], "corpus_roles": [], "agent_roles": []]
    }
}
