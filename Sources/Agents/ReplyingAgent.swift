import Foundation

/// Something that answers messages.
public protocol ReplyingAgent: Sendable {
    /// Answers the last message. `emit` is awaited for each event, so that a slow reader holds the agent back.
    /// The calling task is cancelled when nobody wants the answer any more: then stop soon and throw `CancellationError`.
    /// Anything else that is thrown fails the turn; an ``AgentFailure`` is told to the client.
    func reply(
        to request: AgentRequest, emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws

    /// Whether ``AgentRequest/instructions`` change what it says.
    var followsInstructions: Bool { get }
}

extension ReplyingAgent {
    public var followsInstructions: Bool { false }
}

/// What an agent is asked.
public struct AgentRequest: Hashable, Sendable {
    public struct Message: Hashable, Sendable {
        public enum Role: String, Sendable {
            case user, agent
            /// What came before, summed up.
            case summary
        }

        public var role: Role
        public var text: String

        public init(_ role: Role, _ text: String) {
            self.role = role
            self.text = text
        }
    }

    /// The public key of the conversation.
    public var conversation: String
    /// What was said before, oldest first.
    public var history: [Message]
    public var message: String
    /// What the maker of the agent wants of it, beyond its own configuration.
    public var instructions: String?
    /// Nobody watches the answer being written: it may take longer and go deeper.
    public var isInBackground: Bool

    public init(
        conversation: String, history: [Message], message: String, instructions: String? = nil,
        isInBackground: Bool = false
    ) {
        self.conversation = conversation
        self.history = history
        self.message = message
        self.instructions = instructions
        self.isInBackground = isInBackground
    }
}

/// What an agent says and does, in order.
public enum AgentEvent: Hashable, Sendable {
    /// More of the answer.
    case text(String)
    /// More of what the agent thinks on the way.
    case thinking(String)
    /// A tool is called; `input` is JSON text.
    case toolCall(id: String, name: String, input: String)
    /// What came of a call; `output` is JSON or plain text.
    case toolResult(id: String, output: String, isError: Bool)
    /// What the person might say next.
    case suggestions([String])
}

/// Why an agent has no answer, in words for the person who asked.
public struct AgentFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
