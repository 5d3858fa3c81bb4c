import GRDB

@testable import AgentServer

extension Backend {
    /// Returns when a turn is over, told by the store.
    func whenOver(_ turn: Turn) async throws {
        let observation = ValueObservation.tracking { db in try Turn.with(id: turn.id, in: db) }
        for try await current in observation.values(in: store.database) where current?.state.isOver ?? true {
            return
        }
    }
}

extension ServerStore {
    /// Everything that was said and done in a conversation.
    func entries(in conversation: Int64) async throws -> [Entry] {
        try await read { db in
            try Entry.fetchAll(
                db, sql: "SELECT * FROM entries WHERE conversation_id = ? ORDER BY id",
                arguments: [conversation])
        }
    }
}
