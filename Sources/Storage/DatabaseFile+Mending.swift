import Foundation
import GRDB

/// A database that was opened, and what is special about it.
public struct OpenedDatabase: Sendable {
    public var database: any DatabaseWriter
    /// Why it cannot be written; nil if it can.
    public var error: StoreError?
    /// What became of the file that was there, if it was damaged.
    public var salvage: Salvage?

    public init(database: any DatabaseWriter, error: StoreError? = nil, salvage: Salvage? = nil) {
        self.database = database
        self.error = error
        self.salvage = salvage
    }
}

extension DatabaseFile {
    /// Opens the file as ``openOrRead(_:)`` does. A damaged one is set aside, and what can be read of it is in the new one.
    /// - Parameters:
    ///   - leases: what precedes the names of the lock files of other processes: while one of them is alive, nothing is set aside.
    ///   - repair: mends the rows that were saved.
    /// - Throws: ``StoreError``
    public func openOrMend(
        _ configuration: Configuration, leases: String, repair: (Database) throws -> Void = { _ in }
    ) throws(StoreError) -> OpenedDatabase {
        if access(damageMark, F_OK) == 0, !isOpenElsewhere(leases: leases),
            // Where it cannot be set aside, it is read as far as it goes.
            let mended = try? mend(configuration, leases, repair)
        {
            return mended
        }
        do throws(StoreError) {
            let opened = try openOrRead(configuration)
            return OpenedDatabase(database: opened.database, error: opened.error)
        } catch {
            guard error.kind == .damaged else { throw error }
            return try mend(configuration, leases, repair)
        }
    }

    private func mend(
        _ configuration: Configuration, _ leases: String, _ repair: (Database) throws -> Void
    ) throws(StoreError) -> OpenedDatabase {
        let salvage = try salvage(configuration, leases: leases, at: Date(), repair: repair)
        unlink(damageMark)
        return OpenedDatabase(database: try open(configuration), salvage: salvage)
    }

    /// A file that says that the database was found to be damaged after it had been opened.
    var damageMark: String { path + "-damaged" }

    /// Words for an error of the open database. Damage is noted, so that the next start saves what can be read.
    public func described(_ error: DatabaseError) -> StoreError {
        let error = StoreError(error, path: path)
        if error.kind == .damaged { noteDamage() }
        return error
    }

    func noteDamage() { try? PrivateFile.create(damageMark) }
}

extension Database {
    /// One transaction whose commit syncs the log: it survives a power cut.
    public func writeDurably<T>(_ body: (Database) throws -> T) throws -> T {
        try execute(sql: "PRAGMA synchronous = FULL")
        defer { try? execute(sql: "PRAGMA synchronous = NORMAL") }
        var result: Result<T, any Error> = .failure(DatabaseError(resultCode: .SQLITE_ABORT))
        try inTransaction(.immediate) {
            result = .success(try body(self))
            return .commit
        }
        return try result.get()
    }
}
