import Foundation

/// Why there is no key, in words for a person and without any part of a key.
public struct KeyError: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String
    /// What to do.
    public var advice: String
    public var description: String { "\(message) \(advice)" }
}

extension Config.Account.KeySource: CustomStringConvertible {
    /// Where the key comes from: `the environment variable LYZR_API_KEY`. The arguments of a command are left out: one of
    /// them may be a secret.
    public var description: String {
        switch self {
        case .environment(let name): "the environment variable \(name)"
        case .command(let words): "the command \(words.first ?? "")" + (words.count > 1 ? " …" : "")
        case .file(let path): "the file \(path)"
        }
    }

    /// Fetches the key.
    /// - Parameters:
    ///   - environment: where a variable is looked up; the environment of a command.
    ///   - hidden: the variables that a command does not get, since they hold other keys.
    ///   - timeout: how long a command may take.
    /// - Throws: ``KeyError``, or `CancellationError`.
    public func key(
        environment: [String: String], hidden: Set<String> = [], timeout: Duration = .seconds(60)
    ) async throws -> String {
        switch self {
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw KeyError(
                    message: "The environment variable \(name) is not set.",
                    advice: "Set it to the key before you start parley.")
            }
            return try checked(value)
        case .file(let path):
            return try checked(try Self.text(of: KeyFile(path: path, name: path)))
        case .command(let words):
            let command = KeyCommand(
                words: words, environment: environment.filter { !hidden.contains($0.key) }, timeout: timeout)
            return try checked(try await command.run())
        }
    }

    private static func text(of file: KeyFile) throws(KeyError) -> String {
        do throws(KeyFile.Fault) {
            return try file.text()
        } catch {
            throw KeyError(message: error.message, advice: error.advice)
        }
    }

    /// Whether a text can be a key: visible ASCII only, so that it fits in an HTTP header and cannot break out of it.
    public static func canBeKey(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// Whether a text can be the name of an environment variable.
    public static func canBeVariable(_ text: String) -> Bool {
        canBeKey(text) && !text.utf8.contains(UInt8(ascii: "="))
    }

    /// Stores a key that was typed in, in a file of the config folder that only its owner can read.
    /// - Returns: that file; ``discard()`` deletes it.
    public static func keep(
        _ key: String, for account: String, in folders: Folders
    ) throws(Problem) -> Config.Account.KeySource {
        .file(try KeyFile.create(key, for: account, in: folders))
    }

    /// Deletes the file of a key that ``keep(_:for:in:)`` created and that is not used after all.
    public func discard() {
        if case .file(let path) = self { unlink(path) }
    }

    /// The first line, if it can be a key, without what editors and programs put around it: a byte order mark, blanks.
    private func checked(_ text: String) throws(KeyError) -> String {
        var text = text[...]
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        let first = text.split(omittingEmptySubsequences: false) { $0.isNewline }.first ?? ""
        let line = first.trimmingCharacters(in: .whitespaces)
        guard !line.isEmpty else {
            throw KeyError(message: "There is no key in \(self).", advice: "It has to be the first line.")
        }
        guard Self.canBeKey(line) else {
            throw KeyError(
                message:
                    "The first line of \(self) is not a key: it has blanks or other characters that no key has.",
                advice: "The first line has to be the key and nothing else.")
        }
        return line
    }
}
