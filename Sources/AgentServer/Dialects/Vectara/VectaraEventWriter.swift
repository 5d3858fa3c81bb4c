import AgentAPI
import Agents
import Hummingbird
import Wire

/// Writes the events of a session as server-sent events.
struct VectaraEventWriter {
    private var writer: any ResponseBodyWriter
    private let store: ServerStore
    private let conversation: StoredConversation

    init(writer: any ResponseBodyWriter, store: ServerStore, conversation: StoredConversation) {
        self.writer = writer
        self.store = store
        self.conversation = conversation
    }

    mutating func write(_ event: Vectara.Event) async throws {
        try await writer.write(ByteBuffer(string: try event.encoded().encoded))
    }

    /// Writes the events of other turns after an entry.
    mutating func writeHistory(since entry: Int64, without turn: StoredTurn.ID) async throws {
        let entries = try await store.entries(in: conversation.id, after: entry, includesHidden: false)
        for entry in entries where entry.turnId != turn { try await write(entry) }
    }

    /// Writes what happens in a turn.
    mutating func write(_ event: TurnEvent, of turn: StoredTurn.ID) async throws {
        switch event {
        case .began:
            let input = try await store.entries(ofTurn: turn).first { $0.kind == .user }
            if let input { try await write(input) }
        case .text(let piece), .cards(let piece):
            try await write(streaming("streaming_agent_output", ["content": .string(piece)]))
        case .thinking(let piece):
            try await write(streaming("streaming_thinking", ["content": .string(piece)]))
        case .thought:
            try await write(streaming("streaming_thinking_end"))
        case .toolCalled(let entry):
            try await write(Vectara.Event.toolInput(entry, in: conversation.key))
        case .toolAnswered(let entry):
            try await write(Vectara.Event.toolOutput(entry, in: conversation.key))
        case .format, .usage: break
        case .ended(_, let answer):
            let id = answer.map { ["event_id": JSONValue.string(Vectara.Event.id(of: $0))] } ?? [:]
            try await write(streaming("streaming_agent_output_end", id))
        }
    }

    /// Writes why the turn failed.
    mutating func write(_ failure: AgentFailure) async throws {
        try await write(
            streaming(
                "error",
                [
                    "messages": [.string(failure.message)],
                    "code": .string(Vectara.ErrorCode.agentProcessingFailed.rawValue),
                ]))
    }

    /// The end of every stream.
    mutating func end() async throws {
        try await write(Vectara.Event("end"))
    }

    private mutating func write(_ entry: StoredEntry) async throws {
        for event in Vectara.Event.events(of: entry, in: conversation.key) { try await write(event) }
    }

    /// An event that occurs only in streams. The vendor's package drops those without a time.
    private func streaming(_ type: String, _ fields: [String: JSONValue] = [:]) -> Vectara.Event {
        Vectara.Event(type, createdAt: Timestamp(store.now(), .utc(digits: 3)), fields: fields)
    }
}
