import Foundation
import SystemPackage

/// Files and folders that only their owner can read. They get their mode when they are created, before anything is in them.
public enum PrivateFile {
    public static let mode: mode_t = 0o600
    private static let folderMode: mode_t = 0o700

    /// Creates a folder and its missing parents, each with mode 0700. Existing folders keep their mode.
    /// - Throws: ``FileError`` of the first folder that failed; its number is `ENOTDIR` if something else has the name.
    public static func createFolder(_ folder: String) throws(FileError) {
        var path = folder.hasPrefix("/") ? "" : "."
        for part in folder.split(separator: "/") {
            path += "/" + part
            guard mkdir(path, folderMode) != 0 else { continue }
            let number = errno
            guard !isFolder(path) else { continue }
            throw FileError(path: path, number: number == EEXIST ? ENOTDIR : number)
        }
    }

    /// Creates an empty file with mode 0600 unless there is one.
    /// - Throws: ``FileError`` if the file cannot be read and written; its number is `EISDIR` if a folder has the name.
    public static func create(_ path: String) throws(FileError) {
        let file = try open(path, create: true)
        try? file.close()
    }

    /// Takes the permissions of others away, if the file belongs to this user.
    public static func restrict(_ path: String) {
        chmod(path, mode)
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func open(_ path: String, create: Bool) throws(FileError) -> FileDescriptor {
        try open(path, .readWrite, create ? [.create, .closeOnExec] : .closeOnExec)
    }

    static func openForReading(_ path: String) throws(FileError) -> FileDescriptor {
        try open(path, .readOnly, .closeOnExec)
    }

    private static func open(
        _ path: String, _ access: FileDescriptor.AccessMode, _ options: FileDescriptor.OpenOptions
    ) throws(FileError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path, access, options: options, permissions: FilePermissions(rawValue: CModeT(mode)))
        } catch {
            throw FileError(path: path, number: (error as? Errno)?.rawValue ?? EIO)
        }
    }
}
