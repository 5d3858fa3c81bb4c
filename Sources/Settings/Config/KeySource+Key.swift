import Foundation
import Subprocess

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

    /// The key, fetched anew.
    /// - Parameters:
    ///   - environment: where a variable is looked up, and what a command is run with.
    ///   - timeout: how long a command may take.
    /// - Throws: ``KeyError``, or `CancellationError`.
    public func key(environment: [String: String], timeout: Duration = .seconds(60)) async throws -> String {
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
            let command = KeyCommand(words: words, environment: environment, timeout: timeout)
            return try checked(try await command.output())
        }
    }

    private static func text(of file: KeyFile) throws(KeyError) -> String {
        do throws(KeyFile.Fault) {
            return try file.text()
        } catch {
            throw KeyError(message: error.message, advice: error.advice)
        }
    }

    /// Whether a text can be a key: visible ASCII, so that it fits into a header of a request and into no other.
    public static func canBeKey(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// Whether a text can be the name of an environment variable.
    public static func canBeVariable(_ text: String) -> Bool {
        canBeKey(text) && !text.utf8.contains(UInt8(ascii: "="))
    }

    /// Puts a key that was typed in into a file of the config folder that nobody but its owner can read.
    /// - Returns: that file. ``discard()`` takes it away again.
    public static func keep(
        _ key: String, for account: String, in folders: Folders
    ) throws(Problem) -> Config.Account.KeySource {
        .file(try KeyFile.make(key, for: account, in: folders))
    }

    /// Deletes the file of a key that ``keep(_:for:in:)`` made and that nothing came of.
    public func discard() {
        if case .file(let path) = self { unlink(path) }
    }

    /// The first line, if it can be a key.
    private func checked(_ text: String) throws(KeyError) -> String {
        let line = text.split(omittingEmptySubsequences: false) { $0.isNewline }.first.map(String.init) ?? ""
        guard !line.isEmpty else {
            throw KeyError(message: "There is no key in \(self).", advice: "It has to be the first line.")
        }
        guard Self.canBeKey(line) else {
            throw KeyError(
                message:
                    "What comes from \(self) is not a key: it holds blanks or other characters that no key has.",
                advice: "The first line has to be the key and nothing else.")
        }
        return line
    }
}

/// A program that prints a key.
private struct KeyCommand {
    var words: [String]
    var environment: [String: String]
    var timeout: Duration

    /// What the program may print, in bytes.
    private static let outputLimit = 1 << 16

    private struct TimedOut: Error {}

    func output() async throws -> String {
        do {
            return try await withThrowingTaskGroup(of: String.self) { group in
                group.addTask { try await run() }
                group.addTask {
                    try await Task.sleep(for: timeout)
                    throw TimedOut()
                }
                defer { group.cancelAll() }
                return try await group.next() ?? ""
            }
        } catch is TimedOut {
            throw error(
                "took longer than \(timeout.components.seconds) s",
                "Run it in a shell to see what it waits for.")
        } catch let failure as SubprocessError {
            try Task.checkCancellation()
            throw self.error(for: failure)
        }
    }

    /// Runs the program without a shell, without input, and in a session of its own, so that it can neither read the
    /// keyboard behind the interface's back nor outlive us with its children.
    private func run() async throws -> String {
        let program = words.first ?? ""
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        let variables = environment.map { (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value) }
        let result = try await Subprocess.run(
            program.contains("/") ? .path(.init(program)) : .name(program),
            arguments: Arguments(Array(words.dropFirst())),
            environment: .custom(Dictionary(variables) { first, _ in first }),
            platformOptions: options,
            output: .string(limit: Self.outputLimit), error: .string(limit: Self.outputLimit))
        guard result.terminationStatus.isSuccess else {
            throw error(
                for: result.terminationStatus, said: result.standardError, printed: result.standardOutput)
        }
        return result.standardOutput
    }

    private func error(_ what: String, _ advice: String) -> KeyError {
        KeyError(message: "The command \(words.first ?? ""), which prints the key, \(what).", advice: advice)
    }

    private func error(for failure: SubprocessError) -> KeyError {
        switch failure.code {
        case .executableNotFound: error("was not found", "Install it, or write its whole path.")
        case .outputLimitExceeded:
            error("printed more than 64 KB", "It has to print the key and nothing else.")
        default: error("could not be started", "Run it in a shell to see why.")
        }
    }

    private func error(for status: TerminationStatus, said: String, printed: String) -> KeyError {
        let end =
            switch status {
            case .exited(let code): "failed with exit status \(code)"
            case .signaled(let signal): "was ended by signal \(signal)"
            }
        let words = Self.lastLine(of: said, without: printed)
        return error(end + (words.isEmpty ? "" : ": \(words)"), "Run it in a shell to see why.")
    }

    /// What the program said last on its standard error, shortened, with whatever it printed elsewhere blotted out: that
    /// may be a part of a key.
    private static func lastLine(of said: String, without printed: String) -> String {
        var said = said
        for secret in printed.split(whereSeparator: \.isWhitespace) where secret.count > 3 {
            said = said.replacingOccurrences(of: secret, with: "…")
        }
        let line = said.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        let visible = line.unicodeScalars.filter { $0.properties.generalCategory != .control }
        return String(String(String.UnicodeScalarView(visible)).prefix(200))
    }
}
