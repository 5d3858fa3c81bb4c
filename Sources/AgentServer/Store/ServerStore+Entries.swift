import Foundation
import GRDB
import Timing
import Wire

extension ServerStore {
    /// The messages of both sides, oldest first.
    /// - Parameter agent: nil for all agents.
    func messages(in conversation: Int64, agent: Int64? = nil) async throws -> [StoredEntry] {
        try await read { db in
            try StoredEntry.fetchAll(
                db,
                sql: """
                    SELECT * FROM entries
                    WHERE conversation_id = ?1 AND kind IN ('user', 'agent') AND NOT is_hidden
                        AND (?2 IS NULL OR agent_id = ?2)
                    ORDER BY id
                    """, arguments: [conversation, agent])
        }
    }

    /// The last messages before a turn, oldest first. A summary replaces the entries up to the one that its `data` names as `up_to`.
    func history(before turn: StoredTurn, limit: Int) async throws -> [StoredEntry] {
        try await read { db in
            let summary = try StoredEntry.fetchOne(
                db,
                sql: """
                    SELECT * FROM entries WHERE conversation_id = ? AND kind = 'compaction' AND NOT is_hidden
                    ORDER BY id DESC LIMIT 1
                    """, arguments: [turn.conversationId])
            let latest = try StoredEntry.fetchAll(
                db,
                sql: """
                    SELECT * FROM entries
                    WHERE conversation_id = ?1 AND kind IN ('user', 'agent') AND NOT is_hidden
                        AND text <> '' AND turn_id IS NOT ?2 AND id > ?3
                    ORDER BY id DESC LIMIT ?4
                    """, arguments: [turn.conversationId, turn.id, summary?.lastSummedUp ?? 0, limit])
            return [summary].compactMap { $0 } + latest.reversed()
        }
    }

    /// The agent's answer in a turn.
    func answer(of turn: Int64) async throws -> StoredEntry? {
        try await read { db in
            try StoredEntry.fetchOne(
                db,
                sql: "SELECT * FROM entries WHERE turn_id = ? AND kind = 'agent' ORDER BY id DESC LIMIT 1",
                arguments: [turn])
        }
    }

    /// The entries of a conversation, oldest first.
    func entries(
        in conversation: Int64, after id: Int64 = 0, limit: Int = .max, includesHidden: Bool = true
    ) async throws -> [StoredEntry] {
        try await read { db in
            try StoredEntry.fetchAll(
                db,
                sql: """
                    SELECT * FROM entries WHERE conversation_id = ? AND id > ? AND (? OR NOT is_hidden)
                    ORDER BY id LIMIT ?
                    """, arguments: [conversation, id, includesHidden, limit])
        }
    }

    func entries(ofTurn turn: Int64) async throws -> [StoredEntry] {
        try await read { db in
            try StoredEntry.fetchAll(
                db, sql: "SELECT * FROM entries WHERE turn_id = ? ORDER BY id", arguments: [turn])
        }
    }

    func entry(token: String, in conversation: Int64) async throws -> StoredEntry? {
        try await read { db in
            try StoredEntry.fetchOne(
                db, sql: "SELECT * FROM entries WHERE token = ? AND conversation_id = ?",
                arguments: [token, conversation])
        }
    }

    func add(_ new: NewEntry) async throws -> StoredEntry {
        let now = now()
        return try await write(durably: new.state != .running) { db in
            try StoredEntry.insert(new, at: now, in: db)
        }
    }

    /// Writes the outcome of a running entry.
    func end(_ entry: Int64, text: String, data: JSONValue, state: StoredEntry.State) async throws
        -> StoredEntry
    {
        let now = now()
        return try await write(durably: false) { db in
            try db.written(
                "UPDATE entries SET text = ?, data = ?, state = ?, ended_at = ? WHERE id = ? RETURNING *",
                [text, data, state.rawValue, now.microseconds, entry])
        }
    }
}

extension StoredEntry {
    /// The last entry that a summary replaces; itself if it does not say.
    var lastSummedUp: Int64 {
        if case .integer(let last)? = data["up_to"] { last } else { id }
    }

    @discardableResult
    static func insert(_ new: NewEntry, at now: Date, in db: Database) throws -> StoredEntry {
        try db.written(
            """
            INSERT INTO entries
                (token, conversation_id, turn_id, agent_id, kind, text, data, state, created_at, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *
            """,
            [
                Identifier.hex(now: now), new.conversation, new.turn, new.agent, new.kind.rawValue, new.text,
                new.data, new.state.rawValue, now.microseconds,
                new.state == .running ? nil : now.microseconds,
            ])
    }
}
