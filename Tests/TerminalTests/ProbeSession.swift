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

    /// Waits until the last row says so.
    func waitFor(_ status: String) throws {
        try session.waitFor("the status “\(status)”") { screen in
            screen.row(screen.rows - 1).hasSuffix("] \(status)")
                || status == "ready" && screen.row(screen.rows - 1).contains("] ready")
        }
    }

    /// How many keyboard modes the probe has set and not taken back.
    var keyboardModes: Int { session.count(of: "\u{1B}[>5u") - session.count(of: "\u{1B}[<u") }

    /// What the last row says last.
    var status: String {
        let row = screen.row(screen.rows - 1)
        return row.split(separator: "] ", maxSplits: 1).last.map(String.init) ?? ""
    }
}
