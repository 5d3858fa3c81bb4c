import Foundation
import GRDB
import Synchronization
import Timing

/// Tells whose key a request carries: one of those in the store, or the one that lives only as long as this process.
final class Keyring: Sendable {
    private let store: ServerStore
    /// When the use of each key was written down last, by its prefix.
    private let used = Mutex<[String: Date]>([:])
    private let own: APIKey
    private let ownDigest: KeyDigest

    init(store: ServerStore) {
        self.store = store
        own = APIKey.draw(.general)
        ownDigest = own.digest
    }

    /// The key of this process itself: in memory only, valid until it ends.
    var processKey: String { own.text }

    /// nil if the key is malformed, unknown or revoked.
    func principal(presenting text: String) async throws -> Principal? {
        guard let key = APIKey(text) else { return nil }
        let digest = key.digest
        if digest.matches(ownDigest) {
            return Principal(prefix: own.prefix, form: own.form, permissions: Set(KeyPermission.allCases))
        }
        guard let stored = try await store.key(prefix: key.prefix), stored.revokedAt == nil,
            KeyDigest(stored: stored.hash).matches(digest)
        else { return nil }
        try await noteUse(of: stored)
        return stored.principal
    }

    /// Written down once in a while: a write with every request would cost more than the request.
    private func noteUse(of key: StoredKey) async throws {
        let now = store.now()
        let isNews = used.withLock { used in
            let last = used[key.prefix] ?? key.lastUsedAt ?? .distantPast
            guard now.timeIntervalSince(last) >= Self.grain else { return false }
            used[key.prefix] = now
            return true
        }
        if isNews { try await store.noteUse(of: key.prefix, at: now) }
    }

    /// Seconds within which a key's use is written down once.
    private static let grain = 60.0
}

/// A key as the store keeps it.
struct StoredKey: StoredRow {
    var id: Int64
    var prefix: String
    var hash: Data
    var name: String
    var form: APIKey.Form
    var agentId: Int64?
    /// Names of permissions, with spaces between them.
    var permissions: String
    var createdAt: Date
    var revokedAt: Date?
    /// To a minute; nil if it never was.
    var lastUsedAt: Date?

    var principal: Principal {
        let granted = permissions.split(separator: " ").compactMap { KeyPermission(rawValue: String($0)) }
        return Principal(prefix: prefix, form: form, agent: agentId, permissions: Set(granted))
    }
}

extension StoredKey {
    init(row: Row) throws {
        id = try row.decode(forColumn: "id")
        prefix = try row.decode(forColumn: "prefix")
        hash = try row.decode(forColumn: "hash")
        name = try row.decode(forColumn: "name")
        form = try row.decode(forColumn: "form")
        agentId = try row.decode(forColumn: "agent_id")
        permissions = try row.decode(forColumn: "permissions")
        createdAt = try row.date(forColumn: "created_at")
        revokedAt = try row.dateIfAny(forColumn: "revoked_at")
        lastUsedAt = try row.dateIfAny(forColumn: "last_used_at")
    }
}

extension APIKey.Form: DatabaseValueConvertible {}

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

    func noteUse(of prefix: String, at time: Date) async throws {
        try await write { db in
            try db.change(
                "UPDATE keys SET last_used_at = ? WHERE prefix = ?", [time.microseconds, prefix])
        }
    }

    /// - Returns: whether there was such a key, not yet revoked.
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
