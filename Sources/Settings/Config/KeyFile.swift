import Foundation
import Storage

/// A file that holds a key and that nobody but its owner may read.
struct KeyFile {
    /// Absolute.
    var path: String
    /// As the person would write it.
    var name: String

    struct Fault: Error {
        var message: String
        var advice: String
    }

    /// What keeps the file from being used.
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
            throw Fault(message: "\(error)", advice: "Put the key into it, on one line.")
        }
    }

    /// Makes a file in the config folder for a key, readable for its owner alone. A file that is there is left as it is.
    /// - Returns: its path.
    static func make(_ key: String, for account: String, in folders: Folders) throws(Problem) -> String {
        try folders.make(folders.config)
        var number = 0
        while true {
            number += 1
            let name = account + (number == 1 ? "" : "-\(number)") + ".key"
            let path = folders.config + "/" + name
            do throws(FileError) {
                try AtomicFile.write(key + "\n", to: path, mode: 0o600, overwriting: false)
                return path
            } catch  where error.number == EEXIST {
                continue
            } catch {
                throw Problem(
                    file: folders.display(path),
                    message: "The key was not saved: \(error.reason).",
                    advice: "Let it come from an environment variable or a command.")
            }
        }
    }

    private func missing(_ reason: Int32) -> Fault {
        Fault(
            message: "The key file \(name) cannot be read: \(FileError.reason(of: reason)).",
            advice: "Put the key into it and run: chmod 600 \(name)")
    }
}
