/// The tasks whose conversation the service is about to open. Their messages wait for its welcome, which comes before them.
final class Welcomes {
    private let context: SessionContext
    /// The id that is kept for each welcome.
    private var welcomes: [ChatTask.ID: Message.ID] = [:]

    init(_ context: SessionContext) { self.context = context }

    func isOpening(_ task: ChatTask.ID) -> Bool { welcomes[task] != nil }

    /// Whether the service of a new task opens its conversation.
    func canBegin(_ task: ChatTask) -> Bool { context.service(of: task.account, with: .opens) != nil }

    /// Asks the service of a new task to open its conversation.
    /// - Parameter welcome: the id that is kept for what it says.
    func begin(_ task: ChatTask, as welcome: Message.ID) {
        guard let service = context.service(of: task.account, with: .opens) else { return }
        let id = task.id
        welcomes[id] = welcome
        let conversation = Conversation(task)
        context.request { .opened(id, await ServiceError.catching { try await service.open(conversation) }) }
    }

    /// The service has opened the conversation, or could not.
    /// - Returns: whether the task has waited for it.
    func opened(_ id: ChatTask.ID, _ result: Result<[ReplyEvent], ServiceError>) async -> Bool {
        guard let welcome = welcomes[id] else { return false }
        switch result {
        case .success(let events):
            var assembly = ReplyAssembly(limits: context.limits)
            let delta = assembly.append(events)
            let isStored = await context.attempt(orKeep: .opened(id, result)) {
                context.emit(try await context.transact { try $0.welcome(id, with: delta, as: welcome) })
            }
            // Its messages wait until it is stored, unless it never will be.
            guard isStored || context.unstored.inputs.isEmpty else { return false }
        case .failure(let error):
            if !context.isClosing { context.report("The new task could not be opened. \(error.description)") }
        }
        welcomes[id] = nil
        return true
    }

    func forget(_ task: ChatTask.ID) { welcomes[task] = nil }
}

extension StoreTransaction {
    /// Stores what a service says when a conversation is opened.
    func welcome(_ id: ChatTask.ID, with delta: ReplyDelta, as message: Message.ID) throws -> [SessionEvent] {
        guard try db.task(id) != nil else { return [] }
        try record(identity: delta, of: id)
        var events: [SessionEvent] = []
        if delta.hasContent {
            let text =
                switch delta.text {
                case .none: ""
                case .append(let text, _), .replace(let text): text
                }
            try db.insert(
                Message(
                    id: message, task: id, role: .agent, text: text, at: now, serviceID: delta.messageID,
                    extras: Extras(
                        suggestions: delta.suggestions ?? [], cards: delta.cards ?? [], steps: delta.steps)))
            events.append(.message(try db.existingMessage(message)))
        }
        return try events + changed(id)
    }
}
