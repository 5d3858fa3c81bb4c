import AgentAPI
import Hummingbird
import Wire

/// The agents of v3: `/v3/agents/`. Configured agents are read-only, those that clients created can be changed.
struct LyzrAgentRoutes {
    let backend: Backend

    func addReading(to routes: RouterGroup<ServerContext>) {
        routes.get("v3/agents", use: list)
        routes.get("v3/agents/:agent", use: show)
    }

    func addManaging(to routes: RouterGroup<ServerContext>) {
        routes.post("v3/agents", use: create)
        routes.put("v3/agents/:agent", use: change)
        routes.delete("v3/agents/:agent", use: delete)
    }

    @Sendable private func list(_ request: Request, context: ServerContext) async throws -> Response {
        let agents = try await backend.store.agents().filter {
            $0.isEnabled && context.principal.canAccess(agent: $0.id)
        }
        return try .json(agents.map(\.studioAgent))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        let agent = try await backend.anyAgent(named: context.name("agent"), for: context.principal)
        return try .json(agent.studioAgent)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        var fields = try await request.bodyFields(limit: backend.limits.bodySize)
        let name = fields.require("name") { $0.string($1, within: 1...200) } ?? ""
        let draft = StudioAgentDraft(&fields)
        try fields.check()
        let created = try await backend.store.createAgent(
            key: Identifier.slug(from: name), name: name, description: draft.description,
            definition: draft.definition(over: .emptyObject), isEnabled: true)
        guard let agent = created else { throw APIError(.internal) }
        return try .json(["agent_id": agent.hex])
    }

    @Sendable private func change(_ request: Request, context: ServerContext) async throws -> Response {
        var agent = try await editableAgent(context)
        var fields = try await request.bodyFields(limit: backend.limits.bodySize)
        agent.name = fields.string("name", within: 1...200) ?? agent.name
        let draft = StudioAgentDraft(&fields)
        try fields.check()
        agent.description = draft.description ?? agent.description
        agent.definition = draft.definition(over: agent.definition)
        _ = try await backend.store.update(agent)
        return try .json(["agent_id": agent.hex, "message": "Agent updated successfully"])
    }

    @Sendable private func delete(_ request: Request, context: ServerContext) async throws -> Response {
        let agent = try await editableAgent(context)
        try await backend.delete(agent)
        return try .json(["agent_id": agent.hex, "message": "Agent deleted successfully"])
    }

    private func editableAgent(_ context: ServerContext) async throws -> StoredAgent {
        let agent = try await backend.anyAgent(named: context.name("agent"), for: context.principal)
        try backend.checkEditable(agent)
        return agent
    }
}
