/// What happens in a turn, as those who watch it are told. Entries are in the store by then.
enum TurnEvent: Hashable, Sendable {
    /// The agent has been given the message, which is an entry of the conversation now.
    case began
    /// More of the answer.
    case text(String)
    /// More of what the agent thinks.
    case thinking(String)
    /// A thought is complete.
    case thought(Entry)
    case toolCalled(Entry)
    case toolAnswered(Entry)
    /// The turn is over; the answer, where there is one.
    case ended(TurnResult, answer: Entry?)
}
