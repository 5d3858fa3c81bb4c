import Foundation
import GRDB
import Wire

/// A person, as described by a client.
struct StoredUser: StoredRow, Hashable {
    var id: String
    var email: String
    var firstName: String
    var lastName: String
    var metadata: JSONValue
    var createdAt: Date
}

extension StoredUser {
    init(row: Row) throws {
        id = try row.decode(forColumn: "id")
        email = try row.decode(forColumn: "email")
        firstName = try row.decode(forColumn: "first_name")
        lastName = try row.decode(forColumn: "last_name")
        metadata = try row.decode(forColumn: "metadata")
        createdAt = try row.date(forColumn: "created_at")
    }
}
