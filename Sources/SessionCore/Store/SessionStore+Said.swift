import GRDB

extension SessionStore {
    /// What the person said last, in whatever task, oldest first: what a new start's input history begins with.
    public func lastSaid(limit: Int) async throws -> [String] {
        try await read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT text FROM message WHERE role = :role ORDER BY id DESC LIMIT :limit
                    """,
                arguments: ["role": Message.Role.user.rawValue, "limit": limit])
        }.reversed()
    }
}
