import Foundation

/// Where the server keeps its conversations.
public enum StoreLocation: Hashable, Sendable {
    /// A file, created with mode 0600 if it does not exist; its folder must exist.
    case file(path: String)
    /// Nothing outlives the server.
    case memory
}

extension StoreLocation {
    /// SQLite gives its side files the mode of the database, so that one has to be private from the start.
    func createPrivately() throws {
        guard case .file(let path) = self else { return }
        let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw ServerError(
                "The server's store \(path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        close(file)
    }
}
