import GRDB
import TestSupport

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

extension TestBackend {
    /// Returns when some turn waits for its conversation.
    func whenQueued() async throws {
        let observation = ValueObservation.tracking { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM turns WHERE state = 'queued'") ?? 0
        }
        for try await count in observation.values(in: store.database) where count > 0 { return }
    }
}

extension TurnRunner {
    /// Returns when somebody looks on at a turn.
    func whenWatched(_ turn: Turn) async throws {
        try await eventually { (try? view(of: turn, limit: 1)) == nil }
    }
}
