import AgentAPI
import Foundation
import Hummingbird
import Wire

/// The agents and their keys: `/v1/me`, `/v1/agents`, and `/v1/templates`, of which this server has none.
struct XagentAgentRoutes {
    let backend: Backend

    /// Of interest to the holder of any key.
    func addIdentity(to routes: RouterGroup<ServerContext>) {
        routes.get("v1/me", use: me)
    }

    func addManaging(to routes: RouterGroup<ServerContext>) {
        routes.get("v1/agents", use: list)
        routes.post("v1/agents", use: create)
        routes.post("v1/agents/from-template", use: template)
        routes.get("v1/templates", use: templates)
        routes.get("v1/templates/:template", use: template)
        routes.post("v1/agents/:agent/api-key", use: createKey)
    }

    @Sendable private func me(_ request: Request, context: ServerContext) async throws -> Response {
        guard let principal = context.principal else { throw APIError(.unauthorized) }
        guard let id = principal.agent, let agent = try await backend.store.agent(id: id) else {
            return try .json(
                [
                    "principal_type": "user", "user_id": 1, "username": "local", "email": nil,
                    "key_prefix": .string(principal.prefix),
                ] as JSONValue)
        }
        return try .json(
            [
                "agent_id": .integer(agent.id), "agent_name": .string(agent.name),
                "key_prefix": .string(principal.prefix),
            ] as JSONValue)
    }

    @Sendable private func list(_ request: Request, context: ServerContext) async throws -> Response {
        let agents = try await backend.store.agents().filter { context.principal.canAccess(agent: $0.id) }
        return try .json(agents.map(\.xagentAgent))
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        var fields = try await request.bodyFields(limit: backend.limits.bodySize)
        let name = fields.require("name") { $0.string($1, within: 1...200) } ?? ""
        let description = fields.string("description", within: 0...10_000)
        let instructions = fields.string("instructions", within: 0...100_000)
        try fields.check()
        let created = try await backend.store.createAgent(
            key: Identifier.slug(from: name), name: name, description: description,
            definition: instructions.map { ["instructions": .string($0)] } ?? .emptyObject, isEnabled: true)
        guard let agent = created else { throw APIError(.internal) }
        let key = try await key(for: agent)
        return try .json(["agent": agent.xagentAgent, "api_key": key] as JSONValue, status: .created)
    }

    @Sendable private func createKey(_ request: Request, context: ServerContext) async throws -> Response {
        guard let id = Int64(try context.name("agent")), context.principal.canAccess(agent: id),
            let agent = try await backend.store.agent(id: id)
        else { throw APIError(.notFound(.agent)) }
        return try .json(try await key(for: agent), status: .created)
    }

    @Sendable private func templates(_ request: Request, context: ServerContext) async throws -> Response {
        try .json([] as JSONValue)
    }

    @Sendable private func template(_ request: Request, context: ServerContext) async throws -> Response {
        throw APIError(.notFound(.template))
    }

    /// Creates a key for this agent alone. It is not shown again.
    private func key(for agent: StoredAgent) async throws -> JSONValue {
        let key = APIKey.generate(.agent)
        let stored = try await backend.store.add(key, name: agent.name, agent: agent.id, permissions: [.chat])
        return [
            "full_key": .string(key.text), "key_prefix": .string(key.prefix),
            "created_at": .string(Timestamp(stored.createdAt, .utc(digits: 3)).text),
        ]
    }
}
