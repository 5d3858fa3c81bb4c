import AgentAPI
import Foundation
import GRDB
import Timing
import Wire

/// What a client changes about a conversation; nil leaves as it is.
struct ConversationChange: Sendable {
    var name: String?
    var description: String?
    var metadata: JSONValue?
    var attributes: JSONValue?
    var isEnabled: Bool?
}

extension ServerStore {
    func change(_ conversation: Int64, _ change: ConversationChange) async throws -> Conversation {
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

    /// Removes a conversation with everything in it.
    func delete(conversation: Int64) async throws {
        try await write { db in try db.change("DELETE FROM conversations WHERE id = ?", [conversation]) }
    }

    func setHidden(_ entry: Int64, _ isHidden: Bool) async throws -> Entry {
        try await write { db in
            try db.written("UPDATE entries SET is_hidden = ? WHERE id = ? RETURNING *", [isHidden, entry])
        }
    }

    func delete(entry: Int64) async throws {
        try await write { db in try db.change("DELETE FROM entries WHERE id = ?", [entry]) }
    }

    /// A new conversation that begins with what was said in another one.
    /// - Parameters:
    ///   - last: the last entry that is taken; nil takes all.
    ///   - summary: if there is one, it stands in place of the entries up to `last`, and those after it are taken.
    /// - Returns: nil if the key is taken.
    func fork(
        _ source: Int64, into new: NewConversation, upTo last: Int64?, summary: String?
    ) async throws -> Conversation? {
        let now = now()
        return try await write { db in
            if let key = new.key, try Conversation.with(key: key, in: db) != nil { return nil }
            let copy = try Conversation.insert(new, at: now, in: db)
            let entries = try Entry.fetchAll(
                db, sql: "SELECT * FROM entries WHERE conversation_id = ? AND state <> 'running' ORDER BY id",
                arguments: [source])
            if let summary {
                let summed = NewEntry(
                    conversation: copy.id, agent: new.agent, kind: .compaction, text: summary)
                try Entry.insert(summed, at: now, in: db)
            }
            let taken = entries.filter { entry in
                guard let last else { return true }
                return summary == nil ? entry.id <= last : entry.id > last
            }
            for entry in taken { try entry.copy(into: copy.id, in: db) }
            return copy
        }
    }
}

extension Entry {
    /// Inserts the same entry into another conversation, under a name of its own. It belongs to no turn there.
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
