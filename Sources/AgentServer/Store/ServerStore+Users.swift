import Foundation
import GRDB
import Timing

extension ServerStore {
    func user(_ id: String) async throws -> StoredUser? {
        try await read { db in
            try StoredUser.fetchOne(db, sql: "SELECT * FROM users WHERE id = ?", arguments: [id])
        }
    }

    /// Inserts a person or overwrites it.
    func save(_ user: StoredUser) async throws {
        try await write { db in
            try db.change(
                """
                INSERT INTO users (id, email, first_name, last_name, metadata, created_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET email = excluded.email, first_name = excluded.first_name,
                    last_name = excluded.last_name, metadata = excluded.metadata
                """,
                [
                    user.id, user.email, user.firstName, user.lastName, user.metadata,
                    user.createdAt.microseconds,
                ])
        }
    }
}
