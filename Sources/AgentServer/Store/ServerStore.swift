import Foundation
import GRDB
import Storage
import Synchronization

/// The one conversation store under all dialects. Everything that belongs together is written in one transaction; what a
/// function has returned from is on disk as far as the operating system is concerned, and survives the death of the process.
struct ServerStore: Sendable {
    let database: any DatabaseWriter
    /// The time that is written into the rows.
    let now: @Sendable () -> Date
    /// GRDB does not survive being asked for something after the end.
    private let isClosed = Flag()

    /// The store is closed: the server has stopped.
    struct Closed: Error {}

    /// - Throws: ``ServerError``. A file that is not a server's store, or that a newer version wrote, is left as it is.
    init(_ location: StoreLocation, now: @escaping @Sendable () -> Date = { Date() }) throws(ServerError) {
        self.now = now
        do throws(StoreError) {
            database = try Self.open(location)
        } catch {
            throw ServerError(error.message)
        }
    }

    private static func open(_ location: StoreLocation) throws(StoreError) -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.label = "parley.server"
        configuration.busyMode = .timeout(5)
        switch location {
        case .memory:
            return try StoreError.catching("") {
                let queue = try DatabaseQueue(configuration: configuration)
                try Schema.migrator.migrate(queue)
                return queue
            }
        case .file(let path):
            return try DatabaseFile(
                path: path, applicationID: Schema.applicationID, migrator: Schema.migrator
            ).open(configuration)
        }
    }
}

extension ServerStore {
    /// Ends with a single file on disk. What is asked for afterwards fails.
    func close() {
        isClosed.raise()
        try? database.close()
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        if isClosed.isUp { throw Closed() }
        return try await database.read(body)
    }

    /// Writes in one transaction. A caller that is cancelled meanwhile does not undo it: what a stopped turn leaves is stored too.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value
    {
        if isClosed.isUp { throw Closed() }
        return try await Task { [database] in try await database.write(body) }.value
    }
}

/// Goes up once.
private final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    var isUp: Bool { state.load(ordering: .acquiring) }
    func raise() { state.store(true, ordering: .releasing) }
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
