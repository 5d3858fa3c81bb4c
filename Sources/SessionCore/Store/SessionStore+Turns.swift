import Foundation
import GRDB
import Storage
import Timing

/// A turn whose message is to leave now.
struct OutgoingTurn: Sendable {
    var turn: Turn
    var account: AccountName
    var request: TurnRequest
}

/// What came of asking for the next message of a task.
enum NextTurn: Sendable {
    /// Nothing of ours waits, or it waits behind a turn of ours.
    case none
    /// It is held until the person says so, because the turn before it did not end well.
    case held(Turn)
    /// A turn or an earlier message of another process is before this one of ours.
    case elsewhere(Turn.ID)
    /// The turn before it runs at the service, and no living process polls it: it is ours now.
    case adopted(Turn)
    /// The service has refused it because the conversation was busy, and is to be asked first.
    case busy
    case departs(OutgoingTurn, [SessionEvent])
}

/// What an event made of a turn.
struct Advance: Sendable {
    var turn: Turn
    var actions: [TurnMachine.Action]
    var events: [SessionEvent]
}

extension SessionStore {
    /// Stores a message and its queued turn, and clears the draft. A task that one writes in is not archived.
    func say(
        _ text: String, in id: ChatTask.ID, mode: Turn.Mode, at now: Date
    ) async throws -> [SessionEvent] {
        let owner = lease.name
        return try await write { db in
            guard let task = try db.task(id) else { throw StoreError.noTask(id, self.path) }
            let (message, turn) = try db.queue(text, in: id, mode: mode, owner: owner, at: now)
            try db.setDraft(id, .empty)
            try db.execute(sql: "UPDATE task SET is_archived = 0 WHERE id = ?", arguments: [id.rawValue])
            if task.title.isEmpty { try db.setProvisionalTitle(id, taskTitle(from: text)) }
            return try [.message(message), .turn(turn)] + db.changed(id)
        }
    }

    /// Takes the first message that waits in a task for sending, if its time has come. Each process sends its own, and those of
    /// processes that have ended.
    ///
    /// - parameter released: whether the person has just sent or retried something, so that a queue behind a turn that did not
    ///   end well goes on.
    /// - parameter isFree: whether the service has just said that the conversation is not busy.
    func nextTurn(
        of id: ChatTask.ID, released: Bool, isFree: Bool = false, at now: Date
    ) async throws -> NextTurn {
        let lease = lease
        return try await write { db in
            let queue = try db.queue(of: id)
            guard let ours = queue.first(where: { !lease.isOther($0.owner) })?.turn else { return .none }
            if let (turn, owner) = try db.activeTurn(of: id) {
                if owner == lease.name { return .none }
                guard turn.state == .running, !lease.isOther(owner) else { return .elsewhere(ours.id) }
                try db.update(turn, owner: lease.name)
                return .adopted(turn)
            }
            guard let turn = queue.first?.turn, turn.id == ours.id else { return .elsewhere(ours.id) }
            guard try released || !db.isHeld(turn) else { return .held(turn) }
            guard isFree || turn.failure?.kind != .busy else { return .busy }
            guard let task = try db.task(id), let text = try db.message(turn.message)?.text else {
                return .none
            }
            var machine = TurnMachine(turn)
            guard machine.handle(.send, at: now) != nil else { return .none }
            try db.update(machine.turn, owner: lease.name)
            let request = TurnRequest(conversation: Conversation(task), text: text)
            return .departs(
                OutgoingTurn(turn: machine.turn, account: task.account, request: request),
                try [.turn(machine.turn)] + db.changed(id))
        }
    }

    /// Lets something happen to a turn, with what is new of its reply, in one transaction.
    ///
    /// - parameter generation: the attempt that the event belongs to; nil for one that belongs to whichever there is.
    /// - returns: nil if the turn is gone, the event belongs to an earlier attempt, or comes too late.
    func advance(
        _ id: Turn.ID, by event: TurnMachine.Event, of generation: Int? = nil, with delta: ReplyDelta? = nil,
        at now: Date
    ) async throws -> Advance? {
        let lease = lease
        return try await write { db in
            guard var turn = try db.turn(id), generation == nil || generation == turn.generation else {
                return nil
            }
            var events: [SessionEvent] = []
            if let delta, !delta.isEmpty, turn.isOpen {
                turn.accept(at: now)
                events += try db.add(delta, to: &turn, at: now)
            }
            var machine = TurnMachine(turn)
            guard let actions = machine.handle(event, at: now) else { return nil }
            turn = machine.turn
            for action in actions { events += try db.store(action, for: &turn, by: lease, at: now) }
            try db.update(turn, owner: lease.name)
            if turn.state.isOver { try db.touch(turn.task, at: now) }
            return Advance(
                turn: turn, actions: actions, events: try events + [.turn(turn)] + db.changed(turn.task))
        }
    }

    /// Adds to the reply of a turn whose request is open.
    /// - returns: nil if the turn is gone, is over, or the piece belongs to an earlier attempt.
    func append(
        _ delta: ReplyDelta, to id: Turn.ID, of generation: Int, at now: Date
    ) async throws -> [SessionEvent]? {
        let owner = lease.name
        return try await write { db in
            guard var turn = try db.turn(id), turn.generation == generation, turn.isOpen else { return nil }
            let before = turn
            turn.accept(at: now)
            let events = try db.add(delta, to: &turn, at: now)
            guard turn != before else { return events }
            try db.update(turn, owner: owner)
            return try events + [.turn(turn)] + db.changed(turn.task)
        }
    }

    /// Lets a turn that ended badly be sent once more: in its place if nothing was sent after it, else behind the
    /// others.
    func retry(_ id: Turn.ID, mode: Turn.Mode?, at now: Date) async throws -> [SessionEvent] {
        let owner = lease.name
        return try await write { db in
            guard let turn = try db.turn(id) else { return [] }
            var machine = TurnMachine(turn)
            guard machine.handle(.retry, at: now) != nil, let text = try db.message(turn.message)?.text else {
                return []
            }
            var events: [SessionEvent] = []
            if try db.wasFollowed(turn) {
                if turn.reply == nil { events += try db.remove(turn) }
                let (message, turn) = try db.queue(
                    text, in: turn.task, mode: mode ?? turn.mode, owner: owner, at: now)
                events += [.message(message), .turn(turn)]
            } else {
                var turn = machine.turn
                turn.mode = mode ?? turn.mode
                try db.update(turn, owner: owner)
                // The reply to come stands behind its message and has not been read.
                try db.execute(
                    sql: "UPDATE task SET last_read = min(last_read, ?) WHERE id = ?",
                    arguments: [turn.message, turn.task.rawValue])
                try db.touch(turn.task, at: now)
                events.append(.turn(turn))
            }
            return try events + db.changed(turn.task)
        }
    }

    /// Puts the message of a turn that waits or ended badly back into the draft. Where something of a reply has
    /// arrived, message and reply stay where they are.
    func takeBack(_ id: Turn.ID) async throws -> [SessionEvent] {
        try await write { db in
            guard let turn = try db.turn(id), turn.canBeTakenBack,
                let text = try db.message(turn.message)?.text
            else { return [] }
            var events = turn.reply == nil ? try db.remove(turn) : []
            events += try db.returnToDraft(turn.task, [text])
            return try events + db.changed(turn.task)
        }
    }

    /// Puts every message that waits in a task back into the draft, but for those of other programs.
    func returnQueue(of id: ChatTask.ID) async throws -> [SessionEvent] {
        let lease = lease
        return try await write { db in
            let events = try db.returnQueue(of: id, by: lease)
            return try events.isEmpty ? [] : events + db.changed(id)
        }
    }

    /// The first message that waits in a task.
    func firstQueued(of id: ChatTask.ID) async throws -> Turn? {
        try await read { try $0.queue(of: id).first?.turn }
    }

    /// The turn that is under way in a task, whoever works on it.
    func activeTurn(of id: ChatTask.ID) async throws -> Turn? {
        try await read { try $0.activeTurn(of: id)?.turn }
    }
}

extension StoreError {
    static func noTask(_ id: ChatTask.ID, _ path: String) -> StoreError {
        StoreError(.missing, path: path, "The task \(id.rawValue) is not there any more.")
    }
}

extension Turn {
    /// Whether something of a reply can arrive.
    fileprivate var isOpen: Bool { !state.isOver && state != .queued }

    /// Something of the reply has arrived.
    fileprivate mutating func accept(at now: Date) {
        var machine = TurnMachine(self)
        if machine.handle(.accepted, at: now) != nil { self = machine.turn }
    }
}

extension Conversation {
    init(_ task: ChatTask) {
        self.init(task: task.id, agent: task.agent, serviceID: task.serviceID, title: task.title)
    }
}

extension Database {
    static let queueQuery =
        "SELECT * FROM turn WHERE task = ? AND state = 'queued' AND ended_at IS NULL ORDER BY id"

    fileprivate func queue(
        _ text: String, in id: ChatTask.ID, mode: Turn.Mode, owner: Int, at now: Date
    ) throws -> (Message, Turn) {
        let number = try nextMessageID()
        let at = Date(milliseconds: now.milliseconds)
        let message = Message(id: number, task: id, turn: number, role: .user, text: text.storable, at: at)
        let turn = Turn(id: number, task: id, mode: mode, message: number, startedAt: at)
        try insert(message)
        try insert(turn, owner: owner)
        try touch(id, at: now)
        return (message, turn)
    }

    /// The turns that wait in a task, and whose they are.
    fileprivate func queue(of id: ChatTask.ID) throws -> [(turn: Turn, owner: Int?)] {
        try Row.fetchAll(self, sql: Self.queueQuery, arguments: [id.rawValue]).map {
            (Turn(row: $0), $0["owner"])
        }
    }

    fileprivate func activeTurn(of id: ChatTask.ID) throws -> (turn: Turn, owner: Int?)? {
        try Row.fetchOne(
            self,
            sql: "SELECT * FROM turn WHERE task = ? AND ended_at IS NULL AND state <> 'queued' LIMIT 1",
            arguments: [id.rawValue]
        ).map { (Turn(row: $0), $0["owner"]) }
    }

    /// Whether the turn before a queued one did not end well: the person may not want it sent any more.
    fileprivate func isHeld(_ queued: Turn) throws -> Bool {
        let before = try String.fetchOne(
            self, sql: "SELECT state FROM turn WHERE task = ? AND id < ? ORDER BY id DESC LIMIT 1",
            arguments: [queued.task.rawValue, queued.id])
        return before != nil && before != Turn.State.done.rawValue
    }

    /// Whether a later turn of the task has been sent.
    fileprivate func wasFollowed(_ turn: Turn) throws -> Bool {
        try Bool.fetchOne(
            self, sql: "SELECT EXISTS (SELECT 1 FROM turn WHERE task = ? AND id > ? AND state <> 'queued')",
            arguments: [turn.task.rawValue, turn.id]) ?? false
    }

    /// Removes a turn to which nothing has been answered, with its message.
    fileprivate func remove(_ turn: Turn) throws -> [SessionEvent] {
        try execute(sql: "DELETE FROM message WHERE id = ?", arguments: [turn.message])
        return [.messageRemoved(task: turn.task, message: turn.message)]
    }

    fileprivate func returnQueue(of id: ChatTask.ID, by lease: FileLease<Int>) throws -> [SessionEvent] {
        let queued = try queue(of: id).filter { !lease.isOther($0.owner) }.map(\.turn)
        let texts = try queued.compactMap { try message($0.message)?.text }
        let events = try queued.flatMap { try remove($0) }
        return try events + returnToDraft(id, texts)
    }

    /// Carries out what an action means for the store.
    func store(
        _ action: TurnMachine.Action, for turn: inout Turn, by lease: FileLease<Int>, at now: Date
    ) throws -> [SessionEvent] {
        switch action {
        case .settle(let state): try settle(&turn, as: state, at: now)
        case .returnQueue: try returnQueue(of: turn.task, by: lease)
        case .close, .interrupt, .poll, .stopPolling, .sendNext, .waitWhileBusy: []
        }
    }
}
