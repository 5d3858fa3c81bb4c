import Storage

/// Where the server keeps its conversations.
public enum StoreLocation: Hashable, Sendable {
    /// A file, created with its folder, for its owner alone, if it does not exist.
    case file(path: String)
    /// Gone when the server stops.
    case memory
}

extension StoreLocation {
    /// The file; nil in memory.
    var database: DatabaseFile? {
        guard case .file(let path) = self else { return nil }
        return DatabaseFile(
            path: path, applicationID: ServerSchema.applicationID, migrator: ServerSchema.migrator)
    }

    /// What precedes the names of the leases of servers that have a file open.
    static func leases(of path: String) -> String { path + ".owner-" }

    /// Takes the lease under whose name a server owns its turns.
    /// - Throws: ``ServerError``
    func lease() throws(ServerError) -> FileLease<String> {
        let owner = Identifier.letters(12)
        switch self {
        case .memory: return FileLease(inMemory: owner)
        case .file(let path):
            do throws(StoreError) {
                return try FileLease(owner, prefix: Self.leases(of: path))
            } catch {
                throw ServerError(error.message)
            }
        }
    }
}
