import Foundation
import GRDB
import Wire

/// A message, thought, tool call or summary in a conversation.
struct StoredEntry: StoredRow, Hashable {
    enum Kind: String, DatabaseValueConvertible, Sendable {
        /// A message of the person.
        case user
        /// An answer of the agent.
        case agent
        /// Reasoning of the agent.
        case thinking
        /// A tool call: `data` has `call`, `name`, `input`, and when it has ended `output` or `error`.
        case tool
        /// A summary of what came before, in `text`.
        case compaction
    }

    enum State: String, DatabaseValueConvertible, Sendable {
        case running, completed, failed
        /// The turn ended early.
        case partial
    }

    var id: Int64
    /// 24 hexadecimal digits: the public name.
    var token: String
    var conversationId: Int64
    var turnId: Int64?
    var agentId: Int64?
    var kind: Kind
    var text: String
    var data: JSONValue
    var state: State
    var isHidden: Bool
    var createdAt: Date
    var endedAt: Date?
}

extension StoredEntry {
    init(row: Row) throws {
        id = try row.decode(forColumn: "id")
        token = try row.decode(forColumn: "token")
        conversationId = try row.decode(forColumn: "conversation_id")
        turnId = try row.decode(forColumn: "turn_id")
        agentId = try row.decode(forColumn: "agent_id")
        kind = try row.decode(forColumn: "kind")
        text = try row.decode(forColumn: "text")
        data = try row.decode(forColumn: "data")
        state = try row.decode(forColumn: "state")
        isHidden = try row.decode(forColumn: "is_hidden")
        createdAt = try row.date(forColumn: "created_at")
        endedAt = try row.dateIfAny(forColumn: "ended_at")
    }
}

/// An entry before it is stored.
struct NewEntry: Sendable {
    var conversation: Int64
    var turn: Int64?
    var agent: Int64?
    var kind: StoredEntry.Kind
    var text = ""
    var data = JSONValue.emptyObject
    var state = StoredEntry.State.completed
}
