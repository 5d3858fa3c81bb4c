/// A part of an answer, in the order in which the agent produces it.
public enum AgentEvent: Hashable, Sendable {
    /// How the text is meant to be read; before any of it. Without this event it is Markdown.
    case format(TextFormat)
    /// More of the answer.
    case text(String)
    /// More of the agent's reasoning.
    case thinking(String)
    /// A tool is called; `input` is JSON text.
    case toolCall(id: String, name: String, input: String)
    /// The result of a call; `output` is JSON or plain text.
    case toolResult(id: String, output: String, isError: Bool)
    /// Things to choose from, at this place of the answer.
    case cards([AgentCard])
    /// What the person might say next.
    case suggestions([String])
    /// Asks the person; the last event of a turn. The next message of the conversation is the answer.
    case question(AgentQuestion)
    /// The tokens that the model has read and written for the answer.
    case usage(TokenUsage)
}

/// How a text is meant to be read.
public enum TextFormat: String, Hashable, Sendable {
    case markdown
    /// As it is.
    case text
    /// As a program prints it for a terminal, with escape sequences.
    case terminal
}

/// The tokens of an answer.
public struct TokenUsage: Hashable, Sendable {
    public var input: Int64?
    public var output: Int64?

    public init(input: Int64?, output: Int64?) {
        self.input = input
        self.output = output
    }
}

/// Why an agent has no answer, in words for the person who asked.
public struct AgentFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
