import Foundation
import TestSupport
import Testing

/// A terminal that cannot run the interface gets a message and is left as it is.
@Suite(.ownThread) struct TerminalErrorTests {
    @Test(arguments: [
        ("dumb", "cannot move its cursor"),
        ("no-such-terminal", "The terminal type “no-such-terminal” (TERM) is unknown"),
        ("", "TERM is not set"), ("unknown", "The terminal type “unknown” (TERM) is unknown"),
    ])
    func refusesTheType(_ type: String, message: String) throws {
        let probe = try ProbeSession(type: type, columns: 200, waits: false)
        #expect(try probe.session.waitForExit() == .exited(70))
        #expect(probe.session.screenText.contains(message))
        #expect(probe.session.count(of: "\u{1B}") == 0)
        #expect(try probe.session.terminal.settings == EndingTests.untouched())
    }

    @Test(arguments: [
        ("0<&-", "input"), ("</dev/null", "input"), ("| cat", "output"), ("2>/dev/null >&2", nil),
    ])
    func refusesPipes(_ redirection: String, stream: String?) throws {
        let session = try TerminalSession(
            executable: "/bin/sh",
            arguments: ["-c", "\(BuiltPrograms.path("TerminalProbe")) \(redirection)"],
            columns: 200)
        _ = try session.waitForExit()
        #expect(session.count(of: "\u{1B}") == 0)
        if let stream { #expect(session.screenText.contains("Standard \(stream) is not a terminal")) }
    }
}
