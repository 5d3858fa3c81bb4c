import AgentAPI
import Foundation
import GRDB
import Wire

/// One thing that was said or done in a conversation.
struct Entry: StoredRow, Hashable {
    enum Kind: String, DatabaseValueConvertible, Sendable {
        /// What the person said.
        case user
        /// What the agent answered.
        case agent
        /// What the agent thought on the way.
        case thinking
        /// A tool that was called: `data` has `name`, `input`, and once it is over `output` or `error`.
        case tool
        /// What came before was summed up: `text` is the summary.
        case compaction
    }

    enum State: String, DatabaseValueConvertible, Sendable {
        case running, completed, failed
        /// What there was when the turn ended early.
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

extension Entry {
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
    var kind: Entry.Kind
    var text = ""
    var data = JSONValue.emptyObject
    var state = Entry.State.completed
}
