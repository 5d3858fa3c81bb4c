import Foundation
import GRDB
import Storage
import Synchronization

/// The one conversation store under all dialects: rows and queries, no policy.
///
/// Each function is one transaction. What it has written when it returns survives the death of the process, and, except for what
/// happens within a turn, a power cut.
final class ServerStore: Sendable {
    let database: any DatabaseWriter
    /// What is special about it; nil in the usual case.
    let condition: Condition?
    /// nil for a store in memory.
    private let file: DatabaseFile?
    /// The time that is written into rows.
    let now: @Sendable () -> Date
    /// GRDB traps when a closed database is used.
    private let isClosed = Atomic(false)

    enum Condition: Sendable {
        /// It cannot be written.
        case readOnly(StoreError)
        /// It was damaged; what could be read of it is in the store.
        case salvaged(Salvage)
    }

    /// The store is closed: the server has stopped.
    struct Closed: Error {}

    /// A store that cannot be written is opened for reading, and a damaged one is set aside: see ``condition``.
    /// - Throws: ``ServerError``. A file that is not a server's store, or that a newer version wrote, is left as it is.
    init(_ location: StoreLocation, now: @escaping @Sendable () -> Date = { Date() }) throws(ServerError) {
        self.now = now
        file = location.database
        do throws(StoreError) {
            let opened = try Self.open(file)
            database = opened.database
            condition = opened.error.map(Condition.readOnly) ?? opened.salvage.map(Condition.salvaged)
        } catch {
            throw ServerError(error.message)
        }
    }

    private static func open(_ file: DatabaseFile?) throws(StoreError) -> OpenedDatabase {
        var configuration = Configuration()
        configuration.label = "parley.server"
        // What is deleted is overwritten.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
        if let file {
            return try file.openOrMend(configuration, leases: StoreLocation.leases(of: file.path))
        }
        return try StoreError.catching("") {
            let queue = try DatabaseQueue(configuration: configuration)
            try ServerSchema.migrator.migrate(queue)
            return OpenedDatabase(database: queue)
        }
    }

    /// Whether it can be written.
    var isWritable: Bool { if case .readOnly = condition { false } else { true } }
}

extension ServerStore {
    /// Leaves a single file on disk. Every later call throws ``Closed``.
    func close() {
        isClosed.store(true, ordering: .releasing)
        try? database.close()
    }

    /// - Throws: ``StoreError``, ``Closed``, and what `body` throws.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try checkOpen()
        do { return try await database.read(body) } catch let error as DatabaseError {
            throw described(error)
        }
    }

    /// Writes in one transaction, also if the calling task is cancelled: the end of a stopped turn is stored too.
    /// - Parameter durably: whether it has to survive a power cut, as all must that is acknowledged to a client.
    /// - Throws: Like ``read(_:)``.
    func write<Value: Sendable>(
        durably: Bool = true, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try checkOpen()
        if case .readOnly(let error) = condition {
            throw StoreError(.readOnly, path: error.path, error.message)
        }
        do {
            return try await Task { [database] in
                guard durably else { return try await database.write(body) }
                return try await database.writeWithoutTransaction { try $0.writeDurably(body) }
            }.value
        } catch let error as DatabaseError {
            throw described(error)
        }
    }

    private func described(_ error: DatabaseError) -> StoreError {
        file?.described(error) ?? StoreError(error, path: "")
    }

    private func checkOpen() throws {
        if isClosed.load(ordering: .acquiring) { throw Closed() }
    }
}

extension Database {
    /// Runs a statement that returns the row it wrote.
    func written<Row: StoredRow>(_ sql: String, _ arguments: StatementArguments) throws -> Row {
        guard let row = try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments) else {
            throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "a written row was not returned")
        }
        return row
    }

    func change(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
