import Foundation
import GRDB

/// Every task, message, turn and draft, in one SQLite file. What changes it says what is to be told about it, as
/// ``SessionEvent``s, once the transaction is committed.
///
/// Several processes may have the same file open. Each owns the turns it works on; the turns of a process that died are
/// recovered by the next one that opens the file.
public final class SessionStore: Sendable {
    /// The file; empty for a store in memory.
    public let path: String
    let database: any DatabaseWriter
    let slot: ProcessSlot

    /// Opens or creates the store, folder and all, readable for its owner alone.
    ///
    /// What a dead process left behind is put in order: what had arrived of a reply becomes the text of a partial
    /// message, its turn `truncated`; a turn that was being sent becomes `unconfirmed`.
    ///
    /// - throws: ``StoreError``. A file that is not ours is left as it is.
    public init(path: String) throws {
        self.path = path
        try Self.prepareFolder(of: path)
        (database, slot) = try ProcessSlot.whileAlone(with: path) {
            try Self.naming(path) {
                try Self.prepareFile(path)
                let pool = try DatabasePool(path: path, configuration: Self.configuration)
                try Schema.migrator.migrate(pool)
                return (pool, try ProcessSlot(beside: path))
            }
        }
        try recoverAtOpening()
    }

    /// A store in memory, gone with its last reference.
    public init() throws {
        path = ""
        slot = ProcessSlot()
        let queue = try DatabaseQueue(configuration: Self.configuration)
        try Schema.migrator.migrate(queue)
        database = queue
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "SessionStore"
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { db in
            db.add(function: UnspacedScripts.function)
            // The text index is kept by triggers that call it; some builds of SQLite forbid that unless asked.
            try db.execute(sql: "PRAGMA trusted_schema = ON")
        }
        return configuration
    }

    private func recoverAtOpening() throws {
        let slot = slot
        try Self.naming(path) {
            try database.write { db in
                // Our number was last that of a process that is gone.
                try db.release(slot.number)
                _ = try db.recoverTurns(at: Date(), by: slot)
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

    private static func naming<T>(_ path: String, _ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }

    // MARK: The file

    private static func prepareFolder(of path: String) throws(StoreError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: NSNumber(value: 0o700)])
        } catch {
            throw StoreError(
                .notWritable, path: folder,
                "The folder \(folder) cannot be created. Create it, or give yourself write permission above it."
            )
        }
    }

    /// Sees to it that there is a file that only its owner can read and that is ours, before anything is written to it.
    private static func prepareFile(_ path: String) throws {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else {
            guard
                files.createFile(
                    atPath: path, contents: nil, attributes: [.posixPermissions: NSNumber(value: 0o600)])
            else {
                throw StoreError(
                    .notWritable, path: path,
                    "\(path) cannot be created. Give yourself write permission on its folder.")
            }
            return
        }
        guard !isFolder.boolValue else {
            throw StoreError(.notADatabase, path: path, "\(path) is a folder. Name a file.")
        }
        guard files.isWritableFile(atPath: path) else {
            throw StoreError(
                .notWritable, path: path,
                "\(path) cannot be written. Give yourself write permission on the file.")
        }
        try? files.setAttributes([.posixPermissions: NSNumber(value: 0o600)], ofItemAtPath: path)
        try checkContents(path)
    }

    /// Looks into the file without changing it.
    private static func checkContents(_ path: String) throws {
        let probe = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? probe.close() }
        try probe.read { db in
            let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            guard application == Schema.applicationID || (application == 0 && tables == 0) else {
                throw StoreError(.notADatabase, path: path, StoreError.notADatabase(path))
            }
            guard try !Schema.migrator.hasBeenSuperseded(db) else {
                throw StoreError(
                    .newer, path: path,
                    "\(path) was written by a newer version of Parley. Update Parley to open it.")
            }
        }
    }
}
