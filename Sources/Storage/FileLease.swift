import Foundation
import Synchronization
import SystemPackage

/// The sign that a process is alive: an exclusive lock (`flock`) on a file beside a database. The system drops the lock when the
/// process ends, however it ends, so a dead owner can be distinguished from a living one without process ids, times or messages.
///
/// Rows of the database name their owner by the name of its lease. All leases of a database share the start of their paths.
public final class FileLease<Name: LosslessStringConvertible & Hashable & Sendable>: Sendable {
    public let name: Name
    /// What precedes the name in the path; nil without a file.
    private let prefix: String?
    /// Names that are never used again leave no file behind.
    private let removesFiles: Bool
    /// nil once released, or without a file.
    private let descriptor: Mutex<FileDescriptor?>

    /// A lease for a database in memory, which no other process can open.
    public init(inMemory name: Name) {
        self.name = name
        prefix = nil
        removesFiles = false
        descriptor = Mutex(nil)
    }

    /// Takes a lease with a name that is used only once. Its file is removed with it.
    /// - Parameter prefix: what precedes the name in the path of the file.
    /// - Throws: ``StoreError``, also if another process holds the lease.
    public convenience init(_ name: Name, prefix: String) throws(StoreError) {
        let path = prefix + String(name)
        let file = try FileLock.open(path)
        guard try FileLock.lock(file, at: path) else {
            try? file.close()
            throw StoreError(.busy, path: path, "\(path) is locked by another program. End that program.")
        }
        self.init(name, prefix: prefix, removesFiles: true, file)
    }

    private init(_ name: Name, prefix: String, removesFiles: Bool, _ file: FileDescriptor) {
        self.name = name
        self.prefix = prefix
        self.removesFiles = removesFiles
        descriptor = Mutex(file)
    }

    deinit { release() }

    /// Ends the lease: to other processes the owner is dead from now on.
    public func release() {
        descriptor.withLock { file in
            guard let held = file else { return }
            if removesFiles { remove(name) }
            try? held.close()
            file = nil
        }
    }

    /// Whether the owner with this name is alive. If that cannot be found out, it counts as alive: work that is taken from a living
    /// owner is lost, work of a dead one only waits.
    public func isAlive(_ other: Name) -> Bool {
        if other == name { return true }
        guard let prefix else { return false }
        let file: FileDescriptor
        do throws(FileError) {
            file = try PrivateFile.open(prefix + String(other), create: false)
        } catch {
            return error.number != ENOENT
        }
        defer { try? file.close() }
        guard (try? FileLock.lock(file, at: prefix)) == true else { return true }
        if removesFiles { remove(other) }
        return false
    }

    private func remove(_ name: Name) {
        if let prefix { unlink(prefix + String(name)) }
    }
}

extension FileLease where Name == Int {
    private static var limit: Int { 4096 }

    /// Takes the lowest number, from 1, that no process holds. The files of numbers stay, for the next process.
    /// - Parameter prefix: what precedes the number in the path of the file.
    /// - Throws: ``StoreError``
    public static func lowestFree(prefix: String) throws(StoreError) -> FileLease {
        for number in 1...limit {
            let path = prefix + String(number)
            let file = try FileLock.open(path)
            do throws(StoreError) {
                if try FileLock.lock(file, at: path) {
                    return FileLease(number, prefix: prefix, removesFiles: false, file)
                }
            } catch {
                try? file.close()
                throw error
            }
            try? file.close()
        }
        throw StoreError(
            .busy, path: prefix, "\(limit) programs hold \(prefix)… already. End some of them.")
    }
}

/// The lock under a lease.
enum FileLock {
    /// Runs `body` while no other process is inside `withLock` for the same path.
    static func withLock<Value>(at path: String, _ body: () throws(StoreError) -> Value) throws(StoreError)
        -> Value
    {
        let file = try open(path)
        defer { try? file.close() }
        _ = try lock(file, at: path, waiting: true)
        return try body()
    }

    /// Whether a process holds the lock of a file whose path begins so.
    static func isAnyHeld(prefix: String, except path: String) -> Bool {
        let folder = URL(fileURLWithPath: prefix).deletingLastPathComponent().path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.map { folder + "/" + $0 }.contains { other in
            guard other.hasPrefix(prefix), other != path,
                let file = try? PrivateFile.open(other, create: false)
            else { return false }
            defer { try? file.close() }
            return (try? lock(file, at: other)) == false
        }
    }

    static func open(_ path: String) throws(StoreError) -> FileDescriptor {
        do throws(FileError) {
            return try PrivateFile.open(path, create: true)
        } catch {
            throw StoreError(
                .notWritable, path: path,
                "\(path) cannot be created: \(error.reason). Give yourself write permission on its folder.")
        }
    }

    /// - Returns: false if another process holds the lock.
    static func lock(
        _ file: FileDescriptor, at path: String, waiting: Bool = false
    ) throws(StoreError) -> Bool {
        while flock(file.rawValue, LOCK_EX | (waiting ? 0 : LOCK_NB)) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return false
            default:
                throw StoreError(
                    .notWritable, path: path,
                    "\(path) is on a file system without locks. Keep it on a local disk.")
            }
        }
        return true
    }
}
