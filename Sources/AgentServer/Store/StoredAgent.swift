import Foundation
import GRDB
import Wire

/// The identity of an agent; it survives restarts.
struct StoredAgent: StoredRow, Hashable {
    enum Origin: String, DatabaseValueConvertible, Sendable {
        /// From the server's configuration.
        case configured
        /// Created by a client.
        case created
    }

    var id: Int64
    var hex: String
    var key: String
    var name: String
    var description: String?
    var origin: Origin
    /// What the client that created it sent, unchanged.
    var definition: JSONValue
    var isEnabled: Bool
    var createdAt: Date
    var updatedAt: Date
}

extension StoredAgent {
    init(row: Row) throws {
        id = try row.decode(forColumn: "id")
        hex = try row.decode(forColumn: "hex")
        key = try row.decode(forColumn: "key")
        name = try row.decode(forColumn: "name")
        description = try row.decode(forColumn: "description")
        origin = try row.decode(forColumn: "origin")
        definition = try row.decode(forColumn: "definition")
        isEnabled = try row.decode(forColumn: "is_enabled")
        createdAt = try row.date(forColumn: "created_at")
        updatedAt = try row.date(forColumn: "updated_at")
    }
}
