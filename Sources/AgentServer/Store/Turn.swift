import AgentAPI
import Foundation
import GRDB
import Wire

/// One message that is to be answered, and what came of it.
struct Turn: StoredRow, Hashable {
    enum Mode: String, DatabaseValueConvertible, Sendable {
        /// A client waits for the answer; without the client there is no point in going on.
        case attended
        /// Runs by itself and is asked about.
        case background
    }

    /// `queued → running → completed | failed | interrupted`; a background turn that a stopping server hands back is `queued` again.
    enum State: String, DatabaseValueConvertible, Sendable {
        case queued, running, completed, failed, interrupted

        var isOver: Bool { self != .queued && self != .running }
    }

    var id: Int64
    /// The public name: a UUID.
    var ticket: String
    var conversationId: Int64
    var agentId: Int64
    var mode: Mode
    var state: State
    /// What the person said. It becomes an entry of the conversation when the turn begins.
    var input: String
    /// What the client sent along, to be given back unchanged; null if nothing.
    var metadata: JSONValue
    /// Why it failed, in words for a person.
    var failure: String?
    /// The server that runs it, or ran it last.
    var owner: String
    /// How often it has been begun.
    var attempts: Int
    var createdAt: Date
    var startedAt: Date?
    var endedAt: Date?
}

extension Turn {
    init(row: Row) throws {
        id = try row.decode(forColumn: "id")
        ticket = try row.decode(forColumn: "ticket")
        conversationId = try row.decode(forColumn: "conversation_id")
        agentId = try row.decode(forColumn: "agent_id")
        mode = try row.decode(forColumn: "mode")
        state = try row.decode(forColumn: "state")
        input = try row.decode(forColumn: "input")
        metadata = try row.decode(forColumn: "metadata")
        failure = try row.decode(forColumn: "failure")
        owner = try row.decode(forColumn: "owner")
        attempts = try row.decode(forColumn: "attempts")
        createdAt = try row.date(forColumn: "created_at")
        startedAt = try row.dateIfAny(forColumn: "started_at")
        endedAt = try row.dateIfAny(forColumn: "ended_at")
    }
}

/// A turn before it is stored.
struct NewTurn: Sendable {
    /// What to do while another turn of the conversation is not over.
    enum WhenBusy: Sendable {
        case wait, refuse
    }

    var conversation: Int64
    var agent: Int64
    var input: String
    var mode: Turn.Mode
    var whenBusy: WhenBusy
    var metadata = JSONValue.null
    /// Whether what the person said stays in the conversation when the turn fails.
    var keepsInputOfFailure = true
}
