import Foundation
import TestSupport
import Testing

/// Ctrl-Z and back, in a shell with job control.
@Suite(.ownThread) struct SuspendTests {
    /// A shell with the probe in the foreground.
    private static func shell() throws -> TerminalSession {
        let session = try TerminalSession(
            executable: "/bin/bash", arguments: ["--norc", "--noprofile", "-i"],
            environment: ["PS1": "$ ", "SWIFT_BACKTRACE": "enable=no"])
        try session.waitFor(text: "$")
        session.type("\(BuiltPrograms.path("TerminalProbe"))\r")
        try session.waitFor("the probe") { $0.isAlternateScreen && $0.row(23).contains("ready") }
        return session
    }

    private static func command(_ command: String) -> [UInt8] {
        Array("\u{1B}[200~do \(command)\u{1B}[201~".utf8)
    }

    private static func probe(of session: TerminalSession) -> pid_t { session.terminal.foregroundGroup }

    /// The shell's output is on its own screen.
    private static func expectShell(_ session: TerminalSession) throws {
        try session.waitFor("the shell") { !$0.isAlternateScreen && $0.text.contains("Stopped") }
        #expect(session.screen.isCursorVisible)
        #expect(session.count(of: "\u{1B}[>5u") == session.count(of: "\u{1B}[<u"))
        session.type("echo a sh''ell\r")
        try session.waitFor(text: "a shell")
    }

    private static func expectBack(_ session: TerminalSession) throws {
        session.type("fg\r")
        try session.waitFor("the probe again") {
            $0.isAlternateScreen && $0.row(23).contains("resumed") && $0.row(2).hasPrefix("kept")
        }
        #expect(session.screen.isBracketedPasteOn)
        #expect(!session.screen.text.contains("a shell"))
        session.type("k")
        try session.waitFor(text: "key k")
        session.send(command("quit"))
        try session.waitFor("the end") { !$0.isAlternateScreen && $0.text.contains("goodbye") }
    }

    @Test func suspendsItself() throws {
        let session = try Self.shell()
        session.send(Self.command("put 2 0 - - 0 kept"))
        session.send(Self.command("suspend"))
        try Self.expectShell(session)
        try Self.expectBack(session)
    }

    @Test func isStoppedBySIGTSTP() throws {
        let session = try Self.shell()
        session.send(Self.command("put 2 0 - - 0 kept"))
        try session.waitFor(text: "did put")
        kill(Self.probe(of: session), SIGTSTP)
        try Self.expectShell(session)
        try Self.expectBack(session)
    }

    @Test("After a stop that a program cannot notice, everything is drawn again")
    func isStoppedBySIGSTOP() throws {
        let session = try Self.shell()
        session.send(Self.command("put 2 0 - - 0 kept"))
        try session.waitFor(text: "did put")
        kill(Self.probe(of: session), SIGSTOP)
        try session.waitFor(text: "Stopped")
        session.type("echo a sh''ell\r")
        try session.waitFor(text: "a shell")
        try Self.expectBack(session)
    }

    @Test func doesNotStopWithoutAShellToContinueIt() throws {
        // The session's leader: its process group is orphaned.
        let probe = try ProbeSession()
        probe.do("put 2 0 - - 0 kept")
        probe.do("suspend")
        try probe.session.waitFor("the probe again") {
            $0.row(2) == "kept" && $0.row(23).hasSuffix("resumed")
        }
        #expect(probe.screen.isAlternateScreen)
    }

    @Test func lendsTheTerminal() throws {
        let probe = try ProbeSession()
        try probe.perform("put 2 0 - - 0 kept")
        probe.do("lend stty -a; read -r line; echo got $line; read -r line")
        try probe.session.waitFor("the other program") { !$0.isAlternateScreen && $0.text.contains("icanon") }
        #expect(probe.session.terminal.settings.isCooked)
        #expect(probe.screen.isCursorVisible)
        probe.session.type("typed\r")
        try probe.session.waitFor(text: "got typed")
        probe.session.resize(columns: 70, rows: 20)
        probe.session.type("\r")
        try probe.session.waitFor("the probe again") {
            $0.isAlternateScreen && $0.row(19).contains("resumed")
        }
        #expect(!probe.session.terminal.settings.isCooked)
        probe.session.type("k")
        try probe.waitFor("key k")
    }

    @Test("Ctrl-C in a program that was lent the terminal is for that program")
    func leavesInterruptsToTheBorrower() throws {
        let probe = try ProbeSession()
        probe.do("lend trap 'echo interrupted; read -r line; exit' INT; echo here; read -r line")
        try probe.session.waitFor(text: "here")
        probe.session.type("\u{3}")
        try probe.session.waitFor(text: "interrupted")
        probe.session.type("\r")
        try probe.session.waitFor("the probe again") {
            $0.isAlternateScreen && $0.row(23).contains("resumed")
        }
    }
}
