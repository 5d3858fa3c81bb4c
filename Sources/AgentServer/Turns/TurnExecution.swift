import Agents
import Foundation
import Logging
import Storage

/// Runs the agent of one turn, and records what it does. Not responsible for when a turn begins, nor for storing its end.
struct TurnExecution: Sendable {
    let store: ServerStore
    let agents: AgentDirectory
    let metrics: ServerMetrics
    let logger: Logger

    /// How many messages of the conversation an agent is given.
    private static let historyLimit = 200

    /// - Parameter emit: Receives each event once it is recorded.
    func run(
        _ turn: StoredTurn, emit: @escaping @Sendable (TurnEvent) async -> Void
    ) async -> TurnResult {
        let start = ContinuousClock.now
        let result = await answer(turn, emit: emit)
        metrics.countTurn(result.state, seconds: (ContinuousClock.now - start) / .seconds(1))
        return result
    }

    private func answer(
        _ turn: StoredTurn, emit: @escaping @Sendable (TurnEvent) async -> Void
    ) async -> TurnResult {
        let recorder = ReplyRecorder(store: store, turn: turn)
        await emit(.began)
        do {
            let (agent, request) = try await prepare(turn)
            try await agent.reply(to: request) { event in
                try Task.checkCancellation()
                for recorded in try await recorder.record(event) { await emit(recorded) }
                try Task.checkCancellation()
            }
            return await recorder.result(.completed)
        } catch {
            if Task.isCancelled { return await recorder.result(.interrupted) }
            if let failure = error as? AgentFailure {
                return await recorder.result(.failed, failure: failure.message)
            }
            if let error = error as? StoreError {
                return await recorder.result(.failed, failure: error.clientDescription)
            }
            logger.error("An agent failed", metadata: ["error": "\(type(of: error))"])
            return await recorder.result(.failed, failure: "The agent failed.")
        }
    }

    private func prepare(_ turn: StoredTurn) async throws -> (any ReplyingAgent, AgentRequest) {
        guard let identity = try await store.agent(id: turn.agentId),
            let agent = agents.profile(for: identity)?.agent
        else {
            throw AgentFailure("The agent of this turn is no longer configured.")
        }
        let conversation = try await store.conversation(id: turn.conversationId)
        let history = try await store.history(before: turn, limit: Self.historyLimit)
        let request = AgentRequest(
            conversation: conversation?.key ?? "", history: history.compactMap(AgentRequest.Message.init),
            message: turn.input, instructions: identity.instructions, isInBackground: turn.mode == .background
        )
        return (agent, request)
    }
}

extension AgentRequest.Message {
    /// nil for what is not part of an agent's history.
    init?(_ entry: StoredEntry) {
        switch entry.kind {
        case .user: self.init(.user, entry.text)
        case .agent: self.init(.agent, entry.text)
        case .compaction: self.init(.summary, entry.text)
        case .thinking, .tool: return nil
        }
    }
}
