import AgentAPI
import Foundation
import Hummingbird

/// Tasks: made and appended to with a message that is worked on in the background, and asked about.
struct XagentTaskRoutes {
    let backend: Backend

    func add(to routes: RouterGroup<ServerContext>) {
        routes.post("v1/chat/tasks", use: create)
        routes.get("v1/chat/tasks/:task", use: show)
        routes.post("v1/chat/tasks/:task/messages", use: append)
        routes.post("v1/chat/tasks/:task/reply", use: reply)
        routes.get("v1/chat/tasks/:task/steps", use: steps)
    }

    @Sendable private func create(_ request: Request, context: ServerContext) async throws -> Response {
        let body = try await request.decode(Xagent.TaskRequest.self, limit: backend.limits.bodySize)
        let agent = try await agent(body.agentID, context)
        let new = NewConversation(agent: agent.id, metadata: body.metadata ?? .emptyObject)
        guard let conversation = try await backend.store.create(new) else { throw APIError(.internal) }
        _ = try await backend.runner.enqueue(turn(body, in: conversation, agent: agent))
        return try .json(
            Xagent.Accepted(
                taskID: Int(conversation.id), agentID: Int(agent.id),
                createdAt: Timestamp(conversation.createdAt, .utc(digits: 3))), status: .accepted)
    }

    /// The turn is in the store, and the task counts as running, before the answer leaves. Of many that append at once, one wins.
    @Sendable private func append(_ request: Request, context: ServerContext) async throws -> Response {
        let (conversation, body) = try await message(request, context: context)
        let agent = try await agent(body.agentID, context)
        guard conversation.agentId == nil || conversation.agentId == agent.id else {
            throw APIError(.notFound(.agent))
        }
        guard conversation.isEnabled else { throw APIError(.notFound(.conversation)) }
        let accepted = try await backend.runner.enqueue(turn(body, in: conversation, agent: agent))
        return try .json(
            Xagent.Accepted(
                taskID: Int(conversation.id), agentID: Int(agent.id),
                acceptedAt: Timestamp(accepted.createdAt, .utc(digits: 3))), status: .accepted)
    }

    /// No agent here stops to ask something.
    @Sendable private func reply(_ request: Request, context: ServerContext) async throws -> Response {
        _ = try await message(request, context: context)
        throw APIError(.nothingPending)
    }

    @Sendable private func show(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await backend.task(context)
        let turn = try await backend.store.latestTurn(in: conversation.id)
        if let turn, !turn.state.isOver { try await backend.runner.lookAfter(turn) }
        return try .json(try await backend.state(of: conversation, after: turn))
    }

    @Sendable private func steps(_ request: Request, context: ServerContext) async throws -> Response {
        let conversation = try await backend.task(context)
        let entries = try await backend.store.entries(in: conversation.id, includesHidden: false)
        return try .json(
            Xagent.StepList(
                taskID: Int(conversation.id), agentID: Int(conversation.agentId ?? 0),
                steps: entries.compactMap(Xagent.Step.init)))
    }

    /// Whose task it is comes before what is said about it.
    private func message(
        _ request: Request, context: ServerContext
    ) async throws -> (Conversation, Xagent.TaskRequest) {
        let body = try await request.decode(Xagent.TaskRequest.self, limit: backend.limits.bodySize)
        return (try await backend.task(context), body)
    }

    private func agent(_ id: Int, _ context: ServerContext) async throws -> AgentIdentity {
        guard let agent = try await backend.store.agent(id: Int64(id)), agent.isEnabled,
            context.principal?.agent == nil || context.principal?.agent == agent.id
        else { throw APIError(.notFound(.agent)) }
        return agent
    }

    private func turn(
        _ body: Xagent.TaskRequest, in conversation: Conversation, agent: AgentIdentity
    ) -> NewTurn {
        NewTurn(
            conversation: conversation.id, agent: agent.id, input: body.message.content, mode: .background,
            whenBusy: .refuse, metadata: body.metadata ?? .null)
    }
}

extension Xagent.TaskRequest: RequestBodyShape {
    var faults: [Fault] {
        var faults: [Fault] = []
        if message.role != "user" {
            faults.append(
                Fault(path: ["body", "message", "role"], kind: .malformed, message: "Input should be 'user'"))
        }
        if message.content.isEmpty {
            faults.append(
                Fault(
                    path: ["body", "message", "content"], kind: .tooShort(1),
                    message: "String should have at least 1 character"))
        }
        switch metadata {
        case nil, .null?, .object?: break
        default:
            faults.append(
                Fault(
                    path: ["body", "metadata"], kind: .type("object"),
                    message: "Input should be a valid dictionary"))
        }
        return faults
    }
}
