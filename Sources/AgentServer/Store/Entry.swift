import AgentAPI
import Foundation

/// One thing that was said or done in a conversation.
struct Entry: StoredRow, Hashable {
    enum Kind: String, Codable, Sendable {
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

    enum State: String, Codable, Sendable {
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
