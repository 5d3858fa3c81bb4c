import AgentAPI
import Foundation
import GRDB
import Timing
import Wire

extension ServerStore {
    /// What was said, oldest first: the messages of both sides, of one agent if it is given.
    func messages(in conversation: Int64, agent: Int64? = nil) async throws -> [Entry] {
        try await read { db in
            try Entry.fetchAll(
                db,
                sql: """
                    SELECT * FROM entries
                    WHERE conversation_id = ?1 AND kind IN ('user', 'agent') AND NOT is_hidden
                        AND (?2 IS NULL OR agent_id = ?2)
                    ORDER BY id
                    """, arguments: [conversation, agent])
        }
    }

    /// The last messages before a turn began, oldest first: what an agent remembers. Where something was summed up, the summary stands
    /// in place of what came up to the entry that its `data` names as `up_to`.
    func memory(of turn: Turn, limit: Int) async throws -> [Entry] {
        try await read { db in
            let summary = try Entry.fetchOne(
                db,
                sql: """
                    SELECT * FROM entries WHERE conversation_id = ? AND kind = 'compaction' AND NOT is_hidden
                    ORDER BY id DESC LIMIT 1
                    """, arguments: [turn.conversationId])
            let latest = try Entry.fetchAll(
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

    func add(_ new: NewEntry) async throws -> Entry {
        let now = now()
        return try await write { db in try Entry.insert(new, at: now, in: db) }
    }

    /// Replaces what an entry that was running has come to.
    func end(_ entry: Int64, text: String, data: JSONValue, state: Entry.State) async throws -> Entry {
        let now = now()
        return try await write { db in
            try db.written(
                "UPDATE entries SET text = ?, data = ?, state = ?, ended_at = ? WHERE id = ? RETURNING *",
                [text, data, state.rawValue, now.microseconds, entry])
        }
    }
}

extension Entry {
    /// The last entry that a summary stands for; itself, where it does not say.
    fileprivate var lastSummedUp: Int64 {
        if case .integer(let last)? = data["up_to"] { last } else { id }
    }

    @discardableResult
    static func insert(_ new: NewEntry, at now: Date, in db: Database) throws -> Entry {
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
