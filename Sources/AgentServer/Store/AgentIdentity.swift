import AgentAPI
import Foundation

/// The names and the description under which one agent is known, the same over restarts.
struct AgentIdentity: StoredRow, Hashable {
    enum Origin: String, Codable, Sendable {
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
