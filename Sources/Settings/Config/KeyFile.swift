import Foundation

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

    private func missing(_ reason: Int32) -> Fault {
        Fault(
            message: "The key file \(name) cannot be read: \(Folders.words(reason)).",
            advice: "Put the key into it and run: chmod 600 \(name)")
    }
}
