import Foundation
import GRDB
import Timing

// How the model's values stand in the rows, and how one of them is read.

extension Row {
    func date(_ column: String) -> Date { Date(milliseconds: self[column]) }
    func optionalDate(_ column: String) -> Date? { (self[column] as Int64?).map(Date.init(milliseconds:)) }

    /// A word that a newer program may have written reads as `fallback`.
    func word<Word: RawRepresentable<String>>(_ column: String, else fallback: Word) -> Word {
        Word(rawValue: self[column]) ?? fallback
    }

    func json<Value: Decodable>(_ column: String) -> Value? {
        (self[column] as String?).flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }
}

/// The value as JSON.
func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

extension ChatTask {
    /// The columns that ``init(row:)`` reads, for `FROM task`. What is computed: the state of the last turn that is not waiting in the
    /// queue, whether a queue waits, and how many whole answers lie after the last one that was read (no more than
    /// ``unreadLimit`` are counted).
    static let columns = """
        task.*,
        (SELECT state FROM turn WHERE turn.task = task.id AND state <> 'queued' ORDER BY id DESC LIMIT 1)
            AS last_state,
        EXISTS (SELECT 1 FROM turn WHERE turn.task = task.id AND state = 'queued' AND ended_at IS NULL) AS has_queue,
        (SELECT count(*) FROM (
            SELECT 1 FROM message WHERE message.task = task.id AND role = 'agent' AND state <> 'streaming'
                AND message.id > coalesce(task.last_read, \(Int64.min + 1)) LIMIT \(unreadLimit)
        )) AS unread
        """

    init(row: Row) {
        self.init(
            id: ID(rawValue: row["id"]), account: row["account"],
            agent: Agent(id: row["agent_id"], name: row["agent_name"]), serviceID: row["service_id"],
            title: row["title"], titleIsProvisional: row["title_is_provisional"],
            state: State(
                last: (row["last_state"] as String?).flatMap(Turn.State.init(rawValue:)),
                hasQueue: row["has_queue"]),
            createdAt: row.date("created_at"), updatedAt: row.date("updated_at"),
            draft: Draft(text: row["draft"], cursor: row["draft_cursor"]),
            mode: row.word("mode", else: .streamed), lastRead: row["last_read"], unread: row["unread"],
            isPinned: row["is_pinned"], isArchived: row["is_archived"],
            origin: (row["origin"] as String?).map(ID.init(rawValue:)))
    }
}

extension ChatTask.State {
    /// - parameter last: the state of the last turn that does not wait in the queue.
    init(last: Turn.State?, hasQueue: Bool) {
        switch last {
        case nil, .done, .queued: self = hasQueue ? .running : .idle
        case .sending, .streaming, .running: self = .running
        case .waiting: self = .waiting
        case .failed, .truncated: self = .failed
        case .stopped: self = .stopped
        case .unconfirmed: self = .unconfirmed
        }
    }
}

extension Message {
    /// Without the steps, and without the text that still stands in chunks.
    init(row: Row) {
        self.init(
            id: row["id"], task: ChatTask.ID(rawValue: row["task"]), turn: row["turn"],
            role: row.word("role", else: .agent), text: row["text"], at: row.date("at"),
            serviceID: row["service_id"], state: row.word("state", else: .complete),
            extras: Extras(suggestions: row.json("suggestions") ?? [], cards: row.json("cards") ?? []))
    }
}

extension Step {
    init(row: Row) {
        self.init(
            id: row["id"], kind: row.word("kind", else: .other), title: row["title"],
            state: row.word("state", else: .completed), detail: row["detail"])
    }
}

extension Turn {
    init(row: Row) {
        self.init(
            id: row["id"], task: ChatTask.ID(rawValue: row["task"]), mode: row.word("mode", else: .streamed),
            state: row.word("state", else: .failed), message: row["message"], reply: row["reply"],
            ticket: row["ticket"], failure: row.json("failure"), generation: row["generation"],
            startedAt: row.date("started_at"), endedAt: row.optionalDate("ended_at"))
    }
}

extension Database {
    func task(_ id: ChatTask.ID) throws -> ChatTask? {
        try Row.fetchOne(
            self, sql: "SELECT \(ChatTask.columns) FROM task WHERE id = ?", arguments: [id.rawValue]
        ).map(ChatTask.init(row:))
    }

    func turn(_ id: Turn.ID) throws -> Turn? {
        try Row.fetchOne(cachedStatement(sql: "SELECT * FROM turn WHERE id = ?"), arguments: [id])
            .map(Turn.init(row:))
    }

    /// The message with its steps and all the text there is of it.
    func message(_ id: Message.ID) throws -> Message? {
        let rows = try Row.fetchAll(self, sql: "SELECT * FROM message WHERE id = ?", arguments: [id])
        return try messages(rows).first
    }

    /// The messages of these rows with their steps and all the text there is of them.
    func messages(_ rows: [Row]) throws -> [Message] {
        let messages = rows.map(Message.init(row:))
        let steps = try steps(of: messages)
        return try messages.map { message in
            var message = message
            message.extras.steps = steps[message.id] ?? []
            if message.state == .streaming { message.text = try arrivedText(of: message.id) }
            return message
        }
    }

    private func steps(of messages: [Message]) throws -> [Message.ID: [Step]] {
        let replies = messages.lazy.filter { $0.role == .agent }.map(\.id)
        guard !replies.isEmpty else { return [:] }
        // As JSON: a list of any length in one argument.
        let rows = try Row.fetchCursor(
            cachedStatement(
                sql: """
                    SELECT step.* FROM json_each(?) JOIN step ON step.message = json_each.value
                    ORDER BY step.message, position
                    """),
            arguments: [encoded(Array(replies))])
        var steps: [Message.ID: [Step]] = [:]
        while let row = try rows.next() { steps[row["message"], default: []].append(Step(row: row)) }
        return steps
    }

    /// What has arrived of a streaming message.
    func arrivedText(of message: Message.ID) throws -> String {
        var text = ""
        let chunks = try String.fetchCursor(
            self, sql: "SELECT text FROM chunk WHERE message = ? ORDER BY offset", arguments: [message])
        while let chunk = try chunks.next() { text += chunk }
        return text
    }

    /// The next number for a message of a person, or of an agent that was not asked; the number behind it is kept for the
    /// reply.
    func nextMessageID() throws -> Message.ID {
        let next = try Int64.fetchOne(
            self, sql: "UPDATE counter SET next = next + 2 WHERE name = 'new' RETURNING next - 2")
        guard let next else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
        return next
    }

    func insert(_ message: Message) throws {
        try execute(
            sql: """
                INSERT INTO message (id, task, turn, role, text, at, service_id, state, suggestions, cards)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                message.id, message.task.rawValue, message.turn, message.role.rawValue, message.text.storable,
                message.at.milliseconds, message.serviceID, message.state.rawValue,
                try message.extras.suggestions.isEmpty ? nil : encoded(message.extras.suggestions),
                try message.extras.cards.isEmpty ? nil : encoded(message.extras.cards),
            ])
        for step in message.extras.steps { try upsert(step, of: message.id) }
    }

    func upsert(_ step: Step, of message: Message.ID) throws {
        try execute(
            sql: """
                INSERT INTO step (message, id, position, kind, title, state, detail)
                VALUES (:message, :id, (SELECT coalesce(max(position), 0) + 1 FROM step WHERE message = :message),
                    :kind, :title, :state, :detail)
                ON CONFLICT (message, id) DO UPDATE SET
                    kind = excluded.kind, title = excluded.title, state = excluded.state, detail = excluded.detail
                """,
            arguments: [
                "message": message, "id": step.id.storable, "kind": step.kind.rawValue,
                "title": step.title.storable, "state": step.state.rawValue, "detail": step.detail.storable,
            ])
    }

    func insert(_ turn: Turn, owner: Int?) throws {
        try execute(
            sql: """
                INSERT INTO turn (id, task, mode, state, message, reply, ticket, failure, generation, started_at,
                    ended_at, owner)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                turn.id, turn.task.rawValue, turn.mode.rawValue, turn.state.rawValue, turn.message,
                turn.reply,
                turn.ticket, try turn.failure.map { try encoded($0) }, turn.generation,
                turn.startedAt.milliseconds, turn.endedAt?.milliseconds, owner,
            ])
    }

    /// Writes what can change of a turn.
    func update(_ turn: Turn, owner: Int?) throws {
        try execute(
            sql: """
                UPDATE turn SET mode = ?, state = ?, reply = ?, ticket = ?, failure = ?, generation = ?,
                    started_at = ?, ended_at = ?, owner = ? WHERE id = ?
                """,
            arguments: [
                turn.mode.rawValue, turn.state.rawValue, turn.reply, turn.ticket,
                try turn.failure.map { try encoded($0) }, turn.generation, turn.startedAt.milliseconds,
                turn.endedAt?.milliseconds,
                turn.state.isOver ? nil : owner, turn.id,
            ])
    }
}

extension String {
    /// SQLite ends a text at U+0000; as in CommonMark, U+FFFD stands for it.
    var storable: String {
        utf8.contains(0)
            ? String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })) : self
    }
}
