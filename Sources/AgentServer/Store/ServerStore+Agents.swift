import AgentAPI
import Foundation
import GRDB
import Timing
import Wire

/// An agent as the configuration names it.
struct AgentNames: Hashable, Sendable {
    var key: String
    var name: String
    var description: String?
    /// Drawn if nil, and then kept.
    var hex: String?
    /// Counted if nil, and then kept.
    var id: Int64?
}

extension ServerStore {
    /// Makes the configured agents known, keeps the ids of those that are, and disables configured agents that are no longer named.
    func register(_ agents: [AgentNames]) async throws {
        let now = now()
        try await write { db in
            try db.change("UPDATE agents SET is_enabled = 0 WHERE origin = 'configured'", [])
            for agent in agents {
                try register(agent, at: now, in: db)
            }
        }
    }

    /// Makes further agents known, beside those that are.
    func add(_ agents: [AgentNames]) async throws {
        let now = now()
        try await write { db in
            for agent in agents { try register(agent, at: now, in: db) }
        }
    }

    private func register(_ agent: AgentNames, at now: Date, in db: Database) throws {
        try db.change(
            """
            INSERT INTO agents (id, hex, key, name, description, origin, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, 'configured', ?, ?)
            ON CONFLICT (key) DO UPDATE SET
                name = excluded.name, description = excluded.description, origin = 'configured',
                hex = coalesce(?, hex), id = coalesce(?, id), is_enabled = 1
            """,
            [
                agent.id, agent.hex ?? Identifier.hex(now: now), agent.key, agent.name, agent.description,
                now.microseconds, now.microseconds, agent.hex, agent.id,
            ])
    }

    func agent(id: Int64) async throws -> AgentIdentity? {
        try await read { db in
            try AgentIdentity.fetchOne(db, sql: "SELECT * FROM agents WHERE id = ?", arguments: [id])
        }
    }

    /// By 24 hexadecimal digits or by key: a client may use either.
    func agent(named name: String) async throws -> AgentIdentity? {
        try await read { db in
            try AgentIdentity.fetchOne(
                db, sql: "SELECT * FROM agents WHERE hex = ? OR key = ? ORDER BY hex = ? DESC LIMIT 1",
                arguments: [name.lowercased(), name, name.lowercased()])
        }
    }

    func agents() async throws -> [AgentIdentity] {
        try await read { db in try AgentIdentity.fetchAll(db, sql: "SELECT * FROM agents ORDER BY id") }
    }

    /// Makes an agent for a client; nil if its key is taken.
    func createAgent(
        key: String, name: String, description: String?, definition: JSONValue, isEnabled: Bool
    ) async throws -> AgentIdentity? {
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

    /// Writes what a client says about an agent it made, over what was there.
    func update(_ agent: AgentIdentity) async throws -> AgentIdentity {
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

    /// Removes an agent that a client made, with its conversations.
    func delete(agent: Int64) async throws {
        try await write { db in
            try db.change("DELETE FROM conversations WHERE agent_id = ?", [agent])
            try db.change("DELETE FROM agents WHERE id = ? AND origin = 'created'", [agent])
        }
    }
}
