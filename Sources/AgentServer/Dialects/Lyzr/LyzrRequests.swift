import AgentAPI
import Wire

/// Looks up what the requests of this dialect name: agents by id, sessions by key, tasks by ticket.
struct LyzrRequests: Sendable {
    let backend: Backend

    /// The turn that a request asks for. Its session is created if there is none.
    func turn(
        _ body: Lyzr.InferenceRequest, mode: StoredTurn.Mode, for principal: Principal?
    ) async throws -> NewTurn {
        let agent = try await backend.agent(named: body.agentID, for: principal)
        let conversation = try await backend.store.findOrCreate(
            key: body.sessionID ?? Identifier.hex(now: backend.store.now()), agent: agent.id,
            user: body.userID)
        guard principal.canAccess(agent: conversation.agentId) else {
            throw APIError(.notFound(.conversation))
        }
        guard conversation.isEnabled else { throw APIError(.forbidden, "This session is disabled") }
        return NewTurn(
            conversation: conversation.id, agent: agent.id, input: body.message, mode: mode, whenBusy: .wait)
    }

    /// The turn that a path names by its ticket. Takes it over if no server works on it.
    func turn(_ context: ServerContext) async throws -> StoredTurn {
        guard let turn = try await backend.store.turn(ticket: context.name("task")),
            context.principal.canAccess(agent: turn.agentId)
        else { throw APIError(.notFound(.turn)) }
        if !turn.state.isFinished { try await backend.runner.resumeIfOrphaned(turn) }
        return turn
    }

    /// The conversation that a path names by its session id.
    func conversation(_ context: ServerContext) async throws -> StoredConversation {
        try await backend.conversation(key: context.name("session"), for: context.principal)
    }
}

extension Lyzr.InferenceRequest: ValidatedBody {
    var fieldErrors: [FieldError] {
        let texts = [
            ("user_id", userID, 200), ("agent_id", agentID, 200), ("session_id", sessionID ?? "-", 200),
            ("message", message, 1 << 20),
        ]
        return texts.compactMap { FieldError(length: $1, of: $0, within: 1...$2) }
    }
}

extension Lyzr.StudioRequest: ValidatedBody {
    /// The same request in the form of v2.
    var inference: Lyzr.InferenceRequest {
        Lyzr.InferenceRequest(
            userID: userID ?? "default_user", agentID: agentID, sessionID: sessionID, message: question ?? "")
    }

    var fieldErrors: [FieldError] {
        guard question != nil || message != nil else {
            return [FieldError(path: ["body", "message"], kind: .missing, message: "field required")]
        }
        return inference.fieldErrors
    }
}

extension Lyzr.SessionRequest: ValidatedBody {
    var fieldErrors: [FieldError] {
        [FieldError(length: userID, of: "user_id", within: 1...200)].compactMap { $0 }
    }
}

extension Lyzr.User: ValidatedBody {
    var fieldErrors: [FieldError] {
        [userID.flatMap { FieldError(length: $0, of: "user_id", within: 1...200) }].compactMap { $0 }
    }
}

/// What a request says about an agent of v3.
struct StudioAgentDraft {
    var description: String?
    /// Everything but the names, unchanged.
    private var rest: [String: JSONValue]

    /// The fields that make up the instructions of an agent, in their order.
    private static let instructionFields = ["agent_role", "agent_goal", "agent_instructions"]

    init(_ fields: inout BodyFields) {
        description = fields.string("description", within: 0...10_000)
        for name in Self.instructionFields + ["model", "provider_id"] { _ = fields.string(name) }
        let own: Set = ["name", "description", "_id", "created_at", "updated_at"]
        rest = fields.members.filter { !own.contains($0.key) && !$0.value.isNull }
    }

    /// Merges the draft into a definition: the fields of this dialect go under ``StoredAgent/studioFields``, instructions and model where
    /// every dialect finds them.
    func definition(over old: JSONValue) -> JSONValue {
        var own = old[StoredAgent.studioFields]?.members ?? [:]
        own.merge(rest) { $1 }
        var definition = old.members
        definition[StoredAgent.studioFields] = .object(own)
        let parts = Self.instructionFields.compactMap { own[$0]?.string }.filter { !$0.isEmpty }
        definition["instructions"] = parts.isEmpty ? nil : .string(parts.joined(separator: "\n\n"))
        if let model = own["model"] { definition["model"] = ["name": model] }
        return .object(definition)
    }
}
