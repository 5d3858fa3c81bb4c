import SessionCore

/// Which of an agent's steps are shown with what they hold. The list of a message's steps opens and closes, and each step in
/// it; all at once they are as `isOpen` says, but for those that were opened or closed one by one since.
struct StepFolding: Hashable, Sendable {
    var isOpen = false
    private var lists: Set<Message.ID> = []
    private var steps: Set<Place> = []

    private struct Place: Hashable {
        var message: Message.ID
        var step: Step.ID
    }

    init(isOpen: Bool = false) { self.isOpen = isOpen }

    func isListOpen(_ message: Message.ID) -> Bool { isOpen != lists.contains(message) }

    func isOpen(_ step: Step.ID, in message: Message.ID) -> Bool {
        isOpen != steps.contains(Place(message: message, step: step))
    }

    mutating func toggleList(_ message: Message.ID) { lists.formSymmetricDifference([message]) }

    mutating func toggle(_ step: Step.ID, in message: Message.ID) {
        steps.formSymmetricDifference([Place(message: message, step: step)])
    }
}

/// What can be selected in a conversation.
struct Selection: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case message
        /// All that the agent did on the way.
        case steps
        case step(Step.ID)
    }

    var message: Message.ID
    var part: Part
}
