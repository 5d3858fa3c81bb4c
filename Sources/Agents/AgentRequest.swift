/// A message to answer, and the conversation it belongs to.
public struct AgentRequest: Hashable, Sendable {
    public struct Message: Hashable, Sendable {
        public enum Role: String, Sendable {
            case user, agent
            /// Replaces the messages before it.
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
    /// The earlier messages, oldest first. A summary comes first, if there is one.
    public var history: [Message]
    public var message: String
    /// Instructions of the client that created the agent, on top of the agent's own configuration.
    public var instructions: String?
    /// True if no client waits for the answer: it may take longer and go deeper.
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
