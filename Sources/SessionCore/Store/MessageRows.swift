import Foundation
import GRDB
import Timing

// A message is a row, its steps are rows of their own, and so is every piece of a reply while it arrives.

extension Message {
    /// Without the steps, and without text that is still in chunks.
    init(row: Row) {
        self.init(
            id: row["id"], task: ChatTask.ID(rawValue: row["task"]), turn: row["turn"],
            role: row.word("role", else: .agent), text: row["text"], at: row.date("at"),
            serviceID: row["service_id"], state: row.word("state", else: .complete),
            extras: Extras(suggestions: row.json("suggestions") ?? [], cards: row.json("cards") ?? []),
            format: (row["format"] as String?).flatMap(Format.init) ?? .markdown, usage: row.json("usage"))
    }
}

extension Step {
    init(row: Row) {
        self.init(
            id: row["id"], kind: row.word("kind", else: .other), title: row["title"],
            state: row.word("state", else: .completed), detail: row["detail"])
    }
}

extension SessionStore {
    public func message(_ id: Message.ID) async throws -> Message? {
        try await read { try $0.message(id) }
    }

    /// Every message of a task, oldest first.
    public func messages(of task: ChatTask.ID) async throws -> [Message] {
        try await read { db in
            try db.messages(
                Row.fetchAll(
                    db, sql: "SELECT * FROM message WHERE task = ? ORDER BY id", arguments: [task.rawValue]))
        }
    }

    /// The person's last messages in any task, oldest first: what the input history begins with.
    public func lastSaid(limit: Int) async throws -> [String] {
        try await read { db in
            try String.fetchAll(
                db, sql: "SELECT text FROM message WHERE role = :role ORDER BY id DESC LIMIT :limit",
                arguments: ["role": Message.Role.user.rawValue, "limit": limit])
        }.reversed()
    }
}

// MARK: Reading

extension Database {
    /// The message with its steps and all the text there is of it.
    func message(_ id: Message.ID) throws -> Message? {
        let rows = try Row.fetchAll(self, sql: "SELECT * FROM message WHERE id = ?", arguments: [id])
        return try messages(rows).first
    }

    /// The message that was just written.
    func existingMessage(_ id: Message.ID) throws -> Message {
        guard let message = try message(id) else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
        return message
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

    func isStreaming(_ message: Message.ID) throws -> Bool {
        let state = try String.fetchOne(
            cachedStatement(sql: "SELECT state FROM message WHERE id = ?"), arguments: [message])
        return state == Message.State.streaming.rawValue
    }

    /// Whether the person has said anything in a task.
    func hasUserMessage(in id: ChatTask.ID) throws -> Bool {
        try Bool.fetchOne(
            self, sql: "SELECT EXISTS (SELECT 1 FROM message WHERE task = ? AND role = 'user')",
            arguments: [id.rawValue]) ?? false
    }

    /// Whether a task has a message with this id of the service.
    func hasMessage(serviceID: String, in id: ChatTask.ID) throws -> Bool {
        try Row.fetchOne(
            cachedStatement(sql: "SELECT 1 FROM message WHERE task = ? AND service_id = ? LIMIT 1"),
            arguments: [id.rawValue, serviceID]) != nil
    }

    /// Id, role and text of the first messages of a task, oldest first.
    func firstWords(
        of id: ChatTask.ID, limit: Int
    ) throws -> [(id: Message.ID, role: Message.Role, text: String)] {
        try Row.fetchAll(
            self, sql: "SELECT id, role, text FROM message WHERE task = ? ORDER BY id LIMIT ?",
            arguments: [id.rawValue, limit]
        ).map { ($0["id"], $0.word("role", else: .agent), $0["text"]) }
    }

    /// Role and text of the last messages of a task, oldest first.
    /// - Parameter end: only messages before this one.
    func lastWords(
        of id: ChatTask.ID, before end: Message.ID?, limit: Int
    ) throws -> [(role: Message.Role, text: String)] {
        try Row.fetchAll(
            self, sql: Self.messageQuery("<", "DESC"), arguments: [id.rawValue, end ?? .max, limit]
        ).reversed().map { ($0.word("role", else: .agent), $0["text"]) }
    }
}

// MARK: Writing

extension Database {
    /// The next id for a message of the person, or of an agent that was not asked. The id behind it is kept for the reply.
    func nextMessageID() throws -> Message.ID {
        try nextNumber("UPDATE counter SET next = next + 2 WHERE name = 'new' RETURNING next - 2", [])
    }

    /// Ids for messages older than all that are here.
    /// - Returns: the lowest of them.
    func nextMessageIDs(forEarlier count: Int) throws -> Message.ID {
        try nextNumber("UPDATE counter SET next = next - ? WHERE name = 'old' RETURNING next", [count]) + 1
    }

    func nextNumber(_ sql: String, _ arguments: StatementArguments) throws -> Int64 {
        guard let number = try Int64.fetchOne(self, sql: sql, arguments: arguments) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT)
        }
        return number
    }

    func insert(_ message: Message) throws {
        try execute(
            sql: """
                INSERT INTO message (id, task, turn, role, text, at, service_id, state, suggestions, cards, format, usage)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                message.id, message.task.rawValue, message.turn, message.role.rawValue, message.text.storable,
                message.at.milliseconds, message.serviceID, message.state.rawValue,
                try message.extras.suggestions.isEmpty ? nil : encoded(message.extras.suggestions),
                try message.extras.cards.isEmpty ? nil : encoded(message.extras.cards),
                message.format == .markdown ? nil : message.format.rawValue,
                try message.usage.map { try encoded($0) },
            ])
        for step in message.extras.steps { try upsert(step, of: message.id) }
    }

    /// Deletes a message, and with that of a person its turn.
    func deleteMessage(_ id: Message.ID) throws {
        try execute(sql: "DELETE FROM message WHERE id = ?", arguments: [id])
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

    func setCards(_ cards: [Card], of message: Message.ID) throws {
        try set("cards", encoded(cards), of: message)
    }

    func setSuggestions(_ suggestions: [String], of message: Message.ID) throws {
        try set("suggestions", encoded(suggestions), of: message)
    }

    func setFormat(_ format: Message.Format, of message: Message.ID) throws {
        try set("format", format.rawValue, of: message)
    }

    func setUsage(_ usage: TokenUsage, of message: Message.ID) throws {
        try set("usage", encoded(usage), of: message)
    }

    func setServiceID(_ serviceID: String, ofMessage message: Message.ID) throws {
        try set("service_id", serviceID.storable, of: message)
    }

    private func set(_ column: String, _ value: String, of message: Message.ID) throws {
        try execute(sql: "UPDATE message SET \(column) = ? WHERE id = ?", arguments: [value, message])
    }

    /// Adds a piece of a streaming message.
    /// - Parameter offset: UTF-8 bytes before it.
    func insertChunk(_ text: String, at offset: Int, of message: Message.ID) throws {
        try cachedStatement(sql: "INSERT INTO chunk (message, offset, text) VALUES (?, ?, ?)")
            .execute(arguments: [message, offset, text])
    }

    func deleteChunks(of message: Message.ID) throws {
        try execute(sql: "DELETE FROM chunk WHERE message = ?", arguments: [message])
    }

    /// Folds the pieces of a streaming message into its text.
    /// - Returns: false if it was not streaming.
    func foldChunks(of message: Message.ID, as state: Message.State) throws -> Bool {
        let text = try arrivedText(of: message)
        try execute(
            sql: "UPDATE message SET text = ?, state = ? WHERE id = ? AND state = 'streaming'",
            arguments: [text, state.rawValue, message])
        guard changesCount > 0 else { return false }
        try deleteChunks(of: message)
        return true
    }
}
