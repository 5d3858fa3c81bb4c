import Foundation
import GRDB

/// A key, without its secret.
struct StoredKey: StoredRow {
    var id: Int64
    var prefix: String
    var hash: Data
    var name: String
    var form: APIKey.Form
    var agentId: Int64?
    /// Names of ``KeyPermission``s, separated by spaces.
    var permissions: String
    var createdAt: Date
    var revokedAt: Date?
    /// To the minute; nil if it was never used.
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
