import Foundation
import Storage

/// A file that holds a key. Only its owner may have access.
struct KeyFile {
    /// Absolute.
    var path: String
    /// As the person would write it.
    var name: String

    struct Fault: Error {
        var message: String
        var advice: String
    }

    /// Why the file cannot be used; nil if it can.
    func fault() -> Fault? {
        var status = stat()
        guard stat(path, &status) == 0 else { return missing(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return Fault(
                message: "The key file \(name) is not a file.", advice: "Name a file that holds the key.")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            return Fault(
                message: "The key file \(name) can be used by others (its mode is 0\(mode)).",
                advice: "Run: chmod 600 \(name)")
        }
        return nil
    }

    func text() throws(Fault) -> String {
        if let fault = fault() { throw fault }
        do throws(Problem) {
            return try SettingsFile.text(of: path, name: name, mustExist: true)
        } catch {
            throw Fault(message: "\(error)", advice: "Put the key in it, on one line.")
        }
    }

    /// Creates a file for a key in the config folder, for its owner alone. Existing files are kept.
    /// - Returns: its path.
    static func create(_ key: String, for account: String, in folders: Folders) throws(Problem) -> String {
        try folders.make(folders.config)
        var number = 0
        while true {
            number += 1
            let name = account + (number == 1 ? "" : "-\(number)") + ".key"
            let path = folders.config + "/" + name
            do throws(FileError) {
                try AtomicFile.write(key + "\n", to: path, mode: PrivateFile.mode, overwriting: false)
                return path
            } catch  where error.number == EEXIST {
                continue
            } catch {
                throw Problem(
                    file: folders.display(path),
                    message: "The key was not saved: \(error.reason).",
                    advice: "Use an environment variable or a command instead.")
            }
        }
    }

    private func missing(_ reason: Int32) -> Fault {
        Fault(
            message: "The key file \(name) cannot be read: \(FileError.reason(of: reason)).",
            advice: "Put the key in it and run: chmod 600 \(name)")
    }
}
