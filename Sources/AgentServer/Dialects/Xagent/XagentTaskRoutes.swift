import AgentAPI
import Foundation
import Hummingbird

/// Creates tasks, appends messages to them, which are answered in the background, and reports their state.
struct XagentTaskRoutes {
    let backend: Backend

    private var requests: XagentRequests { XagentRequests(backend: backend) }

    func add(to routes: RouterGroup<ServerContext>) {
        routes.post("v1/chat/tasks", use: create)
        routes.get("v1/chat/tasks/:task", use: show)
        routes.post("v1/chat/tasks/:task/messages", use: append)
        routes.post("v1/chat/tasks/:task/reply", use: reply)
        routes.get("v1/chat/tasks/:task/steps", use: steps)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        let body = try await request.decode(Xagent.TaskRequest.self, limit: backend.limits.bodySize)
        let agent = try await requests.agent(body.agentID, for: context.principal)
        let new = NewConversation(agent: agent.id, metadata: body.metadata ?? .emptyObject)
        guard let conversation = try await backend.store.create(new) else { throw APIError(.internal) }
        _ = try await backend.runner.enqueue(turn(body, in: conversation, agent: agent))
        return try .json(
            Xagent.Accepted(
                taskID: Int(conversation.id), agentID: Int(agent.id),
                createdAt: Timestamp(conversation.createdAt, .utc(digits: 3))), status: .accepted)
    }

    @Sendable private func append(_ request: Request, context: ServerContext) async throws -> Response {
        try await add(request, isReply: false, context: context)
    }

    /// Answers the question that the task waits with.
    @Sendable private func reply(_ request: Request, context: ServerContext) async throws -> Response {
        try await add(request, isReply: true, context: context)
    }

    /// The turn is in the store, and the task is running, before the response is sent. Of several at once, one succeeds.
    private func add(
        _ request: Request, isReply: Bool, context: ServerContext
    ) async throws -> Response {
        let (conversation, body) = try await message(request, context: context)
        let agent = try await requests.agent(body.agentID, for: context.principal)
        guard conversation.agentId == nil || conversation.agentId == agent.id else {
            throw APIError(.notFound(.agent))
        }
        guard conversation.isEnabled else { throw APIError(.notFound(.conversation)) }
        let isWaiting = try await requests.isWaiting(conversation)
        guard isWaiting == isReply else { throw APIError(isWaiting ? .answerPending : .nothingPending) }
        let accepted = try await backend.runner.enqueue(turn(body, in: conversation, agent: agent))
        return try .json(
            Xagent.Accepted(
                taskID: Int(conversation.id), agentID: Int(agent.id),
                acceptedAt: Timestamp(accepted.createdAt, .utc(digits: 3))), status: .accepted)
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await requests.conversation(context)
        let turn = try await backend.store.latestTurn(in: conversation.id)
        if let turn, !turn.state.isFinished { try await backend.runner.resumeIfOrphaned(turn) }
        return try .json(try await requests.state(of: conversation, after: turn))
    }

    @Sendable private func steps(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await requests.conversation(context)
        let entries = try await backend.store.entries(in: conversation.id, includesHidden: false)
        return try .json(
            Xagent.StepList(
                taskID: Int(conversation.id), agentID: Int(conversation.agentId ?? 0),
                steps: entries.compactMap(Xagent.Step.init)))
    }

    /// The task is checked before the agent of the body.
    private func message(
        _ request: Request, context: ServerContext
    ) async throws -> (StoredConversation, Xagent.TaskRequest) {
        let body = try await request.decode(Xagent.TaskRequest.self, limit: backend.limits.bodySize)
        return (try await requests.conversation(context), body)
    }

    private func turn(
        _ body: Xagent.TaskRequest, in conversation: StoredConversation, agent: StoredAgent
    ) -> NewTurn {
        NewTurn(
            conversation: conversation.id, agent: agent.id, input: body.message.content, mode: .background,
            whenBusy: .refuse, metadata: body.metadata ?? .null)
    }
}
