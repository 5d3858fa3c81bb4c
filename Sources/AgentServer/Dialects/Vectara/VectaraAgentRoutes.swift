import AgentAPI
import Foundation
import Hummingbird
import Wire

/// The agents: `/v2/agents`. Those of the configuration are shown, those that clients made can be changed too.
struct VectaraAgentRoutes {
    let backend: Backend

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
        let bound = context.principal?.agent
        let wanted = try await backend.store.agents().filter { agent in
            let isVisible = bound == nil || bound == agent.id
            let isFitting = isEnabled.map { $0 == agent.isEnabled } ?? true
            let isMatching = try filter?.matches([agent.name, agent.description, agent.key]) ?? true
            return agent.id > key.after && isVisible && isFitting && isMatching
        }
        let page = wanted.prefix(limit)
        let next = wanted.count > limit ? page.last.map { PageKey(after: $0.id).text } : nil
        return try .json(
            Vectara.AgentPage(agents: page.map(Vectara.Agent.init), metadata: .init(pageKey: next)))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        try .json(Vectara.Agent(try await agent(context)))
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        var fields = try await request.fields(limit: backend.limits.bodySize)
        let draft = AgentDraft(&fields, isWhole: true)
        try fields.check()
        let name = draft.name ?? ""
        let agent = try await backend.store.createAgent(
            key: draft.key ?? Slug.key(from: name), name: name, description: draft.description,
            definition: .object(draft.rest), isEnabled: draft.isEnabled ?? true)
        guard let agent else {
            let message = "An agent with this key already exists"
            throw APIError(.invalid([Fault(path: ["body", "key"], kind: .malformed, message: message)]))
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
        var agent = try await ownAgent(context)
        var fields = try await request.fields(limit: backend.limits.bodySize)
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
        try await backend.delete(try await ownAgent(context))
        return Response(status: .noContent)
    }

    @Sendable private func identity(_ request: Request, context: ServerContext) async throws -> Response {
        let mode = try await agent(context).definition["identity"]?["mode"]?.string ?? "auto"
        return try .json(Self.identity(mode: mode))
    }

    @Sendable private func changeIdentity(_ request: Request, context: ServerContext) async throws -> Response
    {
        var agent = try await ownAgent(context)
        var fields = try await request.fields(limit: backend.limits.bodySize)
        let mode = fields.string("mode") ?? "auto"
        if !["auto", "manual"].contains(mode) { fields.add(.malformed, "mode", "must be auto or manual") }
        try fields.check()
        var definition = agent.definition.members
        definition["identity"] = ["mode": .string(mode)]
        agent.definition = .object(definition)
        _ = try await backend.store.update(agent)
        return try .json(Self.identity(mode: mode))
    }

    /// The vendor's package insists on the three lists.
    private static func identity(mode: String) -> JSONValue {
        ["mode": .string(mode), "api_roles": [], "corpus_roles": [], "agent_roles": []]
    }

    private func agent(_ context: ServerContext) async throws -> AgentIdentity {
        try await backend.anyAgent(named: context.name("agent"), for: context.principal)
    }

    private func ownAgent(_ context: ServerContext) async throws -> AgentIdentity {
        try await backend.ownAgent(named: context.name("agent"), for: context.principal)
    }
}

/// What a request says about an agent.
struct AgentDraft {
    var key: String?
    var name: String?
    var description: String?
    var isEnabled: Bool?
    /// Everything else, as it came.
    var rest: [String: JSONValue]

    /// - Parameter isWhole: whether what is not said is missing.
    init(_ fields: inout Fields, isWhole: Bool) {
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

extension Fields {
    /// A key of an agent or a session.
    mutating func key(_ name: String) -> String? {
        guard let key = string(name) else { return nil }
        if !Vectara.isKey(key) {
            add(.malformed, name, "must have 1 to 50 letters, digits, underscores and hyphens")
        }
        return key
    }
}

extension Vectara.Agent {
    init(_ agent: AgentIdentity) {
        var rest = Self.minimal
        if agent.origin == .configured { rest["model"] = ["name": .string(agent.key)] }
        rest.merge(agent.definition.members) { _, own in own }
        rest[AgentIdentity.studioFields] = nil
        rest["updated_at"] = .string(Timestamp(agent.updatedAt, .utc(digits: 3)).text)
        self.init(
            key: agent.key, name: agent.name, description: agent.description, isEnabled: agent.isEnabled,
            createdAt: Timestamp(agent.createdAt, .utc(digits: 3)), rest: rest)
    }
}

extension JSONValue {
    /// What an object holds; nothing for everything else.
    var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }
}
