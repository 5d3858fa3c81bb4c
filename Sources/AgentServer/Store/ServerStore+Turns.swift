import Foundation
import GRDB
import Timing

// Rows and queries of turns. Which turn may begin, and when, is decided by ``TurnQueue``.

extension ServerStore {
    func turn(id: Int64) async throws -> StoredTurn? {
        try await read { db in try StoredTurn.with(id: id, in: db) }
    }

    func turn(ticket: String) async throws -> StoredTurn? {
        try await read { db in
            try StoredTurn.fetchOne(
                db, sql: "SELECT * FROM turns WHERE ticket = ?", arguments: [ticket.lowercased()])
        }
    }

    func latestTurn(in conversation: Int64) async throws -> StoredTurn? {
        try await read { db in try StoredTurn.latest(in: conversation, db) }
    }

    /// Whether a conversation has an unfinished turn.
    func isBusy(_ conversation: Int64) async throws -> Bool {
        try await read { db in try !StoredTurn.unfinished(in: conversation, db).isEmpty }
    }

    /// How many turns are queued and how many run.
    func unfinishedTurns() async throws -> [StoredTurn.State: Int] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT state, count(*) AS turns FROM turns WHERE state IN ('queued', 'running') GROUP BY state
                    """)
            return try Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    (try row.decode(forColumn: "state"), try row.decode(forColumn: "turns"))
                })
        }
    }
}

extension StoredTurn {
    static func with(id: Int64, in db: Database) throws -> StoredTurn? {
        try fetchOne(db, sql: "SELECT * FROM turns WHERE id = ?", arguments: [id])
    }

    static func latest(in conversation: Int64, _ db: Database) throws -> StoredTurn? {
        try fetchOne(
            db, sql: "SELECT * FROM turns WHERE conversation_id = ? ORDER BY id DESC LIMIT 1",
            arguments: [conversation])
    }

    /// In their order.
    static func unfinished(in conversation: Int64, _ db: Database) throws -> [StoredTurn] {
        try fetchAll(
            db,
            sql: """
                SELECT * FROM turns WHERE conversation_id = ? AND state IN ('queued', 'running') ORDER BY id
                """, arguments: [conversation])
    }

    /// The turn of a conversation that runs, or else the one that is next.
    static func current(in conversation: Int64, _ db: Database) throws -> StoredTurn? {
        try fetchOne(
            db,
            sql: """
                SELECT * FROM turns WHERE conversation_id = ? AND state IN ('queued', 'running')
                ORDER BY state = 'running' DESC, id LIMIT 1
                """, arguments: [conversation])
    }

    /// The oldest queued background turn without an unfinished turn before it in its conversation.
    /// - Parameter enabledOnly: Skips turns whose agent is disabled.
    static func nextInBackground(enabledOnly: Bool, _ db: Database) throws -> StoredTurn? {
        try fetchOne(
            db,
            sql: """
                SELECT * FROM turns AS this WHERE state = 'queued' AND mode = 'background' AND NOT EXISTS (
                    SELECT 1 FROM turns AS other
                    WHERE other.conversation_id = this.conversation_id AND other.id <> this.id
                        AND (other.state = 'running' OR (other.state = 'queued' AND other.id < this.id)))
                    AND (NOT ? OR (SELECT is_enabled FROM agents WHERE agents.id = agent_id))
                ORDER BY id LIMIT 1
                """, arguments: [enabledOnly])
    }

    static func isAnyQueuedInBackground(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM turns WHERE state = 'queued' AND mode = 'background')"
        ) ?? false
    }

    /// Those that depend on the server that owns them: all that run, and the attended ones in the queue.
    static func allOwned(_ db: Database) throws -> [StoredTurn] {
        try fetchAll(
            db,
            sql: "SELECT * FROM turns WHERE state = 'running' OR (state = 'queued' AND mode = 'attended')")
    }

    static func insert(_ new: NewTurn, owner: String, at now: Date, in db: Database) throws -> StoredTurn {
        try db.written(
            """
            INSERT INTO turns (ticket, conversation_id, agent_id, mode, state, input, metadata, owner, created_at)
            VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?) RETURNING *
            """,
            [
                Identifier.uuid(), new.conversation, new.agent, new.mode.rawValue, new.input, new.metadata,
                owner, now.microseconds,
            ])
    }

    /// Marks the turn as running. Its input enters the conversation with this, after everything that was said before.
    /// - Parameter title: The name of the conversation if it has none.
    func begin(owner: String, title: String, at now: Date, in db: Database) throws -> StoredTurn {
        if try !hasEnteredInput(db) {
            let input = NewEntry(
                conversation: conversationId, turn: id, agent: agentId, kind: .user, text: input)
            try StoredEntry.insert(input, at: now, in: db)
        }
        try db.change(
            """
            UPDATE conversations SET updated_at = ?1, agent_id = coalesce(agent_id, ?2),
                name = CASE name WHEN '' THEN ?3 ELSE name END WHERE id = ?4
            """, [now.microseconds, agentId, title, conversationId])
        return try db.written(
            """
            UPDATE turns SET state = 'running', owner = ?, attempts = attempts + 1, started_at = ?
            WHERE id = ? RETURNING *
            """, [owner, now.microseconds, id])
    }

    private func hasEnteredInput(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM entries WHERE turn_id = ? AND kind = 'user')",
            arguments: [id]) ?? false
    }

    /// Writes the outcome.
    /// - Returns: The answer, if there is one.
    @discardableResult
    func finish(
        with result: TurnResult, keepsInput: Bool, at now: Date, in db: Database
    ) throws -> StoredEntry? {
        var answer: StoredEntry?
        if !keepsInput {
            try db.change("DELETE FROM entries WHERE turn_id = ?", [id])
        } else if !result.text.isEmpty || result.state == .completed {
            let entry = NewEntry(
                conversation: conversationId, turn: id, agent: agentId, kind: .agent, text: result.text,
                data: result.data, state: result.state == .completed ? .completed : .partial)
            answer = try StoredEntry.insert(entry, at: now, in: db)
        }
        try db.change(
            "UPDATE entries SET state = 'failed', ended_at = ? WHERE turn_id = ? AND state = 'running'",
            [now.microseconds, id])
        try db.change(
            "UPDATE turns SET state = ?, failure = ?, ended_at = ? WHERE id = ?",
            [result.state.rawValue, result.failure, now.microseconds, id])
        try db.change(
            "UPDATE conversations SET updated_at = ? WHERE id = ?", [now.microseconds, conversationId])
        return answer
    }

    /// Puts the turn back into the queue, without what its agent has done.
    func requeue(attempts: Int, in db: Database) throws {
        try db.change("DELETE FROM entries WHERE turn_id = ? AND kind <> 'user'", [id])
        try db.change(
            "UPDATE turns SET state = 'queued', attempts = ?, started_at = NULL WHERE id = ?", [attempts, id])
    }
}
