import Agents

/// What happens in a turn. Entries are in the store before their event is emitted.
enum TurnEvent: Hashable, Sendable {
    /// The agent has been given the message, which is an entry of the conversation now.
    case began
    /// How the answer is meant to be read; before any of it.
    case format(TextFormat)
    /// What the answer has cost.
    case usage(TokenUsage)
    /// More of the answer.
    case text(String)
    /// Things to choose from, as text: more of the answer for dialects without cards.
    case cards(String)
    /// More of the agent's reasoning.
    case thinking(String)
    /// A piece of reasoning is complete.
    case thought(StoredEntry)
    case toolCalled(StoredEntry)
    case toolAnswered(StoredEntry)
    /// The turn is finished; the answer, if there is one.
    case ended(TurnResult, answer: StoredEntry?)

    /// More of the answer, where everything is text.
    var text: String? {
        switch self {
        case .text(let piece), .cards(let piece): piece
        default: nil
        }
    }
}
