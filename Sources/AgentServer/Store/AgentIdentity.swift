import AgentAPI
import Foundation
import GRDB
import Wire

/// The names and the description under which one agent is known, the same over restarts.
struct AgentIdentity: StoredRow, Hashable {
    enum Origin: String, DatabaseValueConvertible, Sendable {
        /// The server's configuration names it.
        case configured
        /// A client made it.
        case created
    }

    var id: Int64
    var hex: String
    var key: String
    var name: String
    var description: String?
    var origin: Origin
    /// What a client said about an agent it made, as it said it.
    var definition: JSONValue
    var isEnabled: Bool
    var createdAt: Date
    var updatedAt: Date
}

extension AgentIdentity {
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
