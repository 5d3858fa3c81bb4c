import Foundation
import GRDB
import Timing
import Wire

/// The names of a configured agent.
struct AgentNames: Hashable, Sendable {
    var key: String
    var name: String
    var description: String?
    /// Made of the key if nil, and then kept: a conversation that comes to another computer finds its agent there.
    var hex: String?
    /// The next number if nil, and then kept.
    var id: Int64?
}

extension ServerStore {
    /// Stores the configured agents. Those that are stored already keep their ids; those that are no longer configured are disabled.
    func register(_ agents: [AgentNames]) async throws {
        let now = now()
        try await write { db in
            try db.change("UPDATE agents SET is_enabled = 0 WHERE origin = 'configured'", [])
            for agent in agents {
                try Self.register(agent, at: now, in: db)
            }
        }
    }

    /// Stores further configured agents.
    func add(_ agents: [AgentNames]) async throws {
        let now = now()
        try await write { db in
            for agent in agents { try Self.register(agent, at: now, in: db) }
        }
    }

    private static func register(_ agent: AgentNames, at now: Date, in db: Database) throws {
        let made = Identifier.hex(of: agent.key)
        let isTaken = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM agents WHERE hex = ?)", arguments: [made])
        try db.change(
            """
            INSERT INTO agents (id, hex, key, name, description, origin, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, 'configured', ?, ?)
            ON CONFLICT (key) DO UPDATE SET
                name = excluded.name, description = excluded.description, origin = 'configured',
                hex = coalesce(?, hex), id = coalesce(?, id), is_enabled = 1
            """,
            [
                agent.id, agent.hex ?? (isTaken == true ? Identifier.hex(now: now) : made), agent.key,
                agent.name, agent.description,
                now.microseconds, now.microseconds, agent.hex, agent.id,
            ])
    }

    func agent(id: Int64) async throws -> StoredAgent? {
        try await read { db in
            try StoredAgent.fetchOne(db, sql: "SELECT * FROM agents WHERE id = ?", arguments: [id])
        }
    }

    /// By 24 hexadecimal digits or by key.
    func agent(named name: String) async throws -> StoredAgent? {
        try await read { db in
            try StoredAgent.fetchOne(
                db, sql: "SELECT * FROM agents WHERE hex = ? OR key = ? ORDER BY hex = ? DESC LIMIT 1",
                arguments: [name.lowercased(), name, name.lowercased()])
        }
    }

    func agents() async throws -> [StoredAgent] {
        try await read { db in try StoredAgent.fetchAll(db, sql: "SELECT * FROM agents ORDER BY id") }
    }

    /// Creates an agent for a client.
    /// - Returns: nil if its key is taken.
    func createAgent(
        key: String, name: String, description: String?, definition: JSONValue, isEnabled: Bool
    ) async throws -> StoredAgent? {
        let now = now()
        return try await write { db in
            let isTaken = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM agents WHERE key = ?)", arguments: [key])
            if isTaken == true { return nil }
            return try db.written(
                """
                INSERT INTO agents (hex, key, name, description, origin, definition, is_enabled, created_at, updated_at)
                VALUES (?, ?, ?, ?, 'created', ?, ?, ?, ?) RETURNING *
                """,
                [
                    Identifier.hex(now: now), key, name, description, definition, isEnabled, now.microseconds,
                    now.microseconds,
                ])
        }
    }

    /// Overwrites what a client may change of an agent.
    func update(_ agent: StoredAgent) async throws -> StoredAgent {
        let now = now()
        return try await write { db in
            try db.written(
                """
                UPDATE agents SET name = ?, description = ?, definition = ?, is_enabled = ?, updated_at = ?
                WHERE id = ? RETURNING *
                """,
                [
                    agent.name, agent.description, agent.definition, agent.isEnabled, now.microseconds,
                    agent.id,
                ])
        }
    }

    /// Deletes an agent that a client created, with its conversations.
    func delete(agent: Int64) async throws {
        try await write { db in
            try db.change("DELETE FROM conversations WHERE agent_id = ?", [agent])
            try db.change("DELETE FROM agents WHERE id = ? AND origin = 'created'", [agent])
        }
    }
}
