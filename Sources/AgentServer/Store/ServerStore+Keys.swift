import Foundation
import GRDB
import Timing

extension ServerStore {
    func key(prefix: String) async throws -> StoredKey? {
        try await read { db in
            try StoredKey.fetchOne(db, sql: "SELECT * FROM keys WHERE prefix = ?", arguments: [prefix])
        }
    }

    func keys() async throws -> [StoredKey] {
        try await read { db in try StoredKey.fetchAll(db, sql: "SELECT * FROM keys ORDER BY id") }
    }

    @discardableResult
    func add(_ key: APIKey, name: String, agent: Int64?, permissions: Set<KeyPermission>) async throws
        -> StoredKey
    {
        let granted = permissions.map(\.rawValue).sorted().joined(separator: " ")
        let now = now()
        return try await write { db in
            try db.written(
                """
                INSERT INTO keys (prefix, hash, name, form, agent_id, permissions, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *
                """,
                [key.prefix, key.digest.bytes, name, key.form.rawValue, agent, granted, now.microseconds])
        }
    }

    func recordUse(ofKey prefix: String, at time: Date) async throws {
        try await write(durably: false) { db in
            try db.change(
                "UPDATE keys SET last_used_at = ? WHERE prefix = ?", [time.microseconds, prefix])
        }
    }

    /// - Returns: False if there is no such key, or it is revoked already.
    func revokeKey(prefix: String) async throws -> Bool {
        let now = now()
        return try await write { db in
            try db.change(
                "UPDATE keys SET revoked_at = ? WHERE prefix = ? AND revoked_at IS NULL",
                [now.microseconds, prefix])
            return db.changesCount > 0
        }
    }
}
