import Foundation

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The number under which this process owns the turns it works on, and the answer to whether the owner of another number still
/// lives.
///
/// A number is a file beside the database that its process holds locked (`flock`). The system drops the lock when the
/// process ends, however it ends, so a dead owner is told from a living one without asking for process ids.
final class ProcessSlot: Sendable {
    let number: Int
    private let base: String?
    private let descriptor: Int32

    /// In memory: there is nobody else.
    init() {
        number = 1
        base = nil
        descriptor = -1
    }

    /// Takes the lowest number that nobody holds.
    init(beside path: String) throws(StoreError) {
        let base = path + "-process-"
        var candidate = 1
        while candidate <= 4096 {
            let descriptor = try Self.open(base + String(candidate))
            if try Self.lock(descriptor, of: path) {
                self.number = candidate
                self.base = base
                self.descriptor = descriptor
                return
            }
            close(descriptor)
            candidate += 1
        }
        throw StoreError(.busy, path: path, "\(path) is open in too many programs at once. End some of them.")
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether a turn of this owner is in the hands of another process that runs.
    func isOther(_ owner: Int?) -> Bool { owner.map { $0 != number && isAlive($0) } ?? false }

    /// Whether the process that has this number still runs.
    func isAlive(_ other: Int) -> Bool {
        if other == number { return true }
        guard let base, let descriptor = try? Self.open(base + String(other)) else { return false }
        defer { close(descriptor) }
        return (try? Self.lock(descriptor, of: base)) != true
    }

    /// Runs `body` while no other process opens the same store.
    static func whileAlone<T>(with path: String, _ body: () throws -> T) throws -> T {
        let descriptor = try open(path + "-process-0")
        defer { close(descriptor) }
        _ = try lock(descriptor, of: path, waiting: true)
        return try body()
    }

    private static func open(_ file: String) throws(StoreError) -> Int32 {
        #if canImport(Darwin)
            let descriptor = Darwin.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        #elseif canImport(Musl)
            let descriptor = Musl.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        #else
            let descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        #endif
        guard descriptor >= 0 else {
            throw StoreError(
                .notWritable, path: file,
                "\(file) cannot be created. Give yourself write permission on its folder.")
        }
        return descriptor
    }

    /// - returns: false if another process holds the lock.
    private static func lock(
        _ descriptor: Int32, of path: String, waiting: Bool = false
    ) throws(StoreError) -> Bool {
        while flock(descriptor, LOCK_EX | (waiting ? 0 : LOCK_NB)) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return false
            default:
                throw StoreError(
                    .notWritable, path: path,
                    "\(path) lies on a file system without locks. Keep it on a local disk.")
            }
        }
        return true
    }
}
