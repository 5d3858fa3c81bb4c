import Foundation
import GRDB
import Wire

/// A conversation. Dialects name it by number, by 24 hexadecimal digits or by key.
struct StoredConversation: StoredRow, Hashable {
    var id: Int64
    var hex: String
    var key: String
    /// nil until the first message.
    var agentId: Int64?
    var userId: String?
    var name: String
    var description: String?
    var metadata: JSONValue
    /// What a single dialect stores with a conversation, by that dialect's names.
    var attributes: JSONValue
    var isEnabled: Bool
    var createdAt: Date
    var updatedAt: Date
}

extension StoredConversation {
    init(row: Row) throws {
        id = try row.decode(forColumn: "id")
        hex = try row.decode(forColumn: "hex")
        key = try row.decode(forColumn: "key")
        agentId = try row.decode(forColumn: "agent_id")
        userId = try row.decode(forColumn: "user_id")
        name = try row.decode(forColumn: "name")
        description = try row.decode(forColumn: "description")
        metadata = try row.decode(forColumn: "metadata")
        attributes = try row.decode(forColumn: "attributes")
        isEnabled = try row.decode(forColumn: "is_enabled")
        createdAt = try row.date(forColumn: "created_at")
        updatedAt = try row.date(forColumn: "updated_at")
    }
}

/// A conversation before it is stored.
struct NewConversation: Sendable {
    /// Generated if nil.
    var key: String?
    var agent: Int64?
    var user: String?
    var name = ""
    var description: String?
    var metadata = JSONValue.emptyObject
    var attributes = JSONValue.emptyObject
    var isEnabled = true
}
