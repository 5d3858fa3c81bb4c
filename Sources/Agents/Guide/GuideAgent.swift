import Synchronization

/// The built-in agent: answers questions about Parley from its manual.
final class GuideAgent: ReplyingAgent {
    private let sections: [ManualSection]
    private let pace: Pace
    /// Indexed on the first question, not at start-up.
    private let manual = Mutex<Manual?>(nil)

    /// How many earlier messages of the person it replays to understand the last one.
    private static let memory = 30

    init(sections: [ManualSection], pace: Pace) {
        self.sections = sections
        self.pace = pace
    }

    func reply(
        to request: AgentRequest, emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        let answer = try await answer(to: request)
        try await pace.emit(answer.text, to: emit)
        if !answer.suggestions.isEmpty { try await emit(.suggestions(answer.suggestions)) }
    }

    private func answer(to request: AgentRequest) async throws -> GuideDialogue.Answer {
        var dialogue = GuideDialogue(manual: try indexedManual(), isInBackground: request.isInBackground)
        let earlier = request.history.filter { $0.role == .user }.map(\.text)
        for message in earlier.suffix(Self.memory) { _ = try await dialogue.answer(message) }
        return try await dialogue.answer(request.message)
    }

    private func indexedManual() throws -> Manual {
        try manual.withLock { manual in
            if let manual { return manual }
            let indexed = try Manual(sections: sections)
            manual = indexed
            return indexed
        }
    }
}

extension AgentDefinition {
    /// The built-in agent that answers from the manual.
    /// - Parameter manual: What it knows beside the README.
    public static func guide(manual: [ManualSection] = []) -> AgentDefinition {
        AgentDefinition(
            key: "guide", name: "Guide", description: "Answers questions about Parley from its manual.",
            welcome: "Hello! I am the guide to Parley. What would you like to know?",
            suggestions: [
                "What can I ask?", "How do I send a message in the background?", "Which keys are there?",
            ],
            agent: GuideAgent(sections: Manual.readme + manual, pace: .reading))
    }
}
