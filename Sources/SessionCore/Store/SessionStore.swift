import Foundation
import GRDB
import Storage

/// Every task, message, turn and draft, in one SQLite file: rows, schema and queries. What is
/// written is decided by the callers of ``transact(at:_:)``.
///
/// Several processes may have the same file open. Each owns the turns it works on; the turns of a process that died are
/// recovered by the next one that opens the file.
public final class SessionStore: Sendable {
    /// The file; empty for a store in memory.
    public let path: String
    let database: any DatabaseWriter
    /// The number under which this process owns turns.
    let lease: FileLease<Int>

    /// Opens or creates the store and its folder, which only their owner can read.
    ///
    /// The turns of dead processes are recovered: what had arrived of a reply becomes the text of a partial
    /// message and its turn `truncated`; a turn that was being sent becomes `unconfirmed`.
    ///
    /// - Throws: ``StoreError``. A file that is not ours is left as it is.
    public init(path: String) throws(StoreError) {
        self.path = path
        database = try DatabaseFile(
            path: path, applicationID: Schema.applicationID, migrator: Schema.migrator
        ).open(Self.configuration)
        lease = try FileLease.lowestFree(prefix: path + "-process-")
        try recoverAtOpening()
    }

    /// A store in memory, gone with its last reference.
    public init() throws {
        path = ""
        lease = FileLease(inMemory: 1)
        let queue = try DatabaseQueue(configuration: Self.configuration)
        try Schema.migrator.migrate(queue)
        database = queue
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "SessionStore"
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { db in
            db.add(function: UnspacedScripts.function)
            // The text index is kept by triggers that call it; some builds of SQLite forbid that unless asked.
            try db.execute(sql: "PRAGMA trusted_schema = ON")
        }
        return configuration
    }

    private func recoverAtOpening() throws(StoreError) {
        let lease = lease
        try StoreError.catching(path) {
            try database.write { db in
                // A process that is gone may have had our number.
                try db.release(lease.name)
                _ = try StoreTransaction(db, by: lease, at: Date()).recoverTurns()
            }
        }
    }

    // MARK: Reading and writing

    func read<T: Sendable>(_ body: @Sendable (Database) throws -> T) async throws -> T {
        do { return try await database.read(body) } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }

    func write<T: Sendable>(_ body: @Sendable (Database) throws -> T) async throws -> T {
        do { return try await database.write(body) } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }

    /// Grows when another process has written to the file.
    func version() async throws -> Int {
        do {
            return try await database.writeWithoutTransaction { db in
                try Int.fetchOne(db, sql: "PRAGMA data_version") ?? 0
            }
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }
}
