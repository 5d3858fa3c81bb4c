import Foundation

/// `config.toml` as a text that a person has written: changed in one place, everything else left as it is.
public struct ConfigFile: Sendable {
    private let path: String
    private let name: String
    private let folders: Folders

    public init(_ folders: Folders, path: String? = nil) {
        self.folders = folders
        self.path = path ?? folders.configFile
        name = folders.display(self.path)
    }

    /// Writes `theme = "name"` into the file, which is made where there is none. Comments, order, line ends, mode and a
    /// symbolic link are kept; the file is replaced as a whole, so that it is never half written.
    /// - Throws: ``Problem`` where the file does not parse or cannot be written; it is as it was then.
    public func setTheme(_ theme: String) throws(Problem) {
        let text = try SettingsFile.text(of: path, name: name)
        let file = SettingsFile(text: text, name: name)
        if let problem = file.problems.first {
            throw Problem(
                file: name, line: problem.line, message: "The theme was not saved. \(problem.message)",
                advice: "Mend the file first.")
        }
        let changed = Self.text(text, outline: file.outline, theme: theme)
        guard changed != text else { return }
        try write(changed)
    }

    static func text(_ text: String, outline: TOMLOutline, theme: String) -> String {
        let value = quoted(theme)
        var bytes = Array(text.utf8)
        if let range = outline.value(of: ["theme"]) {
            bytes.replaceSubrange(range, with: value.utf8)
        } else {
            let end = text.utf8.contains(0x0D) ? "\r\n" : "\n"
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let line = "theme = \(value)" + end + (bytes.count > start ? end : "")
            bytes.insert(contentsOf: line.utf8, at: start)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A TOML string.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case let other where other.value < 0x20 || other.value == 0x7F:
                let digits = String(other.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private func write(_ text: String) throws(Problem) {
        let target = try self.target()
        var status = stat()
        let mode = stat(target, &status) == 0 ? status.st_mode & 0o777 : 0o600
        var template = Array((target + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure(errno) }
        let temporary = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        do throws(Problem) {
            try fill(descriptor, with: text, mode: mode)
            guard rename(temporary, target) == 0 else { throw failure(errno) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// The file itself, where `path` is a symbolic link to it; the folder is made where it is missing.
    private func target() throws(Problem) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        if path == folders.configFile { try folders.make(folders.config) }
        return path
    }

    private func fill(_ descriptor: Int32, with text: String, mode: mode_t) throws(Problem) {
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(errno) }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw failure(errno) }
    }

    private func failure(_ reason: Int32) -> Problem {
        Problem(
            file: name, message: "The theme was not saved: \(Folders.words(reason)).",
            advice: "It is used until parley ends.")
    }
}
