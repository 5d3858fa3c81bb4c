import AgentAPI
import Foundation

/// A person as a client describes them.
struct User: StoredRow, Hashable {
    var id: String
    var email: String
    var firstName: String
    var lastName: String
    var metadata: JSONValue
    var createdAt: Date
}
