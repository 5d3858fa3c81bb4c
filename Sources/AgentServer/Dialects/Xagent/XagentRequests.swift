import AgentAPI
import Hummingbird
import Wire

/// Looks up what the requests of this dialect name: tasks and agents by number.
struct XagentRequests: Sendable {
    let backend: Backend

    /// The conversation that a path names.
    func conversation(_ context: ServerContext) async throws -> StoredConversation {
        guard let id = Int64(try context.name("task")) else {
            throw APIError.invalid(
                ["path", "task_id"], .type("integer"), "Input should be a valid integer")
        }
        guard let conversation = try await backend.store.conversation(id: id),
            context.principal.canAccess(agent: conversation.agentId)
        else { throw APIError(.notFound(.conversation)) }
        return conversation
    }

    func agent(_ id: Int, for principal: Principal?) async throws -> StoredAgent {
        guard let agent = try await backend.store.agent(id: Int64(id)), agent.isEnabled,
            principal.canAccess(agent: agent.id)
        else { throw APIError(.notFound(.agent)) }
        return agent
    }

    /// The state of a task, which is that of its latest turn.
    func state(
        of conversation: StoredConversation, after turn: StoredTurn?
    ) async throws -> Xagent.TaskState {
        var answer: StoredEntry?
        if let turn, turn.state == .completed { answer = try await backend.store.answer(of: turn.id) }
        return Xagent.TaskState(conversation, turn: turn, answer: answer)
    }

    /// Whether the latest turn of a task has ended with a question.
    func isWaiting(_ conversation: StoredConversation) async throws -> Bool {
        let turn = try await backend.store.latestTurn(in: conversation.id)
        return try await state(of: conversation, after: turn).question != nil
    }
}

extension Xagent.TaskRequest: ValidatedBody {
    var fieldErrors: [FieldError] {
        var fieldErrors: [FieldError] = []
        if message.role != "user" {
            fieldErrors.append(
                FieldError(
                    path: ["body", "message", "role"], kind: .malformed, message: "Input should be 'user'"))
        }
        if message.content.isEmpty {
            fieldErrors.append(
                FieldError(
                    path: ["body", "message", "content"], kind: .tooShort(1),
                    message: "String should have at least 1 character"))
        }
        switch metadata {
        case nil, .null?, .object?: break
        default:
            fieldErrors.append(
                FieldError(
                    path: ["body", "metadata"], kind: .type("object"),
                    message: "Input should be a valid dictionary"))
        }
        return fieldErrors
    }
}
