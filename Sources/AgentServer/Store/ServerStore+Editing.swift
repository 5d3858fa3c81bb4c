import Foundation
import GRDB
import Timing
import Wire

/// Changes of a client to a conversation; nil leaves a column as it is.
struct ConversationChange: Sendable {
    var name: String?
    var description: String?
    var metadata: JSONValue?
    var attributes: JSONValue?
    var isEnabled: Bool?
}

extension ServerStore {
    func change(_ conversation: Int64, _ change: ConversationChange) async throws -> StoredConversation {
        let now = now()
        return try await write { db in
            try db.written(
                """
                UPDATE conversations SET
                    name = coalesce(?, name), description = coalesce(?, description),
                    metadata = coalesce(?, metadata), attributes = coalesce(?, attributes),
                    is_enabled = coalesce(?, is_enabled), updated_at = ?
                WHERE id = ? RETURNING *
                """,
                [
                    change.name, change.description, change.metadata, change.attributes, change.isEnabled,
                    now.microseconds, conversation,
                ])
        }
    }

    /// Deletes a conversation with everything in it.
    func delete(conversation: Int64) async throws {
        try await write { db in try db.change("DELETE FROM conversations WHERE id = ?", [conversation]) }
        try await erase()
    }

    /// Takes what was deleted out of the log beside the file as well, as far as no other process reads it.
    private func erase() async throws {
        do {
            _ = try await database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // The next checkpoint does it.
        }
    }

    func setHidden(_ entry: Int64, _ isHidden: Bool) async throws -> StoredEntry {
        try await write { db in
            try db.written("UPDATE entries SET is_hidden = ? WHERE id = ? RETURNING *", [isHidden, entry])
        }
    }

    func delete(entry: Int64) async throws {
        try await write { db in try db.change("DELETE FROM entries WHERE id = ?", [entry]) }
        try await erase()
    }

    /// Creates a conversation that begins with the entries of another one.
    /// - Parameters:
    ///   - last: The last entry to copy; nil copies all.
    ///   - summary: Replaces the entries up to `last`; the ones after it are copied.
    /// - Returns: nil if the key is taken.
    func fork(
        _ source: Int64, into new: NewConversation, upTo last: Int64?, summary: String?
    ) async throws -> StoredConversation? {
        let now = now()
        return try await write { db in
            if let key = new.key, try StoredConversation.with(key: key, in: db) != nil { return nil }
            let copy = try StoredConversation.insert(new, at: now, in: db)
            let entries = try StoredEntry.fetchAll(
                db, sql: "SELECT * FROM entries WHERE conversation_id = ? AND state <> 'running' ORDER BY id",
                arguments: [source])
            if let summary {
                let summed = NewEntry(
                    conversation: copy.id, agent: new.agent, kind: .compaction, text: summary)
                try StoredEntry.insert(summed, at: now, in: db)
            }
            let copied = entries.filter { entry in
                guard let last else { return true }
                return summary == nil ? entry.id <= last : entry.id > last
            }
            for entry in copied { try entry.copy(into: copy.id, in: db) }
            return copy
        }
    }
}

extension StoredEntry {
    /// Inserts a copy into another conversation, where it belongs to no turn.
    fileprivate func copy(into conversation: Int64, in db: Database) throws {
        try db.change(
            """
            INSERT INTO entries
                (token, conversation_id, agent_id, kind, text, data, state, is_hidden, created_at, ended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                Identifier.hex(now: createdAt), conversation, agentId, kind.rawValue, text, data,
                state.rawValue,
                isHidden, createdAt.microseconds, endedAt?.microseconds,
            ])
    }
}
