import AgentAPI

extension Backend {
    /// What a request asks for, in the conversation it names, which is made if there is none.
    func turn(
        _ body: Lyzr.InferenceRequest, mode: Turn.Mode, for principal: Principal?
    ) async throws -> NewTurn {
        let agent = try await agent(named: body.agentID, for: principal)
        let conversation = try await store.enter(
            key: body.sessionID ?? Identifier.hex(now: store.now()), agent: agent.id, user: body.userID)
        guard principal?.agent == nil || conversation.agentId == principal?.agent else {
            throw APIError(.notFound(.conversation))
        }
        guard conversation.isEnabled else { throw APIError(.forbidden, "This session is disabled") }
        return NewTurn(
            conversation: conversation.id, agent: agent.id, input: body.message, mode: mode, whenBusy: .wait)
    }

    /// The turn that a client names by its ticket.
    func turn(ticket: String, for principal: Principal?) async throws -> Turn {
        guard let turn = try await store.turn(ticket: ticket),
            principal?.agent == nil || principal?.agent == turn.agentId
        else { throw APIError(.notFound(.turn)) }
        return turn
    }
}

extension Lyzr.InferenceRequest: RequestBodyShape {
    var faults: [Fault] {
        let texts = [
            ("user_id", userID, 200), ("agent_id", agentID, 200), ("session_id", sessionID ?? "-", 200),
        ]
        return texts.compactMap { Fault(length: $1, of: $0, within: 1...$2) }
            + [Fault(length: message, of: "message", within: 1...(1 << 20))].compactMap { $0 }
    }
}
