import Foundation
import GRDB

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
}
