import AgentAPI
import Hummingbird

/// The users: `/v1/users/`.
struct LyzrUserRoutes {
    let backend: Backend

    func add(to routes: RouterGroup<ServerContext>) {
        routes.post("v1/users", use: create)
        routes.get("v1/users/:user", use: show)
        routes.put("v1/users/:user", use: update)
        routes.get("v1/users/:user/sessions", use: sessions)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        let body = try await request.decode(Lyzr.User.self, limit: backend.limits.bodySize)
        let now = backend.store.now()
        let user = StoredUser(
            id: body.userID ?? Identifier.hex(now: now), email: body.email ?? "default@example.com",
            firstName: body.firstName ?? "First Name", lastName: body.lastName ?? "Last Name",
            metadata: body.metadata ?? .emptyObject, createdAt: now)
        try await backend.store.save(user)
        return try .json(Lyzr.UserCreated(userID: user.id))
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        try .json(Lyzr.User(try await user(context)))
    }

    @Sendable private func update(_ request: Request, context: ServerContext) async throws -> Response {
        var user = try await user(context)
        let body = try await request.decode(Lyzr.User.self, limit: backend.limits.bodySize)
        user.email = body.email ?? user.email
        user.firstName = body.firstName ?? user.firstName
        user.lastName = body.lastName ?? user.lastName
        user.metadata = body.metadata ?? user.metadata
        try await backend.store.save(user)
        return try .json(Lyzr.User(user))
    }

    @Sendable private func sessions(_ request: Request, context: ServerContext) async throws -> Response {
        let conversations = try await backend.store.conversations(user: context.name("user"))
        let visible = conversations.filter { context.principal.canAccess(agent: $0.agentId) }
        return try .json(Lyzr.SessionList(visible.map(Lyzr.SessionEntry.init)))
    }

    private func user(_ context: ServerContext) async throws -> StoredUser {
        guard let user = try await backend.store.user(context.name("user")) else {
            throw APIError(.notFound(.user))
        }
        return user
    }
}
