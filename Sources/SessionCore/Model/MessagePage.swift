/// Asks for a page of a task's messages.
public struct PageRequest: Hashable, Sendable {
    public enum Place: Hashable, Sendable {
        case newest
        case before(Message.ID)
        case after(Message.ID)
        /// As many before as after, if there are.
        case around(Message.ID)
    }

    public var task: ChatTask.ID
    public var place: Place
    public var limit: Int

    public init(task: ChatTask.ID, place: Place, limit: Int = 50) {
        self.task = task
        self.place = place
        self.limit = limit
    }
}

/// Some consecutive messages of a task, oldest first, with the turns they belong to.
public struct MessagePage: Sendable {
    public var request: PageRequest
    public var messages: [Message]
    public var turns: [Turn]
    public var hasEarlier: Bool
    public var hasLater: Bool

    public init(request: PageRequest, messages: [Message], turns: [Turn], hasEarlier: Bool, hasLater: Bool) {
        self.request = request
        self.messages = messages
        self.turns = turns
        self.hasEarlier = hasEarlier
        self.hasLater = hasLater
    }
}
