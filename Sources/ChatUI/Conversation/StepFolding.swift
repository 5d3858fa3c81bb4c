import SessionCore

/// Which steps are open. The list of a message's steps opens and closes, and so does each step in it; `isOpen` holds
/// for all of them, except those toggled individually since.
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
        /// All steps of the message.
        case steps
        case step(Step.ID)
    }

    var message: Message.ID
    var part: Part
}
