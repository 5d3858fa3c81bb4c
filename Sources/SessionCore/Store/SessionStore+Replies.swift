import Foundation
import GRDB
import Storage

// A reply while it arrives: every piece is a row of its own, and becomes the message's text in one go at the end.

extension Database {
    /// Stores what is new of a reply.
    /// - returns: what is to be told of the message and the task; not of the turn.
    func add(_ delta: ReplyDelta, to turn: inout Turn, at now: Date) throws -> [SessionEvent] {
        if let id = delta.serviceID { try setServiceID(turn.task, id) }
        if let title = delta.title { try setProvisionalTitle(turn.task, taskTitle(from: title, limit: 120)) }
        if let ticket = delta.ticket { turn.ticket = ticket.storable }
        var events: [SessionEvent] = []
        if delta.hasContent { events.append(try addContent(delta, to: &turn, at: now)) }
        if delta.serviceID != nil || delta.title != nil { events += try changed(turn.task) }
        return events
    }

    private func addContent(_ delta: ReplyDelta, to turn: inout Turn, at now: Date) throws -> SessionEvent {
        let (id, isNew) = try openReply(&turn, at: now)
        try addText(delta.text, to: id)
        for step in delta.steps { try upsert(step, of: id) }
        if let cards = delta.cards { try set("cards", encoded(cards), of: id) }
        if let suggestions = delta.suggestions { try set("suggestions", encoded(suggestions), of: id) }
        if let messageID = delta.messageID { try set("service_id", messageID.storable, of: id) }
        if case .append(let text, let offset) = delta.text, !isNew, delta.isTextOnly {
            return .chunk(task: turn.task, message: id, offset: offset, text: text)
        }
        guard let message = try message(id) else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
        return .message(message)
    }

    /// The streaming message of this attempt. What an earlier attempt left in its place gives way.
    private func openReply(_ turn: inout Turn, at now: Date) throws -> (id: Message.ID, isNew: Bool) {
        let id = turn.message + 1
        if turn.reply != nil {
            let state = try String.fetchOne(
                cachedStatement(sql: "SELECT state FROM message WHERE id = ?"), arguments: [id])
            if state == Message.State.streaming.rawValue { return (id, false) }
            try execute(sql: "DELETE FROM message WHERE id = ?", arguments: [id])
        }
        try insert(
            Message(
                id: id, task: turn.task, turn: turn.id, role: .agent, text: "", at: now, state: .streaming))
        turn.reply = id
        return (id, true)
    }

    private func addText(_ text: ReplyDelta.Text, to message: Message.ID) throws {
        switch text {
        case .none: break
        case .append(let text, let offset):
            try cachedStatement(sql: "INSERT INTO chunk (message, offset, text) VALUES (?, ?, ?)")
                .execute(arguments: [message, offset, text])
        case .replace(let text):
            try execute(sql: "DELETE FROM chunk WHERE message = ?", arguments: [message])
            try execute(
                sql: "INSERT INTO chunk (message, offset, text) VALUES (?, 0, ?)", arguments: [message, text])
        }
    }

    private func set(_ column: String, _ value: String?, of message: Message.ID) throws {
        try execute(sql: "UPDATE message SET \(column) = ? WHERE id = ?", arguments: [value, message])
    }

    /// Makes what has arrived the text of the reply. A turn that ended well has a reply, be it an empty one.
    func settle(_ turn: inout Turn, as state: Message.State, at now: Date) throws -> [SessionEvent] {
        if state == .complete { _ = try openReply(&turn, at: now) }
        guard let reply = turn.reply else { return [] }
        let text = try arrivedText(of: reply)
        try execute(
            sql: "UPDATE message SET text = ?, state = ? WHERE id = ? AND state = 'streaming'",
            arguments: [text, state.rawValue, reply])
        guard changesCount > 0 else { return [] }
        try execute(sql: "DELETE FROM chunk WHERE message = ?", arguments: [reply])
        return try message(reply).map { [.message($0)] } ?? []
    }
}

extension ReplyDelta {
    fileprivate var isTextOnly: Bool {
        steps.isEmpty && cards == nil && suggestions == nil && messageID == nil
    }
}

// MARK: - After a crash, and between processes

/// A background turn that is to be polled.
struct RunningTurn: Sendable {
    var turn: Turn
    var account: AccountName
    var ticket: Ticket
}

/// What this process takes over from processes that have ended.
struct AdoptedTurns: Sendable {
    var running: [RunningTurn]
    /// Tasks with messages that wait.
    var queues: [ChatTask.ID]
}

extension SessionStore {
    /// Puts in order what processes left behind that died since this one opened the store.
    func recover(at now: Date) async throws -> [SessionEvent] {
        let lease = lease
        guard try await leftBehind(.sending, .streaming) else { return [] }
        return try await write { db in try db.recoverTurns(at: now, by: lease) }
    }

    /// Whether a turn runs at its service that no living program asks about.
    public func hasUnattendedTurns() async throws -> Bool { try await leftBehind(.running, .running) }

    /// Makes the running turns that nobody works on ours, and the waiting ones.
    func adoptOrphans(queues: Bool = true) async throws -> AdoptedTurns {
        let lease = lease
        guard try await leftBehind(.running, queues ? .queued : .running) else {
            return AdoptedTurns(running: [], queues: [])
        }
        return try await write { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT * FROM turn WHERE ended_at IS NULL AND state IN ('running', ?) ORDER BY id",
                arguments: [queues ? "queued" : "running"])
            var inheritance = AdoptedTurns(running: [], queues: [])
            for row in rows {
                let owner: Int? = row["owner"]
                guard owner.map({ !lease.isAlive($0) }) ?? true else { continue }
                try db.execute(
                    sql: "UPDATE turn SET owner = ? WHERE id = ?", arguments: [lease.name, row["id"]])
                try db.add(Turn(row: row), to: &inheritance)
            }
            return inheritance
        }
    }

    /// Whether a turn in one of these states is not ours: looked for without holding the others up.
    private func leftBehind(_ one: Turn.State, _ other: Turn.State) async throws -> Bool {
        let lease = lease
        return try await read { db in
            let owners = try Int?.fetchAll(
                db, sql: "SELECT DISTINCT owner FROM turn WHERE ended_at IS NULL AND state IN (?, ?)",
                arguments: [one.rawValue, other.rawValue])
            return owners.contains { $0.map { !lease.isAlive($0) } ?? true }
        }
    }

    /// Leaves the turns that go on without this program to the next one.
    func release() async throws {
        let owner = lease.name
        try await write { try $0.release(owner) }
    }
}

extension Database {
    /// Leaves the turns of a process to whoever takes them.
    func release(_ owner: Int) throws {
        try execute(
            sql: "UPDATE turn SET owner = NULL WHERE ended_at IS NULL AND owner = ?", arguments: [owner])
    }

    /// Puts the turns of dead processes in order, for this one.
    func recoverTurns(at now: Date, by lease: FileLease<Int>) throws -> [SessionEvent] {
        let rows = try Row.fetchAll(
            self,
            sql: "SELECT * FROM turn WHERE ended_at IS NULL AND state IN ('sending', 'streaming') ORDER BY id"
        )
        return try rows.flatMap { row -> [SessionEvent] in
            if let owner: Int = row["owner"], lease.isAlive(owner) { return [] }
            return try recover(Turn(row: row), by: lease, at: now)
        }
    }

    private func recover(_ orphan: Turn, by lease: FileLease<Int>, at now: Date) throws -> [SessionEvent] {
        var machine = TurnMachine(orphan)
        guard let actions = machine.handle(.died, at: now) else { return [] }
        var turn = machine.turn
        let events = try actions.flatMap { try store($0, for: &turn, by: lease, at: now) }
        try update(turn, owner: nil)
        return try events + [.turn(turn)] + changed(turn.task)
    }

    fileprivate func add(_ turn: Turn, to inheritance: inout AdoptedTurns) throws {
        if turn.state == .queued {
            if !inheritance.queues.contains(turn.task) { inheritance.queues.append(turn.task) }
        } else if let ticket = turn.ticket, let task = try task(turn.task) {
            inheritance.running.append(
                RunningTurn(
                    turn: turn, account: task.account,
                    ticket: Ticket(id: ticket, conversation: Conversation(task))))
        }
    }
}
