import AgentAPI
import Hummingbird
import Wire

/// The agents of v3: `/v3/agents/`. Those of the configuration are shown, those that clients made can be changed too.
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
        let bound = context.principal?.agent
        let agents = try await backend.store.agents().filter {
            $0.isEnabled && (bound == nil || bound == $0.id)
        }
        return try .json(agents.map(\.studioAgent))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        let agent = try await backend.anyAgent(named: context.name("agent"), for: context.principal)
        return try .json(agent.studioAgent)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        var fields = try await request.fields(limit: backend.limits.bodySize)
        let name = fields.require("name") { $0.string($1, within: 1...200) } ?? ""
        let draft = StudioDraft(&fields)
        try fields.check()
        let made = try await backend.store.createAgent(
            key: Slug.key(from: name), name: name, description: draft.description,
            definition: draft.definition(over: .emptyObject), isEnabled: true)
        guard let agent = made else { throw APIError(.internal) }
        return try .json(["agent_id": agent.hex])
    }

    @Sendable private func change(_ request: Request, context: ServerContext) async throws -> Response {
        var agent = try await backend.ownAgent(named: context.name("agent"), for: context.principal)
        var fields = try await request.fields(limit: backend.limits.bodySize)
        agent.name = fields.string("name", within: 1...200) ?? agent.name
        let draft = StudioDraft(&fields)
        try fields.check()
        agent.description = draft.description ?? agent.description
        agent.definition = draft.definition(over: agent.definition)
        _ = try await backend.store.update(agent)
        return try .json(["agent_id": agent.hex, "message": "Agent updated successfully"])
    }

    @Sendable private func delete(_ request: Request, context: ServerContext) async throws -> Response {
        let agent = try await backend.ownAgent(named: context.name("agent"), for: context.principal)
        try await backend.delete(agent)
        return try .json(["agent_id": agent.hex, "message": "Agent deleted successfully"])
    }
}

/// What a request says about an agent of v3.
private struct StudioDraft {
    var description: String?
    /// Everything but the names, as it came.
    private var rest: [String: JSONValue]

    init(_ fields: inout Fields) {
        description = fields.string("description", within: 0...10_000)
        for name in Self.instructing + ["model", "provider_id"] { _ = fields.string(name) }
        let own: Set = ["name", "description", "_id", "created_at", "updated_at"]
        rest = fields.members.filter { !own.contains($0.key) && !$0.value.isNull }
    }

    /// What makes up the instructions of an agent, in their order.
    private static let instructing = ["agent_role", "agent_goal", "agent_instructions"]

    /// What the agent is by now: the fields of this dialect under a name of their own, and what every dialect knows.
    func definition(over old: JSONValue) -> JSONValue {
        var own = old[AgentIdentity.studioFields]?.members ?? [:]
        own.merge(rest) { $1 }
        var definition = old.members
        definition[AgentIdentity.studioFields] = .object(own)
        let parts = Self.instructing.compactMap { own[$0]?.string }.filter { !$0.isEmpty }
        definition["instructions"] = parts.isEmpty ? nil : .string(parts.joined(separator: "\n\n"))
        if let model = own["model"] { definition["model"] = ["name": model] }
        return .object(definition)
    }
}

extension AgentIdentity {
    /// Where the definition of an agent keeps what only this dialect says of it.
    static let studioFields = "lyzr"

    /// The agent as v3 tells it, with what the vendor's package insists on.
    fileprivate var studioAgent: JSONValue {
        var told: [String: JSONValue] = [
            "provider_id": "parley", "model": definition["model"]?["name"] ?? .string(key),
            "temperature": 0.7,
            "top_p": 0.9, "features": [], "tools": [], "managed_agents": [], "tool_configs": [],
            "store_messages": true, "version": "3",
        ]
        told["agent_instructions"] = instructions.map { .string($0) }
        told.merge(definition[Self.studioFields]?.members ?? [:]) { $1 }
        told["_id"] = .string(hex)
        told["name"] = .string(name)
        told["description"] = JSONValue.stringOrNull(description)
        told["created_at"] = .string(Timestamp(createdAt, .naive()).text)
        told["updated_at"] = .string(Timestamp(updatedAt, .naive()).text)
        return .object(told)
    }
}
