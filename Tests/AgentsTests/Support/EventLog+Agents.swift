import TestSupport

@testable import Agents

extension EventLog<AgentEvent> {
    /// The texts of the answer, joined.
    var text: String { Self.text(of: events) }

    static func text(of events: [AgentEvent]) -> String {
        events.reduce("") { if case .text(let piece) = $1 { $0 + piece } else { $0 } }
    }

    /// Asks an agent and keeps what it emits.
    static func of(
        _ agent: any ReplyingAgent,
        _ request: AgentRequest = AgentRequest(conversation: "c", history: [], message: "hello")
    ) async throws -> EventLog {
        let log = EventLog()
        try await agent.reply(to: request) { log.add($0) }
        return log
    }
}
