/// The agent that is always there: answers questions about Parley from its manual.
public struct GuideAgent: ReplyingAgent {
    private let manual: Manual
    private let pace: Pace

    public init(manual: Manual, pace: Pace) {
        self.manual = manual
        self.pace = pace
    }

    public func reply(
        to request: AgentRequest, emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        let answer = try await answer(to: request)
        try await pace.tell(answer.text, emit: emit)
        if !answer.suggestions.isEmpty { try await emit(.suggestions(answer.suggestions)) }
    }

    /// Goes through what the person said before to find what the last message leans on.
    private func answer(to request: AgentRequest) async throws -> GuideDialogue.Answer {
        var dialogue = GuideDialogue(manual: manual, isInBackground: request.isInBackground)
        let said = request.history.filter { $0.role == .user }.map(\.text)
        for message in said.suffix(Self.memory) { _ = try await dialogue.answer(message) }
        return try await dialogue.answer(request.message)
    }

    /// How many messages back the guide goes.
    private static let memory = 30
}

extension AgentDefinition {
    /// The built-in agent that knows the manual.
    public static func guide(pace: Pace = .reading) -> AgentDefinition {
        AgentDefinition(
            key: "guide", name: "Guide", description: "Answers questions about Parley from its manual.",
            welcome: "Hello! I am the guide, and I know Parley's manual. What would you like to know?",
            suggestions: [
                "What can I ask?", "How do I send a message in the background?", "Which keys are there?",
            ],
            kind: .guide(pace))
    }
}
