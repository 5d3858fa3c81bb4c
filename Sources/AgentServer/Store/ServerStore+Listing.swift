import Foundation
import GRDB

/// Where a conversation stands.
enum ConversationStatus: Sendable {
    /// Nobody has said anything.
    case fresh
    case running
    case resting
}

extension ServerStore {
    /// The conversations of an agent that meet a condition, the oldest first.
    /// - Returns: at most one more than the limit, so that the caller sees whether there are more.
    func conversations(
        agent: Int64, after id: Int64, limit: Int, where isWanted: @escaping @Sendable (Conversation) -> Bool
    ) async throws -> [Conversation] {
        try await read { db in
            let rows = try Conversation.fetchCursor(
                db, sql: "SELECT * FROM conversations WHERE agent_id = ? AND id > ? ORDER BY id",
                arguments: [agent, id])
            var found: [Conversation] = []
            while found.count <= limit, let row = try rows.next() {
                if isWanted(row) { found.append(row) }
            }
            return found
        }
    }

    /// A page of the conversations of a person, of one agent if it is given, the latest first; and how many there are.
    func conversations(
        user: String, agent: Int64?, offset: Int, limit: Int
    ) async throws -> (page: [Conversation], total: Int) {
        try await read { db in
            let condition = "FROM conversations WHERE user_id = ?1 AND (?2 IS NULL OR agent_id = ?2)"
            let total =
                try Int.fetchOne(db, sql: "SELECT count(*) \(condition)", arguments: [user, agent]) ?? 0
            let page = try Conversation.fetchAll(
                db, sql: "SELECT * \(condition) ORDER BY updated_at DESC, id DESC LIMIT ?3 OFFSET ?4",
                arguments: [user, agent, limit, offset])
            return (page, total)
        }
    }

    func statuses(of conversations: [Int64]) async throws -> [Int64: ConversationStatus] {
        try await read { db in
            var statuses: [Int64: ConversationStatus] = [:]
            for id in conversations {
                let isAtWork = try !Turn.pending(in: id, db).isEmpty
                let isUsed = try Turn.latest(in: id, db) != nil
                statuses[id] = isAtWork ? .running : isUsed ? .resting : .fresh
            }
            return statuses
        }
    }

    func latestTurn(in conversation: Int64) async throws -> Turn? {
        try await read { db in try Turn.latest(in: conversation, db) }
    }

    /// What was said and done in a conversation, the oldest first.
    func entries(
        in conversation: Int64, after id: Int64 = 0, limit: Int = .max, includesHidden: Bool = true
    ) async throws -> [Entry] {
        try await read { db in
            try Entry.fetchAll(
                db,
                sql: """
                    SELECT * FROM entries WHERE conversation_id = ? AND id > ? AND (? OR NOT is_hidden)
                    ORDER BY id LIMIT ?
                    """, arguments: [conversation, id, includesHidden, limit])
        }
    }

    /// What was said and done in one turn.
    func entries(ofTurn turn: Int64) async throws -> [Entry] {
        try await read { db in
            try Entry.fetchAll(
                db, sql: "SELECT * FROM entries WHERE turn_id = ? ORDER BY id", arguments: [turn])
        }
    }

    func entry(token: String, in conversation: Int64) async throws -> Entry? {
        try await read { db in
            try Entry.fetchOne(
                db, sql: "SELECT * FROM entries WHERE token = ? AND conversation_id = ?",
                arguments: [token, conversation])
        }
    }
}

extension Turn {
    static func latest(in conversation: Int64, _ db: Database) throws -> Turn? {
        try fetchOne(
            db, sql: "SELECT * FROM turns WHERE conversation_id = ? ORDER BY id DESC LIMIT 1",
            arguments: [conversation])
    }
}
