import Foundation
import Storage

extension SettingsFile {
    static let keyNames = ["key-env", "key-command", "key-file"]

    /// Reads where a key comes from: one of `key-env`, `key-command` and `key-file` in a table. What cannot be used is reported.
    /// - Parameter isRequired: true reports a missing key.
    mutating func keySource(
        at path: Path, place: String, folders: Folders, isRequired: Bool
    ) -> Config.Account.KeySource? {
        let given = keys(below: path).filter(Self.keyNames.contains)
        guard let first = given.first else {
            if isRequired { reportMissingKey(at: path, place: place) }
            return nil
        }
        if given.count > 1 {
            report(
                "There is more than one key in \(place): \(given.joined(separator: ", ")).",
                at: path + [given[1]],
                advice: "Leave one; until then \(first) is taken.")
        }
        return switch first {
        case "key-env": keyVariable(at: path + [first])
        case "key-command": keyCommand(at: path + [first], folders: folders)
        default: keyFile(at: path + [first], folders: folders)
        }
    }

    /// The variables that the tables below a path name as those of their keys.
    func keyVariables(below path: Path) -> Set<String> {
        Set(
            keys(below: path).compactMap { name in
                if case .string(let variable)? = node(at: path + [name, "key-env"]) { variable } else { nil }
            })
    }

    /// Whether an address may be used; one without encryption on another machine only if the file says so, and is reported otherwise.
    mutating func allows(url: String, at path: Path, place: String, isInsecure: Bool) -> Bool {
        guard Config.Account.isInClear(url), !isInsecure else { return true }
        report(
            "The url of \(place) begins with http://, so others on the network could read the key and the messages.",
            at: path,
            advice: "Let it begin with https://, or add insecure = true if you trust the network.")
        return false
    }

    /// The path of a file with certificate authorities; one that cannot be read is reported.
    mutating func authorityFile(at path: Path, folders: Folders) -> String? {
        guard let text = string(at: path, example: #"ca-file = "~/ca.pem""#), !text.isEmpty else {
            return nil
        }
        let file = folders.resolve(text)
        if access(file, R_OK) != 0 {
            report(
                "The file \(folders.display(file)) cannot be read: \(FileError.reason(of: errno)).", at: path,
                advice: "Put the certificates of the authority in it, in the form PEM.")
        }
        return file
    }

    private mutating func reportMissingKey(at path: Path, place: String) {
        report(
            "There is no key in \(place).", at: path,
            advice: #"Add key-env = "VARIABLE", key-command = ["program", "argument"] or key-file = "path"."#)
    }

    private mutating func keyVariable(at path: Path) -> Config.Account.KeySource? {
        let example = #"key-env = "LYZR_API_KEY""#
        guard let name = string(at: path, example: example) else { return nil }
        if Config.Account.KeySource.canBeVariable(name) { return .environment(name) }
        // Not quoted: it may be the key itself in the wrong place.
        report(
            "key-env has to be the name of an environment variable.", at: path,
            advice: "Write it as in \(example)")
        return nil
    }

    private mutating func keyCommand(at path: Path, folders: Folders) -> Config.Account.KeySource? {
        let example = #"key-command = ["pass", "show", "lyzr"]"#
        guard let words = strings(at: path, example: example) else { return nil }
        if let program = words.first, !program.isEmpty {
            return .command(program.hasPrefix("~/") ? [folders.resolve(program)] + words.dropFirst() : words)
        }
        report("key-command names no program.", at: path, advice: "Write it as in \(example)")
        return nil
    }

    private mutating func keyFile(at path: Path, folders: Folders) -> Config.Account.KeySource? {
        guard let text = string(at: path, example: #"key-file = "~/.config/parley/lyzr.key""#) else {
            return nil
        }
        guard !text.isEmpty else {
            report("key-file names no file.", at: path, advice: #"Write it as in key-file = "lyzr.key""#)
            return nil
        }
        let source = folders.resolve(text)
        if let fault = KeyFile(path: source, name: folders.display(source)).fault() {
            report(fault.message, at: path, advice: fault.advice)
        }
        return .file(source)
    }
}
