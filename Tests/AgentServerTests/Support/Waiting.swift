import GRDB
import TestSupport

@testable import AgentServer

extension ServerStore {
    /// Returns when a server with this store has finished a turn.
    func whenFinished(_ turn: StoredTurn) async throws {
        let observation = ValueObservation.tracking { db in try StoredTurn.with(id: turn.id, in: db) }
        for try await current in observation.values(in: database) where current?.state.isFinished ?? true {
            return
        }
    }
}

extension TestBackend {
    /// Returns when a turn is queued.
    func whenQueued() async throws {
        let observation = ValueObservation.tracking { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM turns WHERE state = 'queued'") ?? 0
        }
        for try await count in observation.values(in: store.database) where count > 0 { return }
    }
}

extension TurnRunner {
    /// Returns when a turn has a subscriber.
    func whenSubscribed(to turn: StoredTurn) async throws {
        try await eventually { broadcasts[turn.id]?.hasSubscribers == true }
    }
}
