import Foundation
import RichText
import SessionCore
import Settings
import Storage
import Terminal

/// What `parley doctor --report` prints: what somebody who looks for an error has to know, without keys and without what was said.
struct ProblemReport {
    let context: ProgramContext
    let checks: [DiagnosticReport]

    /// How many lines of the log are printed.
    private static let logLines = 200
    /// How much of the log's end is read for them, in bytes.
    private static let logBytes: UInt64 = 256 << 10

    var text: String {
        let sections = [
            ("Versions", versions), ("Checks", checks.map(Self.line)), ("Settings", settings), ("Log", log),
        ]
        let body = sections.map { "## \($0)\n\n" + $1.map { "    \($0)\n" }.joined() }
        let note =
            "It holds no keys and no messages. Read it before you pass it on: it names your accounts and services."
        return Redactor().redact("# Report of Parley\n\n\(note)\n\n" + body.joined(separator: "\n"))
    }

    private var versions: [String] {
        let environment = context.environment
        let set = ["LANG", "LC_ALL", "TERM", "COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION"].compactMap {
            name in environment[name].map { "\(name)=\($0)" }
        }
        let inside = ["TMUX", "STY", "SSH_CONNECTION"].filter { environment[$0] != nil }
        return [
            "parley \(Version.text)", Self.system, "SQLite \(DatabaseFile.libraryVersion)",
            TerminalSummary.libraryVersion, set.joined(separator: " "),
            inside.isEmpty ? nil : "inside " + inside.joined(separator: ", "),
        ].compactMap(\.self).filter { !$0.isEmpty }
    }

    /// The system, its kernel and the processor.
    private static var system: String {
        var names = utsname()
        uname(&names)
        let release = withUnsafeBytes(of: &names.release) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let machine = withUnsafeBytes(of: &names.machine) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return "\(ProcessInfo.processInfo.operatingSystemVersionString), kernel \(release), \(machine)"
    }

    private static func line(_ check: DiagnosticReport) -> String {
        let subject = [check.account, check.subject].compactMap(\.self).joined(separator: ": ")
        return SafeText.line("\(check.mark.word)  \(subject)  \(check.text)", replacing: .blank)
    }

    private var settings: [String] {
        ConfigCommand.table(ConfigCommand.report(on: context, problems: context.allProblems)).lines
    }

    private var log: [String] {
        let path = context.folders.logFile
        guard let file = FileHandle(forReadingAtPath: path) else {
            return ["\(context.folders.display(path)) does not exist."]
        }
        defer { try? file.close() }
        let end = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: end - min(end, Self.logBytes))
        let data = (try? file.readToEnd()) ?? Data()
        let lines = String(decoding: data, as: UTF8.self).lines
        return lines.suffix(Self.logLines).map { SafeText.line($0, replacing: .blank) }
    }
}

extension String {
    fileprivate var lines: [String] { split(separator: "\n").map(String.init) }
}
