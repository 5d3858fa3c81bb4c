import AgentAPI
import Foundation
import GRDB
import Timing
import Wire

/// Another turn of the conversation is not over, and the client did not want to wait.
struct ConversationBusy: Error {}

/// How a turn ended.
struct TurnResult: Hashable, Sendable {
    var state: Turn.State
    /// What the agent had said by then.
    var text = ""
    /// What came with the answer (suggestions).
    var data = JSONValue.emptyObject
    var failure: String?
}

/// What a turn's end leaves.
struct TurnEnding: Sendable {
    /// The answer, where there is one.
    var answer: Entry?
    /// The attended turn of the conversation that has begun with it.
    var successor: Turn?
    /// Whether a background turn waits, in any conversation.
    var hasQueue = false
}

extension ServerStore {
    /// Stores a turn. An attended one begins at once when its conversation is free; otherwise it is queued. It cannot wait for a
    /// turn that another server runs, for that one's end is not heard of here.
    func accept(_ new: NewTurn, owner: String) async throws -> Turn {
        let now = now()
        return try await write { db in
            let pending = try Turn.pending(in: new.conversation, db)
            let isBusy = !pending.isEmpty
            let isHeldElsewhere = pending.contains { $0.state == .running && $0.owner != owner }
            if isBusy, new.whenBusy == .refuse || (new.mode == .attended && isHeldElsewhere) {
                throw ConversationBusy()
            }
            let turn = try Turn.insert(new, owner: owner, at: now, in: db)
            return isBusy || new.mode == .background ? turn : try turn.begin(owner: owner, at: now, in: db)
        }
    }

    /// Begins the turn that is next in a conversation, if that is an attended one of this server and none is running.
    func claimAttended(in conversation: Int64, owner: String) async throws -> Turn? {
        let now = now()
        return try await write { db in
            try Turn.beginNextAttended(in: conversation, owner: owner, at: now, db)
        }
    }

    /// Begins the oldest background turn whose conversation is free. One transaction: of many that ask, one gets it.
    /// - Parameter enabledOnly: whether turns are left alone whose agents are not there.
    func claimBackground(owner: String, enabledOnly: Bool = false) async throws -> Turn? {
        let now = now()
        return try await write { db in
            let next = try Turn.fetchOne(
                db,
                sql: """
                    SELECT * FROM turns AS this WHERE state = 'queued' AND mode = 'background' AND NOT EXISTS (
                        SELECT 1 FROM turns AS other
                        WHERE other.conversation_id = this.conversation_id AND other.id <> this.id
                            AND (other.state = 'running' OR (other.state = 'queued' AND other.id < this.id)))
                        AND (NOT ? OR (SELECT is_enabled FROM agents WHERE agents.id = agent_id))
                    ORDER BY id LIMIT 1
                    """, arguments: [enabledOnly])
            return try next?.begin(owner: owner, at: now, in: db)
        }
    }

    /// Ends a turn that runs, with what was said in it. Without effect if it is over already.
    /// The next attended turn of the conversation begins in the same transaction.
    /// - Parameters:
    ///   - keepsInput: whether what the person said stays in the conversation.
    ///   - owner: the server whose turn may begin; nil if none may.
    func end(
        _ turn: Turn, with result: TurnResult, keepsInput: Bool = true, letting owner: String?
    ) async throws -> TurnEnding {
        let now = now()
        return try await write { db in
            var ending = TurnEnding()
            if let current = try Turn.with(id: turn.id, in: db), !current.state.isOver {
                ending.answer = try current.end(with: result, keepsInput: keepsInput, at: now, in: db)
            }
            guard let owner else { return ending }
            ending.successor = try Turn.beginNextAttended(
                in: turn.conversationId, owner: owner, at: now, db)
            ending.hasQueue =
                try Bool.fetchOne(
                    db,
                    sql:
                        "SELECT EXISTS (SELECT 1 FROM turns WHERE state = 'queued' AND mode = 'background')"
                ) ?? false
            return ending
        }
    }

    /// Puts a turn that runs back into the queue, as if it had never begun.
    func handBack(_ turn: Turn) async throws {
        try await write { db in
            guard let current = try Turn.with(id: turn.id, in: db), current.state == .running else { return }
            try current.requeue(attempts: max(0, current.attempts - 1), in: db)
        }
    }

    /// Takes care of the turns whose server is gone. A background turn is begun once more, and fails if that happened before;
    /// an attended one fails, for its client is gone too.
    func recover(isGone: @Sendable (String) -> Bool) async throws {
        let pending = try await read { db in
            try Turn.fetchAll(
                db,
                sql: """
                    SELECT * FROM turns WHERE state = 'running' OR (state = 'queued' AND mode = 'attended')
                    """)
        }
        let gone = Set(pending.map(\.owner)).filter(isGone)
        let now = now()
        try await write { db in
            for turn in pending where gone.contains(turn.owner) {
                guard let current = try Turn.with(id: turn.id, in: db), current.state == turn.state,
                    current.owner == turn.owner
                else { continue }
                try current.recover(at: now, in: db)
            }
        }
    }

    /// How many turns are queued and how many run.
    func turnsAtWork() async throws -> [Turn.State: Int] {
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

    func turn(ticket: String) async throws -> Turn? {
        try await read { db in
            try Turn.fetchOne(
                db, sql: "SELECT * FROM turns WHERE ticket = ?", arguments: [ticket.lowercased()])
        }
    }

    func turn(id: Int64) async throws -> Turn? {
        try await read { db in try Turn.with(id: id, in: db) }
    }

    /// What the agent answered in a turn.
    func answer(of turn: Int64) async throws -> Entry? {
        try await read { db in
            try Entry.fetchOne(
                db,
                sql: "SELECT * FROM entries WHERE turn_id = ? AND kind = 'agent' ORDER BY id DESC LIMIT 1",
                arguments: [turn])
        }
    }
}

extension Turn {
    /// How often a turn is begun at most when servers die under it.
    private static let maxAttempts = 2
    private static let titleLength = 60

    static func with(id: Int64, in db: Database) throws -> Turn? {
        try fetchOne(db, sql: "SELECT * FROM turns WHERE id = ?", arguments: [id])
    }

    /// Begins the turn that is next in a conversation, if that is an attended one of this server and none is running.
    fileprivate static func beginNextAttended(
        in conversation: Int64, owner: String, at now: Date, _ db: Database
    ) throws -> Turn? {
        let next = try fetchOne(
            db,
            sql: """
                SELECT * FROM turns WHERE conversation_id = ? AND state IN ('queued', 'running')
                ORDER BY state = 'running' DESC, id LIMIT 1
                """, arguments: [conversation])
        guard let next, next.state == .queued, next.mode == .attended, next.owner == owner else {
            return nil
        }
        return try next.begin(owner: owner, at: now, in: db)
    }

    /// The turns of a conversation that are not over, in their order.
    static func pending(in conversation: Int64, _ db: Database) throws -> [Turn] {
        try fetchAll(
            db,
            sql: """
                SELECT * FROM turns WHERE conversation_id = ? AND state IN ('queued', 'running') ORDER BY id
                """, arguments: [conversation])
    }

    fileprivate static func insert(_ new: NewTurn, owner: String, at now: Date, in db: Database) throws
        -> Turn
    {
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

    /// What the person said enters the conversation now, so that what it answers stands before it.
    fileprivate func begin(owner: String, at now: Date, in db: Database) throws -> Turn {
        let isEntered =
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM entries WHERE turn_id = ? AND kind = 'user')",
                arguments: [id]) ?? false
        if !isEntered {
            let said = NewEntry(
                conversation: conversationId, turn: id, agent: agentId, kind: .user, text: input)
            try Entry.insert(said, at: now, in: db)
        }
        try db.change(
            """
            UPDATE conversations SET updated_at = ?1, agent_id = coalesce(agent_id, ?2),
                name = CASE name WHEN '' THEN ?3 ELSE name END WHERE id = ?4
            """, [now.microseconds, agentId, Self.title(from: input), conversationId])
        return try db.written(
            """
            UPDATE turns SET state = 'running', owner = ?, attempts = attempts + 1, started_at = ?
            WHERE id = ? RETURNING *
            """, [owner, now.microseconds, id])
    }

    @discardableResult
    fileprivate func end(
        with result: TurnResult, keepsInput: Bool, at now: Date, in db: Database
    ) throws -> Entry? {
        var entered: Entry?
        if !keepsInput {
            try db.change("DELETE FROM entries WHERE turn_id = ?", [id])
        } else if !result.text.isEmpty || result.state == .completed {
            let answer = NewEntry(
                conversation: conversationId, turn: id, agent: agentId, kind: .agent, text: result.text,
                data: result.data, state: result.state == .completed ? .completed : .partial)
            entered = try Entry.insert(answer, at: now, in: db)
        }
        try db.change(
            "UPDATE entries SET state = 'failed', ended_at = ? WHERE turn_id = ? AND state = 'running'",
            [now.microseconds, id])
        try db.change(
            "UPDATE turns SET state = ?, failure = ?, ended_at = ? WHERE id = ?",
            [result.state.rawValue, result.failure, now.microseconds, id])
        try db.change(
            "UPDATE conversations SET updated_at = ? WHERE id = ?", [now.microseconds, conversationId])
        return entered
    }

    fileprivate func requeue(attempts: Int, in db: Database) throws {
        try db.change("DELETE FROM entries WHERE turn_id = ? AND kind <> 'user'", [id])
        try db.change(
            "UPDATE turns SET state = 'queued', attempts = ?, started_at = NULL WHERE id = ?", [attempts, id])
    }

    fileprivate func recover(at now: Date, in db: Database) throws {
        if mode == .background, attempts < Self.maxAttempts {
            try requeue(attempts: attempts, in: db)
            return
        }
        let failure =
            mode == .background
            ? "The server stopped twice while this was running, so it is not begun again."
            : "The server stopped before the reply was finished."
        try end(
            with: TurnResult(state: .failed, failure: failure), keepsInput: true, at: now, in: db)
    }

    /// The first words of a message, as the name of a conversation.
    private static func title(from text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard words.count > titleLength else { return words }
        let start = words.prefix(titleLength)
        return String(start[..<(start.lastIndex(of: " ") ?? start.endIndex)]) + "…"
    }
}
