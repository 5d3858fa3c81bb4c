import AgentAPI
import Wire

/// Tells a turn as the events of a stream.
struct VectaraEventWriter: Sendable {
    let store: ServerStore
    let conversation: Conversation
    let turn: Turn

    /// What is in the session already, as far as the client asked for it.
    func past(since: Int64?) async throws -> [Vectara.Event] {
        guard let since else { return [] }
        let entries = try await store.entries(in: conversation.id, after: since, includesHidden: false)
        return entries.filter { $0.turnId != turn.id }
            .flatMap { Vectara.Event.events(of: $0, in: conversation.key) }
    }

    func tell(_ event: TurnEvent) async throws -> [Vectara.Event] {
        switch event {
        case .began:
            let input = try await store.entries(ofTurn: turn.id).first { $0.kind == .user }
            return input.map { Vectara.Event.events(of: $0, in: conversation.key) } ?? []
        case .text(let piece):
            return [streaming("streaming_agent_output", ["content": .string(piece)])]
        case .thinking(let piece):
            return [streaming("streaming_thinking", ["content": .string(piece)])]
        case .thought:
            return [streaming("streaming_thinking_end")]
        case .toolCalled(let entry):
            return [Vectara.Event.toolInput(entry, in: conversation.key)]
        case .toolAnswered(let entry):
            return [Vectara.Event.toolOutput(entry, in: conversation.key)]
        case .ended(_, let answer):
            let id = answer.map { ["event_id": JSONValue.string(Vectara.Event.id(of: $0))] } ?? [:]
            return [streaming("streaming_agent_output_end", id)]
        }
    }

    /// An event that only a stream has. The vendor's package drops those without a time.
    private func streaming(_ type: String, _ fields: [String: JSONValue] = [:]) -> Vectara.Event {
        Vectara.Event(type, createdAt: Timestamp(store.now(), .utc(digits: 3)), fields: fields)
    }
}
