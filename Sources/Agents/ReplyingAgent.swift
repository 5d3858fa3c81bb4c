/// Something that answers messages: a language model, a program, a search through a manual.
///
/// An agent keeps nothing between requests: a request carries as much of the conversation as the agent may use.
public protocol ReplyingAgent: Sendable {
    /// Answers the last message.
    /// - Parameter emit: Receives the answer in order. It is awaited for each event, so a slow reader holds the agent back.
    /// - Throws: ``AgentFailure`` with a message for the person who asked; `CancellationError` soon after the calling task has been
    ///   cancelled. Any other error fails the turn without showing its text.
    func reply(
        to request: AgentRequest, emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws

    /// Whether ``AgentRequest/instructions`` change what it says.
    var followsInstructions: Bool { get }

    /// How much of ``AgentRequest/history`` it reads, in characters; nil for all of it. Of more it reads the latest messages.
    var historyLimit: Int? { get }
}

extension ReplyingAgent {
    public var followsInstructions: Bool { false }
    public var historyLimit: Int? { nil }
}
