import Foundation
import GRDB

/// A task from elsewhere, with the ids that its messages and turns had there.
public struct ImportedTask: Sendable {
    public var task: ChatTask
    /// Oldest first: their ids ascend.
    public var messages: [Message]
    /// Each with the id of its message; the reply comes right after the message.
    public var turns: [Turn]

    public init(task: ChatTask, messages: [Message], turns: [Turn]) {
        self.task = task
        self.messages = messages
        self.turns = turns
    }
}

/// What came of importing a task.
public enum ImportOutcome: Sendable {
    case added(ChatTask)
    /// This task, or another one with the same conversation, is here; nothing was changed.
    case alreadyHere(ChatTask)
}

extension SessionStore {
    /// Takes in tasks: all of them, or none. What was under way in one is stopped. Ids of messages and turns stay where nothing here has
    /// them.
    public func add(_ imported: [ImportedTask], at now: Date) async throws -> [ImportOutcome] {
        try await transact(at: now, durably: true) { transaction in try imported.map(transaction.add) }
    }
}

extension StoreTransaction {
    func add(_ imported: ImportedTask) throws -> ImportOutcome {
        var task = imported.task
        if let known = try db.task(task.id) { return .alreadyHere(known) }
        if let serviceID = task.serviceID,
            let known = try db.tasks("account = ? AND service_id = ?", [task.account, serviceID]).first
        {
            return .alreadyHere(known)
        }
        let ids = try ids(for: imported)
        let messages = imported.messages.map { message in
            var message = message
            message.id = ids[message.id] ?? message.id
            message.turn = message.turn.flatMap { ids[$0] }
            message.task = task.id
            message.extras = message.extras.bounded
            if message.state == .streaming { message.state = .partial }
            return message
        }
        let turns = imported.turns.map { Self.ended($0, as: ids, in: task.id) }
        task.lastRead = Self.lastRead(leaving: task.unread, of: messages, turns)
        try db.insert(task, beginsHere: true)
        for message in messages { try db.insert(message) }
        for turn in turns { try db.insert(turn, owner: nil) }
        _ = try changed(task.id)
        return .added(try db.task(task.id) ?? task)
    }

    /// A turn as it is here: nothing works on it any more.
    private static func ended(_ turn: Turn, as ids: [Message.ID: Message.ID], in task: ChatTask.ID) -> Turn {
        var turn = turn
        turn.id = ids[turn.id] ?? turn.id
        turn.message = turn.id
        turn.reply = turn.reply.flatMap { ids[$0] }
        turn.task = task
        turn.ticket = nil
        if !turn.state.isOver { turn.state = .stopped }
        turn.endedAt = turn.endedAt ?? turn.startedAt
        return turn
    }

    /// The mark that leaves so many answers unread.
    private static func lastRead(leaving unread: Int, of messages: [Message], _ turns: [Turn]) -> Message.ID?
    {
        let answers = messages.filter { $0.role == .agent }.map(\.id)
        guard unread > 0 else {
            return [messages.last?.id, turns.last.map { Turn.replyID(of: $0.id) }].compactMap(\.self).max()
        }
        return answers.count > unread ? answers[answers.count - unread - 1] : nil
    }

    // MARK: Numbers

    /// The ids that its messages have here.
    private func ids(for imported: ImportedTask) throws -> [Message.ID: Message.ID] {
        let known = imported.messages.map(\.id)
        if try areFree(known), hasOurNumbers(imported) {
            try db.reserve(known)
            return Dictionary(uniqueKeysWithValues: known.map { ($0, $0) })
        }
        let replies = Set(imported.turns.compactMap(\.reply))
        var ids: [Message.ID: Message.ID] = [:]
        var last: Message.ID = 0
        for id in known {
            last = try replies.contains(id) ? Turn.replyID(of: last) : db.nextMessageID()
            ids[id] = last
        }
        return ids
    }

    private func areFree(_ ids: [Message.ID]) throws -> Bool {
        try Row.fetchOne(
            db, sql: "SELECT 1 FROM json_each(?) JOIN message ON message.id = json_each.value LIMIT 1",
            arguments: [encoded(ids)]) == nil
    }

    /// Whether the ids are such as a store draws: see ``Schema``.
    private func hasOurNumbers(_ imported: ImportedTask) -> Bool {
        let replies = Set(imported.turns.compactMap(\.reply))
        let highest: Message.ID = 1 << 52
        return imported.messages.allSatisfy { message in
            abs(message.id) < highest
                && (message.id < 0 || replies.contains(message.id) || message.id % 2 == 0)
        }
            && imported.turns.allSatisfy { turn in
                turn.id > 0 && turn.id % 2 == 0 && turn.reply.map { $0 == Turn.replyID(of: turn.id) } ?? true
            }
    }
}

extension Database {
    /// Draws none of these numbers for a message any more.
    fileprivate func reserve(_ ids: [Message.ID]) throws {
        guard let first = ids.min(), let last = ids.max() else { return }
        try execute(
            sql: "UPDATE counter SET next = max(next, ?) WHERE name = 'new'",
            arguments: [last % 2 == 0 ? last + 2 : last + 1])
        try execute(
            sql: "UPDATE counter SET next = min(next, ?) WHERE name = 'old'", arguments: [min(first - 1, -2)])
    }
}
