import Foundation
import TestSupport
import Testing

/// The probe in a pseudo-terminal.
final class ProbeSession {
    let session: TerminalSession
    var screen: VTermScreen { session.screen }

    /// Starts the probe.
    /// - Parameters:
    ///   - type: `TERM`.
    ///   - environment: further variables.
    ///   - background: the terminal's answer to a query of its background colour.
    ///   - errors: a file for standard error.
    ///   - waits: whether to wait until it has drawn.
    init(
        type: String = "xterm-256color", environment: [String: String] = [:],
        columns: Int = 80, rows: Int = 24,
        background: String? = nil, errors: String? = nil, waits: Bool = true
    ) throws {
        var environment = environment
        environment["TERM"] = type
        // Swift's crash report is slow.
        environment["SWIFT_BACKTRACE", default: "enable=no"] += ""
        session = try TerminalSession(
            executable: BuiltPrograms.path("TerminalProbe"), environment: environment,
            columns: columns, rows: rows, errors: errors, background: background)
        if waits { try waitFor("ready") }
    }

    /// Sends the probe a command as a bracketed paste, which it reads from any terminal.
    func `do`(_ command: String) {
        session.send(Array("\u{1B}[200~do \(command)\u{1B}[201~".utf8))
    }

    /// Sends a command and waits until the probe has performed it.
    func perform(_ command: String) throws {
        self.do(command)
        try waitFor("did \(command.prefix { $0 != " " })")
    }

    /// Waits until the last row shows a new status with this beginning.
    func waitFor(_ status: String) throws {
        try session.waitFor("the status “\(status)” after number \(seen)") { _ in
            number > seen && self.status.hasPrefix(status)
        }
        seen = number
    }

    /// The number of the last status that was waited for.
    private var seen = 0

    /// The number of the status in the last row.
    private var number: Int {
        Int(screen.row(screen.rows - 1).dropFirst().prefix { $0 != "]" }) ?? 0
    }

    /// The keyboard modes that the probe has set and not reset.
    var keyboardModes: Int { session.count(of: "\u{1B}[>5u") - session.count(of: "\u{1B}[<u") }

    /// The output after the alternate screen was left.
    var printedAfterwards: String {
        let output = String(decoding: session.output, as: UTF8.self)
        guard let end = output.range(of: "\u{1B}[?1049l", options: .backwards)?.upperBound else { return "" }
        return String(output[end...])
    }

    /// The status in the last row.
    var status: String {
        let row = screen.row(screen.rows - 1)
        return row.split(separator: "] ", maxSplits: 1).last.map(String.init) ?? ""
    }
}
