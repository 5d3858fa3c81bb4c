import Foundation
import GRDB

extension SessionStore {
    /// Whether a task was deleted so long ago that it cannot be taken back, and is still here.
    public func hasDueDeletions(at now: Date) async throws -> Bool {
        try await !deleted(before: PendingDeletions.end(at: now)).isEmpty
    }

    /// When the first of the tasks was deleted that can still be taken back; nil if there is none.
    func firstDeletion() async throws -> Date? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT min(deleted_at) AS first FROM task WHERE deleted_at IS NOT NULL")?
                .optionalDate("first")
        }
    }

    /// The tasks that were deleted up to a time and not taken back.
    func deleted(before end: Date) async throws -> [ChatTask.ID] {
        try await read { db in
            try String.fetchAll(
                db, sql: "SELECT id FROM task WHERE deleted_at <= ? ORDER BY deleted_at",
                arguments: [end.milliseconds]
            ).map(ChatTask.ID.init(rawValue:))
        }
    }

    /// The conversations that were deleted here and that their services have yet to delete.
    func owedDeletions() async throws -> [OwedDeletion] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM forgotten WHERE agent IS NOT NULL").compactMap { row in
                guard let agent: Agent = row.json("agent") else { return nil }
                return OwedDeletion(account: row["account"], serviceID: row["service_id"], agent: agent)
            }
        }
    }
}

/// A conversation that was deleted here and that its service has yet to delete.
struct OwedDeletion: Hashable, Sendable {
    var account: AccountName
    var serviceID: String
    var agent: Agent
}
