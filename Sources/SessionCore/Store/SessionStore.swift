import Foundation
import GRDB
import Storage
import Synchronization

/// Every task, message, turn and draft, in one SQLite file: rows, schema and queries. What is
/// written is decided by the callers of ``transact(at:_:)``.
///
/// Several processes may have the same file open. Each owns the turns it works on; the turns of a process that died are
/// recovered by the next one that opens the file.
public final class SessionStore: Sendable {
    /// The file; empty for a store in memory.
    public let path: String
    /// What is special about it: that it can only be read, or was damaged.
    public let condition: StoreCondition?
    let database: any DatabaseWriter
    /// The number under which this process owns turns.
    let lease: FileLease<Int>
    /// Whether the turns of processes that are gone have been recovered since it was opened.
    let isRecovered = Atomic(false)

    /// How long a write waits for one of another process. The loop of a session manager waits with it; what could not be
    /// written by then is kept and written later.
    public static let busyTimeout: Duration = .milliseconds(500)

    /// Opens or creates the store and its folder, which only their owner can read.
    ///
    /// The turns of dead processes are recovered: what had arrived of a reply becomes the text of a partial
    /// message and its turn `truncated`; a turn that was being sent becomes `unconfirmed`.
    ///
    /// A store that cannot be written, because its folder is read-only or the disk is full, is opened for reading. A damaged file is
    /// kept under another name, and what can be read of it is in the store: see ``condition``.
    ///
    /// - Parameter busyTimeout: how long a write waits for one of another process, once the store is open.
    /// - Throws: ``StoreError``. A file that is not ours is left as it is.
    public init(path: String, busyTimeout: Duration = busyTimeout) throws(StoreError) {
        self.path = path
        let file = Self.file(path)
        let opened = try file.openOrMend(
            Self.configuration, leases: path + "-process-", repair: Self.repair)
        let lease = opened.error == nil ? try? FileLease.lowestFree(prefix: path + "-process-") : nil
        database = opened.database
        self.lease = lease ?? FileLease(inMemory: 0)
        if let error = opened.error {
            condition = .readOnly(error)
        } else if lease == nil {
            condition = .readOnly(
                StoreError(.notWritable, path: path, "No file can be created beside \(path)."))
        } else {
            condition = opened.salvage.map(StoreCondition.salvaged)
            try recoverAtOpening()
            try setBusyTimeout(busyTimeout)
        }
    }

    private static func file(_ path: String) -> DatabaseFile {
        DatabaseFile(path: path, applicationID: Schema.applicationID, migrator: Schema.migrator)
    }

    /// Whether it can be written.
    public var isWritable: Bool { if case .readOnly = condition { false } else { true } }

    private func setBusyTimeout(_ timeout: Duration) throws(StoreError) {
        try StoreError.catching(path) {
            try database.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA busy_timeout = \(Int(timeout / .milliseconds(1)))")
            }
        }
    }

    /// A store in memory, gone with its last reference.
    public init() throws {
        path = ""
        condition = nil
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
            // What is deleted is overwritten.
            try db.execute(sql: "PRAGMA secure_delete = ON")
        }
        return configuration
    }

    /// On a full disk that is done later: see ``recover(at:)``.
    private func recoverAtOpening() throws(StoreError) {
        let lease = lease
        do throws(StoreError) {
            try StoreError.catching(path) {
                try database.write { db in
                    // A process that is gone may have had our number.
                    try db.release(lease.name)
                    _ = try StoreTransaction(db, by: lease, at: Date()).recoverTurns()
                }
            }
            isRecovered.store(true, ordering: .releasing)
        } catch {
            guard error.canPass else { throw error }
        }
    }

    // MARK: Reading and writing

    func read<T: Sendable>(_ body: @Sendable (Database) throws -> T) async throws -> T {
        do { return try await database.read(body) } catch let error as DatabaseError {
            throw failed(error)
        }
    }

    /// - Parameter durably: see ``transact(at:durably:_:)``.
    func write<T: Sendable>(
        durably: Bool = false, _ body: @Sendable (Database) throws -> T
    ) async throws -> T {
        if case .readOnly(let error) = condition {
            throw StoreError(.readOnly, path: path, "Nothing new can be stored. \(error.message)")
        }
        do {
            guard durably else { return try await database.write(body) }
            return try await database.writeWithoutTransaction { try $0.writeDurably(body) }
        } catch let error as DatabaseError {
            throw failed(error)
        }
    }

    private func failed(_ error: DatabaseError) -> StoreError {
        path.isEmpty ? StoreError(error, path: path) : Self.file(path).described(error)
    }

    /// Grows when another process has written to the file.
    func version() async throws -> Int {
        do {
            return try await database.writeWithoutTransaction { db in
                try Int.fetchOne(db, sql: "PRAGMA data_version") ?? 0
            }
        } catch let error as DatabaseError {
            throw failed(error)
        }
    }
}
