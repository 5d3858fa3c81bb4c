import Foundation
import TestSupport
import Testing

/// The probe in a pseudo-terminal: what the tests of the device drive.
final class ProbeSession {
    let session: TerminalSession
    var screen: VTermScreen { session.screen }

    /// Starts it and waits until it has drawn, unless the terminal is one that it refuses.
    init(
        type: String = "xterm-256color", environment: [String: String] = [:],
        columns: Int = 80, rows: Int = 24,
        background: String? = nil, errors: String? = nil, waits: Bool = true
    ) throws {
        var environment = environment
        environment["TERM"] = type
        // Swift's own report of a crash takes long, and one test is enough for it.
        environment["SWIFT_BACKTRACE", default: "enable=no"] += ""
        session = try TerminalSession(
            executable: BuiltPrograms.path("TerminalProbe"), environment: environment,
            columns: columns, rows: rows, errors: errors, background: background)
        if waits { try waitFor("ready") }
    }

    /// Gives the probe a command, as a paste that even a terminal without paste marks could send.
    func `do`(_ command: String) {
        session.send(Array("\u{1B}[200~do \(command)\u{1B}[201~".utf8))
    }

    /// Gives a command and waits until the probe has obeyed.
    func perform(_ command: String) throws {
        self.do(command)
        try waitFor("did \(command.prefix { $0 != " " })")
    }

    /// Waits until the last row says so, and has not said so before.
    func waitFor(_ status: String) throws {
        try session.waitFor("the status “\(status)” after number \(seen)") { _ in
            number > seen && self.status.hasPrefix(status)
        }
        seen = number
    }

    /// The number of what was waited for last.
    private var seen = 0

    /// The number of what the last row says.
    private var number: Int {
        Int(screen.row(screen.rows - 1).dropFirst().prefix { $0 != "]" }) ?? 0
    }

    /// How many keyboard modes the probe has set and not taken back.
    var keyboardModes: Int { session.count(of: "\u{1B}[>5u") - session.count(of: "\u{1B}[<u") }

    /// What was written after the alternate screen was left.
    var printedAfterwards: String {
        let output = String(decoding: session.output, as: UTF8.self)
        guard let end = output.range(of: "\u{1B}[?1049l", options: .backwards)?.upperBound else { return "" }
        return String(output[end...])
    }

    /// What the last row says last.
    var status: String {
        let row = screen.row(screen.rows - 1)
        return row.split(separator: "] ", maxSplits: 1).last.map(String.init) ?? ""
    }
}
