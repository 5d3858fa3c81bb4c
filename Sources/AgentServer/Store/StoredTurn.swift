import Foundation
import GRDB
import Wire

/// One message to answer, and the outcome.
struct StoredTurn: StoredRow, Hashable, Identifiable {
    enum Mode: String, DatabaseValueConvertible, Sendable {
        /// A client waits for the answer; the turn is stopped when the client disconnects.
        case attended
        /// Runs on its own; clients poll it.
        case background
    }

    /// `queued → running → completed | failed | interrupted`. A stopping server requeues its background turns.
    enum State: String, DatabaseValueConvertible, Sendable {
        case queued, running, completed, failed, interrupted

        var isFinished: Bool { self != .queued && self != .running }
    }

    var id: Int64
    /// The public name: a UUID.
    var ticket: String
    var conversationId: Int64
    var agentId: Int64
    var mode: Mode
    var state: State
    /// The person's message. It becomes an entry of the conversation when the turn begins.
    var input: String
    /// Sent by the client and returned unchanged; null if there is none.
    var metadata: JSONValue
    /// Why it failed, in words for a person.
    var failure: String?
    /// The server that runs it or ran it last.
    var owner: String
    /// How often it has begun.
    var attempts: Int
    var createdAt: Date
    var startedAt: Date?
    var endedAt: Date?
}

extension StoredTurn {
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

    /// Why there is no answer; nil while there may still be one.
    var failureMessage: String? {
        switch state {
        case .failed: failure ?? "The agent failed."
        case .interrupted: "The turn was stopped."
        case .queued, .running, .completed: nil
        }
    }
}

/// A turn before it is stored.
struct NewTurn: Sendable {
    /// What to do while the conversation has an unfinished turn.
    enum WhenBusy: Sendable {
        case wait, refuse
    }

    var conversation: Int64
    var agent: Int64
    var input: String
    var mode: StoredTurn.Mode
    var whenBusy: WhenBusy
    var metadata = JSONValue.null
    /// Whether the person's message stays in the conversation if the turn fails.
    var keepsInputOfFailure = true
}

/// The outcome of a turn.
struct TurnResult: Hashable, Sendable {
    var state: StoredTurn.State
    /// The answer as far as it came.
    var text = ""
    /// What came with the answer (suggestions).
    var data = JSONValue.emptyObject
    var failure: String?
}
