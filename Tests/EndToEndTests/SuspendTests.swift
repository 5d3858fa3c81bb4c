import Foundation
import TestSupport
import Testing

/// Ctrl-Z and back, with the interface in a shell with job control.
@Suite(.ownThread) struct SuspendTests {
    /// A shell with the interface in the foreground.
    private func shell() throws -> (TestHome, TerminalSession) {
        let home = try TestHome()
        let session = try TerminalSession(
            executable: "/bin/bash", arguments: ["--norc", "--noprofile", "-i"],
            environment: home.environment.merging(["PS1": "$ "]) { _, new in new }, columns: 100, rows: 30)
        try session.waitFor(text: "$")
        session.type(BuiltPrograms.path("parley") + "\r")
        try session.waitFor(text: "Message to Guide")
        return (home, session)
    }

    /// The state of a process as the system tells it: `T` when it is stopped.
    private func state(of process: pid_t) throws -> String {
        let line = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return line.split(separator: ") ").last.map { String($0.prefix(1)) } ?? ""
    }

    @Test(arguments: ["\u{1A}", "/suspend\r"])
    func stopsAndContinues(by keys: String) throws {
        let (home, session) = try shell()
        defer { withExtendedLifetime(home) {} }
        let parley = session.terminal.foregroundGroup
        // A command is typed into an empty input.
        let draft = keys.count == 1 ? "half a thought" : ""
        session.type(draft)
        if !draft.isEmpty { try session.waitFor(text: draft) }
        session.type(keys)
        try session.waitFor("the shell") { !$0.isAlternateScreen && $0.text.contains("Stopped") }
        #expect(try state(of: parley) == "T")

        session.type("echo for the sh''ell\r")
        try session.waitFor(text: "for the shell")
        session.type("fg\r")
        try session.waitFor("the interface again") {
            $0.isAlternateScreen && $0.text.contains(draft.isEmpty ? "Message to Guide" : "> \(draft)")
        }
        #expect(!session.screenText.contains("for the shell"))
        session.type(" more")
        try session.waitFor(text: "\(draft) more")
        session.type(Keys.control("u") + Keys.control("q"))
        try session.waitFor("the shell") { !$0.isAlternateScreen }
        session.type("echo status $?\r")
        try session.waitFor(text: "status 0")
    }

    @Test func aStopFromOutsideWorksToo() throws {
        let (home, session) = try shell()
        defer { withExtendedLifetime(home) {} }
        let parley = session.terminal.foregroundGroup
        kill(parley, SIGTSTP)
        try session.waitFor("the shell") { !$0.isAlternateScreen && $0.text.contains("Stopped") }
        #expect(try state(of: parley) == "T")
        session.type("fg\r")
        try session.waitFor("the interface again") { $0.text.contains("Message to Guide") }
        session.type(Keys.control("q"))
        try session.waitFor("the shell") { !$0.isAlternateScreen }
    }
}
