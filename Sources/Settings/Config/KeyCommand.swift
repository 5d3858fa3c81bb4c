import Foundation
import Programs
import Wire

/// A program that prints a key.
struct KeyCommand {
    var words: [String]
    var environment: [String: String]
    var timeout: Duration

    /// What the program may print, in bytes.
    private static let outputLimit = 1 << 16

    /// Runs the program without input.
    /// - Returns: what it printed.
    /// - Throws: ``KeyError``, or `CancellationError`.
    func run() async throws -> String {
        var program = ProgramRun(
            words: words, environment: environment, timeout: timeout, grace: .milliseconds(500))
        program.outputLimit = Self.outputLimit
        // A program that waits for something must not outlive us.
        program.registry = ProgramRegistry(folder: nil)
        var printed: [UInt8] = []
        do {
            try await program.run { printed += $0 }
            return String(decoding: printed, as: UTF8.self)
        } catch let failure as ProgramFailure {
            throw error(for: failure, printed: String(decoding: printed, as: UTF8.self))
        }
    }

    private func error(for failure: ProgramFailure, printed: String) -> KeyError {
        switch failure.reason {
        case .notFound: error("was not found", "Install it, or write its whole path.")
        case .outputLimitExceeded:
            error(
                "printed more than \(Self.outputLimit >> 10) KB", "It has to print the key and nothing else.")
        case .folderNotAccessible, .notStarted:
            error("could not be started", "Run it in a shell to see why.")
        case .timedOut:
            error(
                "took longer than \(timeout.components.seconds) s",
                "Run it in a shell to see what it waits for.")
        case .exited(let code): failed("failed with exit status \(code)", failure, printed)
        case .signaled(let signal): failed("was ended by signal \(signal)", failure, printed)
        }
    }

    private func failed(_ what: String, _ failure: ProgramFailure, _ printed: String) -> KeyError {
        let line = Self.lastLine(of: failure.lastLines, without: printed)
        return error(what + (line.isEmpty ? "" : ": \(line)"), "Run it in a shell to see why.")
    }

    private func error(_ what: String, _ advice: String) -> KeyError {
        KeyError(message: "The command \(words.first ?? ""), which prints the key, \(what).", advice: advice)
    }

    /// The last line on standard error, shortened. What the program wrote to standard output is blotted out: it may be a part of a key. So is what looks
    /// like one.
    private static func lastLine(of lines: String, without printed: String) -> String {
        var line = lines.split(separator: "\n").last.map(String.init) ?? ""
        for word in printed.split(whereSeparator: \.isWhitespace) {
            line = Secret(String(word))?.redacted(in: line) ?? line
        }
        return String(Redactor().redact(line).prefix(200))
    }
}
