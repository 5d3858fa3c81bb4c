import Foundation
import GRDB
import Timing

extension Turn {
    init(row: Row) {
        self.init(
            id: row["id"], task: ChatTask.ID(rawValue: row["task"]), mode: row.word("mode", else: .streamed),
            state: row.word("state", else: .failed), message: row["message"], reply: row["reply"],
            ticket: row["ticket"], failure: row.json("failure"), generation: row["generation"],
            startedAt: row.date("started_at"), endedAt: row.optionalDate("ended_at"))
    }
}

/// A turn with the number of the process that works on it, while one does.
struct OwnedTurn {
    var turn: Turn
    var owner: Int?

    init(row: Row) {
        turn = Turn(row: row)
        owner = row["owner"]
    }
}

extension SessionStore {
    public func turn(_ id: Turn.ID) async throws -> Turn? {
        try await read { try $0.turn(id) }
    }

    /// Every turn of a task, oldest first.
    public func turns(of task: ChatTask.ID) async throws -> [Turn] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM turn WHERE task = ? ORDER BY id", arguments: [task.rawValue]
            ).map(Turn.init(row:))
        }
    }

    /// The first queued turn of a task.
    func firstQueued(of id: ChatTask.ID) async throws -> Turn? {
        try await read { try $0.queue(of: id).first?.turn }
    }

    /// The turn that is under way in a task, in whichever process.
    func activeTurn(of id: ChatTask.ID) async throws -> Turn? {
        try await read { try $0.activeTurn(of: id)?.turn }
    }

    /// Leaves the turns that outlive this process to the next one.
    func release() async throws {
        let owner = lease.name
        try await write { try $0.release(owner) }
    }
}

// MARK: Reading

extension Database {
    static let queueQuery =
        "SELECT * FROM turn WHERE task = ? AND state = 'queued' AND ended_at IS NULL ORDER BY id"

    func turn(_ id: Turn.ID) throws -> Turn? {
        try Row.fetchOne(cachedStatement(sql: "SELECT * FROM turn WHERE id = ?"), arguments: [id])
            .map(Turn.init(row:))
    }

    /// The queued turns of a task, oldest first.
    func queue(of id: ChatTask.ID) throws -> [OwnedTurn] {
        try Row.fetchAll(self, sql: Self.queueQuery, arguments: [id.rawValue]).map(OwnedTurn.init(row:))
    }

    /// The turn of a task that has left the queue and is not over.
    func activeTurn(of id: ChatTask.ID) throws -> OwnedTurn? {
        try Row.fetchOne(
            self,
            sql: "SELECT * FROM turn WHERE task = ? AND ended_at IS NULL AND state <> 'queued' LIMIT 1",
            arguments: [id.rawValue]
        ).map(OwnedTurn.init(row:))
    }

    func lastTurn(of id: ChatTask.ID) throws -> Turn? {
        try Row.fetchOne(
            self, sql: "SELECT * FROM turn WHERE task = ? ORDER BY id DESC LIMIT 1", arguments: [id.rawValue]
        ).map(Turn.init(row:))
    }

    /// The lowest id of a turn of the task that is not over.
    func firstOpenTurn(of id: ChatTask.ID) throws -> Turn.ID? {
        try Int64.fetchOne(
            self, sql: "SELECT min(id) FROM turn WHERE task = ? AND ended_at IS NULL",
            arguments: [id.rawValue])
    }

    /// The state of the turn before this one in its task; nil if it is the first.
    func stateOfTurn(before turn: Turn) throws -> Turn.State? {
        try Row.fetchOne(
            self, sql: "SELECT state FROM turn WHERE task = ? AND id < ? ORDER BY id DESC LIMIT 1",
            arguments: [turn.task.rawValue, turn.id]
        ).map { $0.word("state", else: .failed) }
    }

    /// Whether a later turn of the task has left the queue.
    func wasFollowed(_ turn: Turn) throws -> Bool {
        try Bool.fetchOne(
            self, sql: "SELECT EXISTS (SELECT 1 FROM turn WHERE task = ? AND id > ? AND state <> 'queued')",
            arguments: [turn.task.rawValue, turn.id]) ?? false
    }

    /// The turns in these states that are not over, oldest first.
    /// - Parameter accounts: nil for those of all accounts.
    func openTurns(in states: [Turn.State], of accounts: Set<AccountName>?) throws -> [OwnedTurn] {
        try Row.fetchAll(
            self, sql: "SELECT turn.* \(Self.openTurns) ORDER BY turn.id",
            arguments: Self.arguments(states, accounts)
        ).map(OwnedTurn.init(row:))
    }

    /// Who works on the turns in these states that are not over.
    /// - Parameter accounts: nil for those of all accounts.
    func ownersOfOpenTurns(in states: [Turn.State], of accounts: Set<AccountName>?) throws -> [Int?] {
        try Int?.fetchAll(
            self, sql: "SELECT DISTINCT owner \(Self.openTurns)", arguments: Self.arguments(states, accounts))
    }

    /// States and accounts are lists in JSON.
    private static let openTurns = """
        FROM turn WHERE ended_at IS NULL AND state IN (SELECT value FROM json_each(:states))
            AND (:accounts IS NULL OR (SELECT account FROM task WHERE task.id = turn.task)
                IN (SELECT value FROM json_each(:accounts)))
        """

    private static func arguments(
        _ states: [Turn.State], _ accounts: Set<AccountName>?
    ) throws -> StatementArguments {
        ["states": try encoded(states), "accounts": try accounts.map { try encoded($0.sorted()) }]
    }
}

// MARK: Writing

extension Database {
    func insert(_ turn: Turn, owner: Int?) throws {
        try execute(
            sql: """
                INSERT INTO turn (id, task, mode, state, message, reply, ticket, failure, generation, started_at,
                    ended_at, owner)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                turn.id, turn.task.rawValue, turn.mode.rawValue, turn.state.rawValue, turn.message,
                turn.reply, turn.ticket, try turn.failure.map { try encoded($0) }, turn.generation,
                turn.startedAt.milliseconds, turn.endedAt?.milliseconds, owner,
            ])
    }

    /// Writes what can change of a turn. A turn that is over has no owner.
    func update(_ turn: Turn, owner: Int?) throws {
        try execute(
            sql: """
                UPDATE turn SET mode = ?, state = ?, reply = ?, ticket = ?, failure = ?, generation = ?,
                    started_at = ?, ended_at = ?, owner = ? WHERE id = ?
                """,
            arguments: [
                turn.mode.rawValue, turn.state.rawValue, turn.reply, turn.ticket,
                try turn.failure.map { try encoded($0) }, turn.generation, turn.startedAt.milliseconds,
                turn.endedAt?.milliseconds, turn.state.isOver ? nil : owner, turn.id,
            ])
    }

    func setOwner(of turn: Turn.ID, to owner: Int?) throws {
        try execute(sql: "UPDATE turn SET owner = ? WHERE id = ?", arguments: [owner, turn])
    }

    /// Leaves the open turns of a process without an owner.
    func release(_ owner: Int) throws {
        try execute(
            sql: "UPDATE turn SET owner = NULL WHERE ended_at IS NULL AND owner = ?", arguments: [owner])
    }
}
