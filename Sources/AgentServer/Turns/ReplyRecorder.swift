import Agents
import Foundation
import Wire

/// Records what an agent does in one turn: steps go to the store as they happen, the answer is kept for the end of the turn.
actor ReplyRecorder {
    private let store: ServerStore
    private let turn: StoredTurn
    private var text = ""
    /// The longest answer or thought, in bytes: it is kept in memory.
    private static let maxLength = 32 << 20
    private var suggestions: [String] = []
    private var cards: [AgentCard] = []
    private var question: AgentQuestion?
    private var format = TextFormat.markdown
    private var usage: TokenUsage?
    private var thought: (entry: StoredEntry, text: String)?
    /// Tool calls without a result, by the agent's own id.
    private var calls: [String: StoredEntry] = [:]

    init(store: ServerStore, turn: StoredTurn) {
        self.store = store
        self.turn = turn
    }

    /// - Returns: The events that follow from it, which are in the store.
    func record(_ event: AgentEvent) async throws -> [TurnEvent] {
        switch event {
        case .text(let piece): return try await write(piece) + [.text(piece)]
        case .cards(let new) where !new.isEmpty:
            cards += new
            let piece = paragraph(AgentCard.markdown(new))
            return try await write(piece) + [.cards(piece)]
        case .question(let asked):
            question = asked
            let piece = paragraph(asked.text)
            return try await write(piece) + [.text(piece)]
        case .thinking(let piece):
            try await think(piece)
            return [.thinking(piece)]
        case .toolCall(let id, let name, let input):
            let ended = try await endThought()
            let call = try await begin(.tool, data: Self.call(id: id, name: name, input: input))
            calls[id] = call
            return ended + [.toolCalled(call)]
        case .toolResult(let id, let output, let isError):
            return try await endCall(id, output: output, isError: isError)
        case .suggestions(let new):
            suggestions = new
            return []
        case .format(let format):
            self.format = format
            return [.format(format)]
        case .usage(let usage):
            self.usage = usage
            return [.usage(usage)]
        case .cards: return []
        }
    }

    /// - Returns: The events before those of the piece.
    private func write(_ piece: String) async throws -> [TurnEvent] {
        try Self.check(text, plus: piece)
        text += piece
        return try await endThought()
    }

    /// A text as a paragraph of its own at the end of the answer.
    private func paragraph(_ text: String) -> String { (self.text.isEmpty ? "" : "\n\n") + text }

    /// The outcome of the turn. Ends an open thought.
    func result(_ state: StoredTurn.State, failure: String? = nil) async -> TurnResult {
        _ = try? await endThought()
        let additions = ReplyAdditions(
            suggestions: suggestions, cards: cards, question: question, format: format, usage: usage)
        return TurnResult(state: state, text: text, data: additions.json, failure: failure)
    }

    /// - Throws: ``AgentFailure`` if a text would become too long by a piece.
    static func check(_ text: String, plus piece: String) throws {
        guard text.utf8.count + piece.utf8.count > maxLength else { return }
        throw AgentFailure("The answer is longer than \(maxLength >> 20) MB; the rest was cut off.")
    }

    private func think(_ piece: String) async throws {
        if thought == nil {
            thought = (try await begin(.thinking, data: .emptyObject), "")
        }
        try Self.check(thought?.text ?? "", plus: piece)
        thought?.text += piece
    }

    private func endThought() async throws -> [TurnEvent] {
        guard let (entry, text) = thought else { return [] }
        thought = nil
        return [.thought(try await store.end(entry.id, text: text, data: entry.data, state: .completed))]
    }

    private func endCall(_ id: String, output: String, isError: Bool) async throws -> [TurnEvent] {
        guard let entry = calls.removeValue(forKey: id), case .object(var data) = entry.data else {
            return []
        }
        data[isError ? "error" : "output"] = JSONValue(text: output) ?? .string(output)
        let ended = try await store.end(
            entry.id, text: "", data: .object(data), state: isError ? .failed : .completed)
        return [.toolAnswered(ended)]
    }

    private func begin(_ kind: StoredEntry.Kind, data: JSONValue) async throws -> StoredEntry {
        let entry = NewEntry(
            conversation: turn.conversationId, turn: turn.id, agent: turn.agentId, kind: kind, data: data,
            state: .running)
        return try await store.add(entry)
    }

    private static func call(id: String, name: String, input: String) -> JSONValue {
        .object([
            "call": .string(id), "name": .string(name), "input": JSONValue(text: input) ?? .string(input),
        ])
    }
}
