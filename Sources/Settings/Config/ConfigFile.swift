import Foundation
import Storage

/// `config.toml` as text that a person has written: changed in one place, with everything else kept.
public struct ConfigFile: Sendable {
    private let path: String
    private let name: String
    private let folders: Folders

    public init(_ folders: Folders, path: String? = nil) {
        self.folders = folders
        self.path = path ?? folders.configFile
        name = folders.display(self.path)
    }

    /// Writes `theme = "name"` to the file, which is created if it does not exist. Comments, order, line ends, mode and a
    /// symbolic link are kept; the file is replaced atomically.
    /// - Throws: ``Problem`` if the file does not parse or cannot be written; it is unchanged then.
    public func setTheme(_ theme: String) throws(Problem) {
        let change = Change(what: "theme", otherwise: "It is used until parley ends.")
        try rewrite(change) { text, file in Self.text(text, outline: file.outline, theme: theme) }
    }

    /// Adds an account at the end of the file, as carefully as ``setTheme(_:)`` changes it.
    /// - Throws: ``Problem``, also if there is an account of this name, or accounts are written in a form that cannot be added to.
    public func add(_ account: Config.Account) throws(Problem) {
        let change = Change(what: "account", otherwise: "Nothing was changed.")
        try rewrite(change) { text, file throws(Problem) in
            guard file.node(at: ["accounts", account.name]) == nil else {
                throw Problem(
                    file: name, line: file.outline.line(of: ["accounts", account.name]),
                    message: "There is an account \(SettingsFile.quoted(account.name)) already.",
                    advice: "Choose another name.")
            }
            let changed = Self.text(text, adding: account)
            // Accounts may be written as one inline table.
            guard SettingsFile(text: changed, name: name).problems.isEmpty else {
                throw Problem(
                    file: name, line: file.outline.line(of: ["accounts"]),
                    message: "The accounts are written as one value, to which none can be added here.",
                    advice: "Write each as a table of its own: [accounts.NAME]")
            }
            return changed
        }
    }

    /// What is changed, and what to say if that fails.
    private struct Change {
        var what: String
        var otherwise: String
    }

    private func rewrite(
        _ change: Change, _ body: (String, SettingsFile) throws(Problem) -> String
    ) throws(Problem) {
        let text = try SettingsFile.text(of: path, name: name)
        let file = SettingsFile(text: text, name: name)
        if let problem = file.problems.first {
            throw Problem(
                file: name, line: problem.line,
                message: "The \(change.what) was not saved. \(problem.message)",
                advice: "Correct the file first.")
        }
        let changed = try body(text, file)
        guard changed != text else { return }
        let target = try self.target()
        var status = stat()
        let mode = stat(target, &status) == 0 ? status.st_mode & 0o777 : 0o600
        do throws(FileError) {
            try AtomicFile.write(changed, to: target, mode: mode)
        } catch {
            throw Problem(
                file: name, message: "The \(change.what) was not saved: \(error.reason).",
                advice: change.otherwise)
        }
    }

    /// The file itself if `path` is a symbolic link. The config folder is created if it is missing.
    private func target() throws(Problem) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        if path == folders.configFile { try folders.make(folders.config) }
        return path
    }

    /// The text with a table for the account at its end.
    private static func text(_ text: String, adding account: Config.Account) -> String {
        let end = text.utf8.contains(0x0D) ? "\r\n" : "\n"
        var changed = text
        if !text.isEmpty, text != "\u{FEFF}" {
            // A line end of two characters is one to Swift: the bytes say whether the last line has one.
            if text.utf8.last != UInt8(ascii: "\n") { changed += end }
            changed += end
        }
        return changed + lines(of: account).map { $0 + end }.joined()
    }

    private static func lines(of account: Config.Account) -> [String] {
        let isBare = account.name.utf8.allSatisfy(isPartOfBareKey) && !account.name.isEmpty
        var lines = [
            "[accounts.\(isBare ? account.name : quoted(account.name))]",
            "service = \(quoted(account.service.rawValue))",
        ]
        if account.url != account.service.defaultURL { lines.append("url = \(quoted(account.url))") }
        switch account.key {
        case .environment(let name): lines.append("key-env = \(quoted(name))")
        case .command(let words):
            lines.append("key-command = [\(words.map(quoted).joined(separator: ", "))]")
        case .file(let path): lines.append("key-file = \(quoted(path))")
        }
        if account.isInsecure { lines.append("insecure = true") }
        if !account.user.isEmpty { lines.append("user = \(quoted(account.user))") }
        let agents = account.agents.map { agent in
            let name = agent.name.isEmpty || agent.name == agent.id ? "" : ", name = \(quoted(agent.name))"
            return "{ id = \(quoted(agent.id))\(name) }"
        }
        if !agents.isEmpty { lines.append("agents = [ \(agents.joined(separator: ", ")) ]") }
        return lines
    }

    private static func isPartOfBareKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
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
}
