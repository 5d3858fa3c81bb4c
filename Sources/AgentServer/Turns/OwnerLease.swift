import Foundation
import Synchronization

/// The sign that a server is alive: an exclusive lock on a file of its own beside the store. The system drops the lock however the
/// process ends, so that another server can tell a dead owner from a living one without process ids, times or messages.
final class OwnerLease: Sendable {
    /// The name under which turns are owned.
    let owner: String
    /// nil once it is released, or where there is none.
    private let file: Mutex<(path: String, descriptor: Int32)?>

    /// - Parameter store: a store in memory has one owner only and needs no file.
    init(besides store: StoreLocation) throws {
        owner = Identifier.letters(12)
        guard case .file(let storePath) = store else {
            file = Mutex(nil)
            return
        }
        let path = Self.path(of: owner, besides: storePath)
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw ServerError("The server cannot lock \(path): \(reason).")
        }
        file = Mutex((path, descriptor))
    }

    deinit {
        release()
    }

    /// From now on the owner counts as gone.
    func release() {
        file.withLock { file in
            guard let (path, descriptor) = file else { return }
            unlink(path)
            close(descriptor)
            file = nil
        }
    }

    /// Whether the server that called itself this is dead. Its file is removed then.
    static func isGone(_ owner: String, besides store: StoreLocation) -> Bool {
        guard case .file(let storePath) = store else { return true }
        let path = path(of: owner, besides: storePath)
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
        unlink(path)
        return true
    }

    private static func path(of owner: String, besides store: String) -> String {
        "\(store).owner-\(owner)"
    }
}
