import Foundation
import GRDB

/// A SQLite file of Parley's. It is recognised before it is changed: a file of another program or of a newer version is left as it
/// is. The tables are the business of its migrator.
public struct DatabaseFile: Sendable {
    public var path: String
    /// What the header of the file says about whose it is (`PRAGMA application_id`).
    public var applicationID: Int32
    public var migrator: DatabaseMigrator

    public init(path: String, applicationID: Int32, migrator: DatabaseMigrator) {
        self.path = path
        self.applicationID = applicationID
        self.migrator = migrator
    }

    /// The version of SQLite that is used: `3.40.1`.
    public static var libraryVersion: String {
        let number = Database.sqliteLibVersionNumber
        return "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
    }

    /// How long a transaction waits for one of another process, in seconds.
    private static let busyTimeout: TimeInterval = 5

    /// Opens or creates the file, with its folder, for its owner alone, and brings its tables up to date. Another process that opens
    /// it waits meanwhile.
    /// - Throws: ``StoreError``
    public func open(_ configuration: Configuration) throws(StoreError) -> DatabasePool {
        var configuration = configuration
        configuration.busyMode = .timeout(Self.busyTimeout)
        try createFolder()
        return try FileLock.withLock(at: path + "-process-0") { () throws(StoreError) in
            try createFile()
            return try StoreError.catching(path) {
                try probe(configuration)
                PrivateFile.restrict(path)
                let pool = try DatabasePool(path: path, configuration: configuration)
                try migrator.migrate(pool)
                try mark(pool)
                return pool
            }
        }
    }

    /// Opens the file as ``open(_:)`` does, or only for reading where it or its folder cannot be written.
    /// - Returns: the database, and why it cannot be written; nil if it can.
    /// - Throws: ``StoreError``
    public func openOrRead(
        _ configuration: Configuration
    ) throws(StoreError) -> (database: any DatabaseWriter, error: StoreError?) {
        do throws(StoreError) {
            return (try open(configuration), nil)
        } catch {
            guard [.notWritable, .full, .disk].contains(error.kind) else { throw error }
            return (try openForReading(configuration, because: error), error)
        }
    }

    private func createFolder() throws(StoreError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do throws(FileError) {
            try PrivateFile.createFolder(folder)
        } catch {
            throw StoreError(
                .notWritable, path: folder,
                "The folder \(folder) cannot be created: \(error.reason). Create it, or name another place.")
        }
    }

    /// SQLite gives its side files the mode of the database, so the database is private from the start.
    private func createFile() throws(StoreError) {
        do throws(FileError) {
            try PrivateFile.create(path)
        } catch {
            if error.number == EISDIR {
                throw StoreError(.notADatabase, path: path, "\(path) is a folder. Name a file.")
            }
            throw StoreError(
                .notWritable, path: path,
                "\(path) cannot be written: \(error.reason). Give yourself write permission on the file and its folder."
            )
        }
    }

    /// Looks into the file without changing it.
    private func probe(_ configuration: Configuration) throws {
        do {
            let probe = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? probe.close() }
            try probe.read(check)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB && !Self.isText(path) {
            // Its first page is lost: a text is left alone.
            throw StoreError.damaged(path)
        }
    }

    /// - Throws: ``StoreError`` unless the database is ours and no newer version has written it.
    func check(_ db: Database) throws {
        guard try isOurs(db) else { throw StoreError.notADatabase(path) }
        guard try !migrator.hasBeenSuperseded(db) else {
            throw StoreError(
                .newer, path: path,
                "\(path) was written by a newer version of Parley. Update Parley to open it.")
        }
    }

    private static func isText(_ path: String) -> Bool {
        let start = FileHandle(forReadingAtPath: path)?.readData(ofLength: 256) ?? Data()
        return start.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
    }

    /// Files without a mark are ours if they are empty, or if they were written by our first migration: servers did not always mark
    /// theirs, and a process may die between its first migration and the mark.
    private func isOurs(_ db: Database) throws -> Bool {
        switch try Self.applicationID(db) {
        case applicationID: return true
        case 0: break
        default: return false
        }
        let applied = try migrator.appliedIdentifiers(db)
        if let first = migrator.migrations.first, applied.contains(first) { return true }
        let tables = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'")
        return applied.isEmpty && tables == 0
    }

    private func mark(_ pool: DatabasePool) throws {
        guard try pool.read(Self.applicationID) != applicationID else { return }
        try pool.write { try $0.execute(sql: "PRAGMA application_id = \(applicationID)") }
    }

    private static func applicationID(_ db: Database) throws -> Int32 {
        try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    }
}
