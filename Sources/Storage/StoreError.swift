import Foundation
import GRDB

/// What went wrong with a database, in words for a person. None of these errors loses or overwrites anything.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// The folder or the file cannot be created, read or written.
        case notWritable
        /// The file holds something else.
        case notADatabase
        /// A newer version of Parley wrote it.
        case newer
        case full
        /// The disk reports an error, or refuses to let the file grow.
        case disk
        /// The store was opened for reading only.
        case readOnly
        /// Another program holds it.
        case busy
        /// It is ours and cannot be read.
        case damaged
        /// It does not hold what was asked for.
        case missing
        case other
    }

    public var kind: Kind
    /// The file; empty for a store in memory.
    public var path: String
    /// What failed, on what, and what to do.
    public var message: String

    public init(_ kind: Kind, path: String, _ message: String) {
        self.kind = kind
        self.path = path
        self.message = message
    }

    public var description: String { message }
}

extension StoreError {
    /// - Parameter path: empty for a store in memory.
    public init(_ error: DatabaseError, path: String) {
        let name = path.isEmpty ? "The store in memory" : path
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.full, path: path, "\(name): the disk is full. Free some space; nothing was lost.")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .notWritable, path: path,
                "\(name) cannot be written. Give yourself write permission on the file and its folder.")
        case .SQLITE_NOTADB:
            self = .notADatabase(name)
        case .SQLITE_CORRUPT: self = .damaged(name)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, path: path, "\(name) is held by another program. Try again when it has ended.")
        case .SQLITE_IOERR:
            self.init(
                .disk, path: path,
                "\(name) cannot be read or written: the disk reports an error, or is full. Nothing was lost."
            )
        default:
            self.init(
                .other, path: path,
                "\(name): \(error.message ?? "SQLite error \(error.resultCode.rawValue)").")
        }
    }

    /// Runs `body`, and gives errors of the database words for a person.
    public static func catching<Value>(_ path: String, _ body: () throws -> Value) throws(StoreError) -> Value
    {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        } catch {
            throw StoreError(.other, path: path, "\(path): \(error).")
        }
    }

    public static func damaged(_ path: String) -> StoreError {
        StoreError(
            .damaged, path: path,
            "\(path) is damaged. End every Parley and start again: what can be read is saved then, and the file is kept."
        )
    }

    static func notADatabase(_ path: String) -> StoreError {
        StoreError(
            .notADatabase, path: path,
            "\(path) is not a database of this part of Parley. It was left as it is: move it away or name another file."
        )
    }
}
