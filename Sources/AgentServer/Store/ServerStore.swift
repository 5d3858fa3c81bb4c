import Foundation
import GRDB
import Storage
import Synchronization

/// The one conversation store under all dialects: rows and queries, no policy.
///
/// Each function is one transaction. What it has written when it returns survives the death of the process.
final class ServerStore: Sendable {
    let database: any DatabaseWriter
    /// Where the file is that was damaged, when it was; what could be read of it is in the store.
    let damagedFile: String?
    /// The time that is written into rows.
    let now: @Sendable () -> Date
    /// GRDB traps when a closed database is used.
    private let isClosed = Atomic(false)

    /// The store is closed: the server has stopped.
    struct Closed: Error {}

    /// - Throws: ``ServerError``. A file that is not a server's store, or that a newer version wrote, is left as it is.
    init(_ location: StoreLocation, now: @escaping @Sendable () -> Date = { Date() }) throws(ServerError) {
        self.now = now
        do throws(StoreError) {
            (database, damagedFile) = try Self.open(location)
        } catch {
            throw ServerError(error.message)
        }
    }

    private static func open(
        _ location: StoreLocation
    ) throws(StoreError) -> (database: any DatabaseWriter, damagedFile: String?) {
        var configuration = Configuration()
        configuration.label = "parley.server"
        // What is deleted is overwritten.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
        switch location {
        case .memory:
            return try StoreError.catching("") {
                let queue = try DatabaseQueue(configuration: configuration)
                try ServerSchema.migrator.migrate(queue)
                return (queue, nil)
            }
        case .file(let path):
            return try open(
                DatabaseFile(
                    path: path, applicationID: ServerSchema.applicationID, migrator: ServerSchema.migrator),
                configuration)
        }
    }

    private static func open(
        _ file: DatabaseFile, _ configuration: Configuration
    ) throws(StoreError) -> (database: any DatabaseWriter, damagedFile: String?) {
        do throws(StoreError) {
            return (try file.open(configuration), nil)
        } catch {
            guard error.kind == .damaged else { throw error }
            let leases = StoreLocation.leases(of: file.path)
            let salvage = try file.salvage(configuration, leases: leases, at: Date())
            return (try file.open(configuration), salvage.setAside)
        }
    }
}

extension ServerStore {
    /// Leaves a single file on disk. Every later call throws ``Closed``.
    func close() {
        isClosed.store(true, ordering: .releasing)
        try? database.close()
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try checkOpen()
        return try await database.read(body)
    }

    /// Writes in one transaction, also if the calling task is cancelled: the end of a stopped turn is stored too.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value
    {
        try checkOpen()
        return try await Task { [database] in try await database.write(body) }.value
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
