import Foundation
import GRDB
import SystemPackage

// A database that cannot be written, because its folder is read-only or the disk is full, can still be read.

extension DatabaseFile {
    /// Opens the file without writing to it or beside it.
    ///
    /// What was committed is read, also from a write-ahead log that a killed process left: where SQLite cannot read it in place, a
    /// copy is read that has no name any more when this returns.
    /// - Parameter error: why it cannot be written; thrown if it cannot be read either.
    /// - Throws: ``StoreError``
    func openForReading(
        _ configuration: Configuration, because error: StoreError
    ) throws(StoreError) -> DatabaseQueue {
        guard access(path, R_OK) == 0, Self.size(of: path) > 0 else { throw error }
        var configuration = configuration
        configuration.readonly = true
        for open in [openInPlace, openImmutable] {
            if let queue = try? open(configuration) { return queue }
        }
        guard let queue = try openCopy(configuration) else { throw error }
        return queue
    }

    private func openInPlace(_ configuration: Configuration) throws -> DatabaseQueue {
        try checked(try DatabaseQueue(path: path, configuration: configuration))
    }

    /// Without a log, the file alone is the database.
    private func openImmutable(_ configuration: Configuration) throws -> DatabaseQueue {
        guard Self.size(of: path + "-wal") == 0, let name = uri else { throw StoreError.notADatabase(path) }
        return try checked(try DatabaseQueue(path: name, configuration: configuration))
    }

    private var uri: String? {
        URL(fileURLWithPath: path).path.addingPercentEncoding(
            withAllowedCharacters: .urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#;"))
        ).map { "file:\($0)?immutable=1" }
    }

    /// - Throws: an error unless the database is ours, as new as this program, and can be read.
    private func checked(_ queue: DatabaseQueue) throws -> DatabaseQueue {
        do {
            try queue.read { db in
                try check(db)
                guard try migrator.hasCompletedMigrations(db) else { throw StoreError.notADatabase(path) }
            }
        } catch {
            try? queue.close()
            throw error
        }
        return queue
    }

    /// - Returns: nil if there is no room for a copy anywhere.
    private func openCopy(_ configuration: Configuration) throws(StoreError) -> DatabaseQueue? {
        let places = [
            ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"], NSTemporaryDirectory(), "/dev/shm",
        ]
        for place in places.compactMap(\.self) {
            var template = Array((place + "/parley-XXXXXX").utf8CString)
            guard mkdtemp(&template) != nil else { continue }
            let folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            // What is open stays readable without a name.
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let copy = folder + "/copy.sqlite"
            guard copyFile(path, to: copy), copyFile(path + "-wal", to: copy + "-wal") else { continue }
            return try StoreError.catching(path) { try openUnnamed(copy, configuration) }
        }
        return nil
    }

    private func copyFile(_ file: String, to copy: String) -> Bool {
        guard Self.size(of: file) > 0 else { return true }
        return (try? FileManager.default.copyItem(atPath: file, toPath: copy)) != nil
    }

    private func openUnnamed(_ copy: String, _ configuration: Configuration) throws -> DatabaseQueue {
        var writable = configuration
        writable.readonly = false
        // A connection that needs neither a log nor a journal beside the file.
        let queue = try DatabaseQueue(path: copy, configuration: writable)
        try queue.read { try check($0) }
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = MEMORY") }
        try migrator.migrate(queue)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = ON") }
        return queue
    }

    static func size(of file: String) -> Int {
        var status = stat()
        return stat(file, &status) == 0 ? Int(status.st_size) : 0
    }
}
