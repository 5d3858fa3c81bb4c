import Foundation
import GRDB
import Storage
import Timing

/// One open write transaction: the rows, the process that writes, and the time. What is decided in a transaction lives with
/// its subject (`Turns`, `Remote`, `Tasks`), as an extension of this type; the store itself decides nothing.
struct StoreTransaction {
    let db: Database
    let process: FileLease<Int>
    /// As exactly as the store keeps it.
    let now: Date

    init(_ db: Database, by process: FileLease<Int>, at now: Date) {
        self.db = db
        self.process = process
        self.now = Date(milliseconds: now.milliseconds)
    }
}

extension SessionStore {
    /// Runs the body in one write transaction: all of it is stored, or nothing. What is stored survives the death of this process.
    /// - Parameter durably: whether it survives a power cut too, with everything stored before. That takes as long as the disk needs
    ///   to sync.
    /// - Throws: ``StoreError``, and what the body throws.
    func transact<T: Sendable>(
        at now: Date, durably: Bool = false, _ body: @Sendable (StoreTransaction) throws -> T
    ) async throws -> T {
        let process = lease
        return try await write(durably: durably) { try body(StoreTransaction($0, by: process, at: now)) }
    }
}

extension StoreTransaction {
    /// What is emitted for a task that has changed; nothing if it is gone.
    func changed(_ id: ChatTask.ID) throws -> [SessionEvent] {
        try db.task(id).map { [.task($0)] } ?? []
    }
}
