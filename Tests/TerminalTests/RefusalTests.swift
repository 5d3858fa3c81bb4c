import Foundation
import TestSupport
import Testing

/// What cannot show an interface is told so, and left alone.
@Suite(.runsPrograms) struct RefusalTests {
    @Test(arguments: [
        ("dumb", "cannot place its cursor"), ("no-such-terminal", "No terminal of type “no-such-terminal”"),
        ("", "TERM is not set"), ("unknown", "No terminal of type “unknown”"),
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
        if let stream { #expect(session.screenText.contains("standard \(stream) is not one")) }
    }
}
