import Foundation

/// A turn that runs at its service.
struct RunningTurn: Hashable, Sendable {
    var turn: Turn
    var account: AccountName
    var conversation: Conversation

    /// - Parameter task: its task.
    init(_ turn: Turn, in task: ChatTask) {
        self.turn = turn
        account = task.account
        conversation = Conversation(task)
    }

    /// After this time no answer is expected in a history any more. A turn with a ticket is polled as long as it takes.
    var lastAnswer: Date {
        guard turn.ticket == nil else { return .distantFuture }
        // A streamed reply that has lost its connection comes soon or not at all.
        return turn.startedAt.addingTimeInterval(turn.mode == .streamed ? 10 * 60 : 24 * 3600)
    }

    /// Asks the service once for its state. A turn whose acknowledgement was lost has no ticket: its answer is looked for in
    /// the history.
    func poll(_ service: any AgentService, in store: SessionStore, isLate: Bool) async throws -> PollAnswer {
        if let ticket = turn.ticket {
            return try await service.poll(Ticket(id: ticket, conversation: conversation))
        }
        guard let said = try await store.message(turn.message) else { return PollAnswer(.running) }
        do {
            return try await answer(to: said.text, from: service, isLate: isLate)
        } catch let error as ServiceError where error.deniesTurn && !isLate {
            // It has had the message: it knows the conversation again later.
            throw ServiceError(.service, error.message, detail: error.detail, status: error.status)
        }
    }

    /// Looks for the answer in the history.
    private func answer(
        to message: String, from service: any AgentService, isLate: Bool
    ) async throws -> PollAnswer {
        // In this order: the history of a conversation that was not busy before has all of the answer.
        let isBusy =
            service.capabilities.contains(.reportsBusy) ? try await service.isBusy(conversation) : nil
        let history = try await service.history(conversation, page: nil)
        return PollAnswer(history: history.elements, to: message, isBusy: isBusy, isLate: isLate)
    }
}

extension PollAnswer {
    /// What a history says of a turn.
    /// - Parameters:
    ///   - history: the newest messages of the conversation, oldest first.
    ///   - message: what was said in the turn.
    ///   - isBusy: whether the service works on the conversation; nil if it does not say.
    ///   - isLate: whether no answer is expected any more.
    init(history: [RemoteMessage], to message: String, isBusy: Bool?, isLate: Bool) {
        let said = HistoryAlignment.Words(.user, message)
        let start = history.lastIndex { HistoryAlignment.Words($0.role, $0.text) == said }
        let after = start.map { history[($0 + 1)...] } ?? []
        let answers = Array(after.prefix { $0.role == .agent })
        let events = Self.events(answers)
        switch isBusy {
        case true?: self.init(.running, events: events)
        case _ where !answers.isEmpty: self.init(.done, events: events)
        // What follows was said later: the turn is over.
        case false? where start != nil, nil where isLate || !after.isEmpty: self.init(.failed(.unanswered))
        default: self.init(isLate ? .failed(.unanswered) : .running)
        }
    }

    private static func events(_ answers: [RemoteMessage]) -> [ReplyEvent] {
        let steps = answers.flatMap(\.extras.steps).map(ReplyEvent.step)
        let text = answers.map(\.text).filter { !$0.isEmpty }.joined(separator: "\n\n")
        var events = steps + (text.isEmpty ? [] : [.wholeText(text)])
        if let cards = answers.last?.extras.cards, !cards.isEmpty { events.append(.cards(cards)) }
        if let suggestions = answers.last?.extras.suggestions, !suggestions.isEmpty {
            events.append(.suggestions(suggestions))
        }
        if let id = answers.last?.serviceID { events.append(.messageID(id)) }
        return events
    }
}
