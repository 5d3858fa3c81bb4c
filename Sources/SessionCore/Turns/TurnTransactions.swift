import Foundation
import Storage

// What the person and the service do to a turn, each in one transaction: read the rows, ask the policy or the machine, write the rows.
// Requests, timers and the order of transactions are the engine's.

/// A turn whose message leaves now.
struct OutgoingTurn: Sendable {
    var turn: Turn
    var account: AccountName
    var request: TurnRequest
}

/// What came of asking for the next message of a task: see ``QueuePolicy/Decision``.
enum DepartOutcome: Sendable {
    case wait
    case hold(Turn)
    case waitForOther(Turn.ID)
    /// The turn is ours now.
    case adopted(Turn, in: ChatTask?)
    case askWhetherBusy
    /// The turn is stored as on its way.
    case departed(OutgoingTurn, [SessionEvent])
}

/// What an event made of a turn.
struct Advance: Sendable {
    var turn: Turn
    /// Its task; nil if it is gone.
    var task: ChatTask?
    var actions: [TurnMachine.Action]
    var events: [SessionEvent]
}

// MARK: Sending

extension StoreTransaction {
    /// Stores a message and its queued turn. Writing in a task brings it back from the archive.
    /// - Parameter keepsDraft: false if the message was the draft, which is cleared.
    /// - Returns: nil if the task is gone.
    func say(
        _ text: String, in id: ChatTask.ID, mode: Turn.Mode, keepsDraft: Bool = false
    ) throws -> [SessionEvent]? {
        guard let task = try db.task(id) else { return nil }
        let (message, turn) = try queue(text, in: id, mode: mode)
        if !keepsDraft { try db.setDraft(id, .empty) }
        try db.setArchived(id, false)
        if task.title.isEmpty { try db.setProvisionalTitle(id, Title.provisional(for: text)) }
        return try [.message(message), .turn(turn)] + changed(id)
    }

    /// Marks the next message of a task as on its way, if its time has come.
    ///
    /// - Parameter isReleased: whether the person has just sent or retried something.
    /// - Parameter isFree: whether the service has just said that the conversation is not busy.
    /// - Parameter chosenID: the service's id of a new conversation, where it is chosen here.
    func depart(
        from id: ChatTask.ID, isReleased: Bool, isFree: Bool, chosenID: (ChatTask) -> String? = { _ in nil }
    ) throws -> DepartOutcome {
        let queue = try db.queue(of: id)
        let before = isReleased ? nil : try queue.first.flatMap { try db.stateOfTurn(before: $0.turn) }
        let policy = QueuePolicy(
            queue: queue.map(entry), active: try db.activeTurn(of: id).map(entry), before: before)
        switch policy.next(isReleased: isReleased, isFree: isFree) {
        case .wait: return .wait
        case .hold(let turn): return .hold(turn)
        case .waitForOther(let waiting): return .waitForOther(waiting)
        case .adopt(let turn):
            try db.setOwner(of: turn.id, to: process.name)
            return .adopted(turn, in: try db.task(id))
        case .askWhetherBusy: return .askWhetherBusy
        case .depart(let turn): return try depart(turn, chosenID)
        }
    }

    private func depart(_ turn: Turn, _ chosenID: (ChatTask) -> String?) throws -> DepartOutcome {
        guard let task = try db.task(turn.task), let text = try db.message(turn.message)?.text else {
            return .wait
        }
        var machine = TurnMachine(turn)
        guard machine.handle(.depart, at: now) != nil else { return .wait }
        try db.update(machine.turn, owner: process.name)
        var conversation = Conversation(task)
        // Until the service has accepted it, the conversation may have to be created.
        if task.serviceIDIsPending { conversation.serviceID = nil }
        var events: [SessionEvent] = []
        if task.serviceID == nil, let chosen = chosenID(task) {
            events = try claim(chosen, for: task.id, isPending: true)
        }
        let request = TurnRequest(conversation: conversation, text: text)
        return .departed(
            OutgoingTurn(turn: machine.turn, account: task.account, request: request),
            try events + [.turn(machine.turn)] + changed(turn.task))
    }

    private func entry(_ row: OwnedTurn) -> QueuePolicy.Entry {
        QueuePolicy.Entry(turn: row.turn, owner: process.ownership(of: row.owner))
    }

    private func queue(_ text: String, in id: ChatTask.ID, mode: Turn.Mode) throws -> (Message, Turn) {
        let number = try db.nextMessageID()
        let message = Message(id: number, task: id, turn: number, role: .user, text: text.storable, at: now)
        let turn = Turn(id: number, task: id, mode: mode, message: number, startedAt: now)
        try db.insert(message)
        try db.insert(turn, owner: process.name)
        try db.touch(id, at: now)
        return (message, turn)
    }
}

// MARK: What happens to it

extension StoreTransaction {
    /// Lets something happen to a turn, with what is new of its reply.
    ///
    /// - Parameter generation: the attempt that the event belongs to; nil if it applies to any.
    /// - Returns: nil if the turn is gone, the event belongs to an earlier attempt, or comes too late.
    func advance(
        _ id: Turn.ID, by event: TurnMachine.Event, of generation: Int? = nil, with delta: ReplyDelta? = nil
    ) throws -> Advance? {
        guard var turn = try db.turn(id), generation == nil || generation == turn.generation else {
            return nil
        }
        var events: [SessionEvent] = []
        if let delta, !delta.isEmpty, turn.isOpen {
            turn.accept(at: now)
            events += try record(delta, in: &turn)
        }
        guard let (actions, more) = try apply(event, to: &turn) else { return nil }
        try db.update(turn, owner: process.name)
        if turn.state.isOver { try db.touch(turn.task, at: now) }
        try db.raiseRevision(of: turn.task)
        let task = try db.task(turn.task)
        return Advance(
            turn: turn, task: task, actions: actions,
            events: events + more + [.turn(turn)] + (task.map { [.task($0)] } ?? []))
    }

    /// Adds to the reply of a turn whose request is open.
    /// - Returns: nil if the turn is gone, is over, or the piece belongs to an earlier attempt.
    func append(_ delta: ReplyDelta, to id: Turn.ID, of generation: Int?) throws -> Advance? {
        guard var turn = try db.turn(id), generation == nil || generation == turn.generation, turn.isOpen
        else { return nil }
        let before = turn
        turn.accept(at: now)
        var events = try record(delta, in: &turn)
        if turn != before {
            try db.update(turn, owner: process.name)
            events += try [.turn(turn)] + changed(turn.task)
        }
        return Advance(turn: turn, task: nil, actions: [], events: events)
    }

    /// Asks the machine, and does what its actions mean for the store.
    /// - Returns: nil if the event has no place in the turn's state.
    func apply(
        _ event: TurnMachine.Event, to turn: inout Turn
    ) throws -> (actions: [TurnMachine.Action], events: [SessionEvent])? {
        var machine = TurnMachine(turn)
        guard let actions = machine.handle(event, at: now) else { return nil }
        turn = machine.turn
        var events: [SessionEvent] = []
        for action in actions {
            switch action {
            case .settle(let state): events += try settleReply(of: &turn, as: state)
            case .returnQueue: events += try returnQueue(of: turn.task)
            case .close, .interrupt, .poll, .stopPolling, .departNext, .waitWhileBusy: break
            }
        }
        return (actions, events)
    }
}

// MARK: The person changes their mind

extension StoreTransaction {
    /// Queues the message of a turn that ended badly once more.
    /// - Returns: nothing if the turn cannot be retried.
    func retry(_ id: Turn.ID, mode: Turn.Mode) throws -> [SessionEvent] {
        guard let turn = try db.turn(id), turn.canBeRetried, let text = try db.message(turn.message)?.text
        else { return [] }
        var events: [SessionEvent] = []
        switch RetryPlacement(turn, wasFollowed: try db.wasFollowed(turn)) {
        case .inPlace: events += try requeue(turn, mode: mode)
        case .atEnd(let removesOriginal):
            if removesOriginal { events += try remove(turn) }
            let (message, new) = try queue(text, in: turn.task, mode: mode)
            events += [.message(message), .turn(new)]
        }
        return try events + changed(turn.task)
    }

    private func requeue(_ turn: Turn, mode: Turn.Mode) throws -> [SessionEvent] {
        var machine = TurnMachine(turn)
        guard machine.handle(.retry, at: now) != nil else { return [] }
        var turn = machine.turn
        turn.mode = mode
        try db.update(turn, owner: process.name)
        // The reply to come lies behind its message and has not been read.
        try db.moveLastRead(of: turn.task, backTo: turn.message)
        try db.touch(turn.task, at: now)
        return [.turn(turn)]
    }

    /// Puts the message of a turn that is queued or ended badly back into the draft. If a part of a reply has arrived,
    /// message and reply stay where they are.
    /// - Returns: nothing if the turn cannot be taken back.
    func takeBack(_ id: Turn.ID) throws -> [SessionEvent] {
        guard let turn = try db.turn(id), turn.canBeTakenBack, let text = try db.message(turn.message)?.text
        else { return [] }
        var events = turn.reply == nil ? try remove(turn) : []
        events += try returnToDraft([text], of: turn.task)
        return try events + changed(turn.task)
    }

    /// Puts the queued messages of a task back into the draft, except those of other processes.
    /// - Returns: nothing if there are none.
    func returnQueue(of id: ChatTask.ID) throws -> [SessionEvent] {
        let queued = try db.queue(of: id).map(entry).filter { $0.owner != .elsewhere }.map(\.turn)
        let texts = try queued.compactMap { try db.message($0.message)?.text }
        let events = try queued.flatMap { try remove($0) }
        return try events + returnToDraft(texts, of: id)
    }

    /// Removes a turn without a reply, with its message.
    private func remove(_ turn: Turn) throws -> [SessionEvent] {
        try db.deleteMessage(turn.message)
        return [.messageRemoved(task: turn.task, message: turn.message)]
    }

    /// Puts messages that were taken back in front of the draft.
    private func returnToDraft(_ texts: [String], of id: ChatTask.ID) throws -> [SessionEvent] {
        guard !texts.isEmpty, let task = try db.task(id) else { return [] }
        let returned = texts.joined(separator: "\n")
        try db.setDraft(id, task.draft.returning(returned))
        return [.returned(id, text: returned)]
    }
}

extension Turn {
    /// Whether something of a reply can arrive.
    var isOpen: Bool { !state.isOver && state != .queued }

    /// Something of the reply has arrived.
    mutating func accept(at now: Date) {
        var machine = TurnMachine(self)
        if machine.handle(.accepted, at: now) != nil { self = machine.turn }
    }
}
