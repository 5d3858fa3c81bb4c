import Foundation

/// Fetches what was said elsewhere in conversations that are here already: for a task that the person looks at, once, and again
/// after a refresh.
final class CatchUps {
    private let context: SessionContext
    private let polls: Polls
    /// The tasks whose newest messages were asked for since the last refresh.
    private var asked: Set<ChatTask.ID> = []
    /// The task that the person looks at.
    private var shown: ChatTask.ID?

    init(_ context: SessionContext, polls: Polls) {
        self.context = context
        self.polls = polls
    }

    func show(_ task: ChatTask.ID) { shown = task }

    /// The newest page of a task is loaded.
    /// - Parameter isEmpty: whether nothing is here of it, so that its history is fetched instead.
    func look(at task: ChatTask.ID, isEmpty: Bool) async throws {
        shown = task
        if !isEmpty { try await catchUp(task) }
    }

    func refresh() async {
        asked = []
        if let task = shown { await context.attempt { try await catchUp(task) } }
    }

    /// The newest messages of a task have been fetched otherwise.
    func caughtUp(_ task: ChatTask.ID) { asked.insert(task) }

    /// Asks the service for the newest messages. If that fails, what is here is shown, and the next look asks again.
    private func catchUp(_ id: ChatTask.ID) async throws {
        guard !context.isClosing, !asked.contains(id), let task = try await context.store.task(id),
            task.serviceID != nil, let service = context.service(of: task.account, with: .history),
            try await context.store.activeTurn(of: id) == nil
        else { return }
        asked.insert(id)
        let conversation = Conversation(task)
        context.request {
            let result = await ServiceError.catching { try await service.history(conversation, page: nil) }
            return .newest(conversation, result)
        }
    }

    func fetched(_ conversation: Conversation, _ result: Result<Page<RemoteMessage>, ServiceError>) async {
        guard !context.isClosing else { return }
        let task = conversation.task
        switch result {
        case .success(let page):
            let isStored = await context.attempt {
                guard let known = try await context.store.task(task) else { return }
                let reportsBusy = context.service(of: known.account, with: .reportsBusy) != nil
                let events = try await context.transact {
                    try $0.catchUp(task, with: page.elements, isWhole: !reportsBusy)
                }
                context.emit(events)
                // A message that has arrived and is not answered is followed to its end.
                for case .turn(let turn) in events where turn.state == .running {
                    polls.start(turn, in: known)
                }
            }
            if !isStored { asked.remove(task) }
        case .failure: asked.remove(task)
        }
    }

    func forget(_ task: ChatTask.ID) { asked.remove(task) }
}

extension StoreTransaction {
    /// Stores what a service's newest messages hold behind what is here: what was said elsewhere. Only where they certainly go on
    /// from the last message that is here. An unconfirmed message that is among them has arrived.
    /// - Parameter isWhole: whether an answer in a history is complete; false if the service may still work on it.
    func catchUp(
        _ id: ChatTask.ID, with newest: [RemoteMessage], isWhole: Bool = true
    ) throws -> [SessionEvent] {
        guard try db.task(id)?.serviceID != nil else { return [] }
        let last = try db.lastTurn(of: id)
        guard last?.state.isSettled ?? true else { return [] }
        let unconfirmed = last?.state == .unconfirmed ? last : nil
        let here = try db.lastWords(of: id, before: unconfirmed?.message, limit: 10)
        let continuation = HistoryAlignment.continuation(
            of: newest.map { HistoryAlignment.Words($0.role, $0.text) },
            after: here.map { HistoryAlignment.Words($0.role, $0.text) })
        // Before the first message of a task there is nothing.
        guard let start = continuation ?? (here.isEmpty && unconfirmed != nil ? 0 : nil) else { return [] }
        var new = try newest[start...].filter { try !isKnown($0, in: id) }[...]
        var events: [SessionEvent] = []
        if let unconfirmed {
            guard try hasArrived(unconfirmed, as: new.first) else { return [] }
            let answer = isWhole ? new.dropFirst().first : nil
            events += try confirm(unconfirmed, answeredBy: answer.flatMap { $0.role == .agent ? $0 : nil })
            new = new.dropFirst().drop { $0.role == .agent }
        }
        for remote in new {
            let message = Message(remote, id: try db.nextMessageID(), task: id, at: now)
            try db.insert(message)
            events.append(.message(message))
        }
        guard !events.isEmpty else { return [] }
        try db.touch(id, at: new.last?.at ?? now)
        return try events + changed(id)
    }

    private func hasArrived(_ turn: Turn, as remote: RemoteMessage?) throws -> Bool {
        guard let remote, let said = try db.message(turn.message) else { return false }
        return HistoryAlignment.Words(remote.role, remote.text)
            == HistoryAlignment.Words(said.role, said.text)
    }

    /// An unconfirmed message has arrived, with what was answered to it. Without an answer the turn runs, and is ours.
    private func confirm(_ unconfirmed: Turn, answeredBy answer: RemoteMessage?) throws -> [SessionEvent] {
        var turn = unconfirmed
        guard try apply(.found(isAnswered: answer != nil), to: &turn) != nil else { return [] }
        // The person may have seen that it was unconfirmed, but not its reply.
        try db.moveLastRead(of: turn.task, backTo: turn.message)
        var events: [SessionEvent] = []
        if let answer {
            let reply = Message(
                answer, id: Turn.replyID(of: turn.message), task: turn.task, turn: turn.id, at: now)
            try db.insert(reply)
            turn.reply = reply.id
            events.append(.message(reply))
        }
        try db.update(turn, owner: process.name)
        return events + [.turn(turn)]
    }
}

extension Turn.State {
    /// Whether the service's history is known to hold the turn, or may.
    fileprivate var isSettled: Bool { self == .done || self == .waiting || self == .unconfirmed }
}

extension Message {
    fileprivate init(_ remote: RemoteMessage, id: ID, task: ChatTask.ID, turn: Turn.ID? = nil, at now: Date) {
        self.init(
            id: id, task: task, turn: turn, role: remote.role, text: remote.text.storable,
            at: remote.at ?? now, serviceID: remote.serviceID, extras: remote.extras.bounded,
            format: remote.format, usage: remote.usage)
    }
}
