import Foundation
import GRDB

/// The state of a conversation.
enum ConversationStatus: Sendable {
    /// It has had no turn.
    case fresh
    case running
    case idle
}

extension ServerStore {
    /// The conversations of an agent that meet a condition, oldest first.
    /// - Returns: At most one more than the limit, so that the caller sees whether there are more.
    func conversations(
        agent: Int64, after id: Int64, limit: Int,
        where isIncluded: @escaping @Sendable (StoredConversation) -> Bool
    ) async throws -> [StoredConversation] {
        try await read { db in
            let rows = try StoredConversation.fetchCursor(
                db, sql: "SELECT * FROM conversations WHERE agent_id = ? AND id > ? ORDER BY id",
                arguments: [agent, id])
            var found: [StoredConversation] = []
            while found.count <= limit, let row = try rows.next() {
                if isIncluded(row) { found.append(row) }
            }
            return found
        }
    }

    /// A page of the conversations of a person, latest first, and how many there are in all.
    /// - Parameter agent: nil for all agents.
    func conversations(
        user: String, agent: Int64?, offset: Int, limit: Int
    ) async throws -> (page: [StoredConversation], total: Int) {
        try await read { db in
            let condition = "FROM conversations WHERE user_id = ?1 AND (?2 IS NULL OR agent_id = ?2)"
            let total =
                try Int.fetchOne(db, sql: "SELECT count(*) \(condition)", arguments: [user, agent]) ?? 0
            let page = try StoredConversation.fetchAll(
                db, sql: "SELECT * \(condition) ORDER BY updated_at DESC, id DESC LIMIT ?3 OFFSET ?4",
                arguments: [user, agent, limit, offset])
            return (page, total)
        }
    }

    func statuses(of conversations: [Int64]) async throws -> [Int64: ConversationStatus] {
        try await read { db in
            var statuses: [Int64: ConversationStatus] = [:]
            for id in conversations {
                let isBusy = try !StoredTurn.unfinished(in: id, db).isEmpty
                let isUsed = try StoredTurn.latest(in: id, db) != nil
                statuses[id] = isBusy ? .running : isUsed ? .idle : .fresh
            }
            return statuses
        }
    }
}
