import Foundation
import TestSupport
import Testing

/// However the program ends, the terminal is restored.
@Suite(.ownThread) struct EndingTests {
    /// The settings of a new terminal.
    static func untouched() throws -> TerminalSettings {
        try PseudoTerminal(columns: 80, rows: 24).settings
    }

    private func expectRestored(_ probe: ProbeSession) throws {
        let screen = probe.screen
        #expect(!screen.isAlternateScreen)
        #expect(screen.isCursorVisible)
        #expect(!screen.isBracketedPasteOn)
        #expect(!screen.isFocusReportOn)
        #expect(!screen.isMouseOn)
        #expect(probe.keyboardModes == 0)
        #expect(try probe.session.terminal.settings == Self.untouched())
    }

    @Test func takesTheTerminalOver() throws {
        let probe = try ProbeSession()
        #expect(probe.screen.isAlternateScreen)
        #expect(probe.screen.isBracketedPasteOn)
        #expect(probe.screen.isFocusReportOn)
        #expect(probe.keyboardModes == 1)
        #expect(!probe.session.terminal.settings.isCooked)
    }

    @Test func canBeReopened() throws {
        let probe = try ProbeSession()
        try probe.perform("put 2 0 #FF0000 - 0 kept")
        try probe.perform("reopen")
        #expect(probe.screen.isAlternateScreen)
        #expect(probe.screen.row(2) == "kept")
        #expect(probe.keyboardModes == 1)
        probe.do("quit")
        #expect(try probe.session.waitForExit() == .exited(0))
        try expectRestored(probe)
    }

    @Test("An answer that arrives as the program ends does not reach the shell")
    func readsALateAnswer() throws {
        let session = try TerminalSession(
            executable: "/bin/sh",
            arguments: ["-c", "\(BuiltPrograms.path("TerminalProbe")); read -r line; echo \"<$line>\""])
        session.send(Array("\u{1B}[200~do quit\u{1B}[201~".utf8))
        try session.waitFor("the question") { _ in session.count(of: "\u{1B}]11;?") > 0 }
        session.type("\u{1B}]11;rgb:0/0/0\u{7}")
        try session.waitFor(text: "goodbye")
        session.type("typed\r")
        try session.waitFor(text: "<typed>")
    }

    @Test(arguments: [
        ("quit", PseudoTerminal.ExitStatus.exited(0), "goodbye"),
        ("throw", .exited(1), "thrown: Failure()"),
        ("exit", .exited(7), ""),
        ("segv", .signalled(SIGSEGV), ""),
        ("abort", .signalled(SIGABRT), ""),
        ("fatal", .signalled(SIGILL), "Fatal error: the probe gives up"),
        ("thread", .signalled(SIGILL), "Fatal error: a thread gives up"),
        ("overflow", .signalled(SIGSEGV), ""),
    ])
    func restores(after command: String, ending: PseudoTerminal.ExitStatus, text: String) throws {
        let probe = try ProbeSession()
        try probe.perform("put 3 5 #FF0000 4 1 painted")
        probe.do(command)
        #expect(try probe.session.waitForExit() == ending)
        try expectRestored(probe)
        #expect(text.isEmpty || probe.printedAfterwards.contains(text))
        #expect(!probe.session.screenText.contains("painted"))
    }

    /// The handler runs on a stack of its own, which each thread gets when it is created: a sanitizer creates the threads itself.
    @Test(.disabled(if: BuiltPrograms.areSanitized), arguments: ["thread-overflow", "task-overflow"])
    func restoresAfterAnOverflowElsewhere(command: String) throws {
        try restores(after: command, ending: .signalled(SIGSEGV), text: "")
    }

    @Test("Standard error is printed after the end, not into the screen")
    func capturesErrors() throws {
        let probe = try ProbeSession()
        try probe.perform("say the first error")
        try probe.perform("say the second error")
        #expect(!probe.session.screenText.contains("error"))
        probe.do("quit")
        #expect(try probe.session.waitForExit() == .exited(0))
        #expect(probe.printedAfterwards.contains("the first error\r\nthe second error\r\n"))
    }

    @Test func capturesErrorsUntilACrash() throws {
        let probe = try ProbeSession()
        try probe.perform("say the first error")
        probe.do("fatal")
        _ = try probe.session.waitForExit()
        let printed = probe.printedAfterwards
        #expect(printed.contains("the first error\r\n"))
        #expect(printed.contains("the probe gives up"))
    }

    @Test func leavesErrorsInAFileAlone() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "errors-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let probe = try ProbeSession(errors: file)
        try probe.perform("say the first error")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "the first error\n")
    }

    @Test("A program in the background that is asked to end does so and leaves the shell's settings alone")
    func endsInTheBackground() throws {
        let session = try TerminalSession(
            executable: "/bin/bash", arguments: ["--norc", "--noprofile", "-i"], environment: ["PS1": "$ "])
        try session.waitFor(text: "$")
        session.type("\(BuiltPrograms.path("TerminalProbe"))\r")
        try session.waitFor("the probe") { $0.row(23).contains("ready") }
        kill(session.terminal.foregroundGroup, SIGSTOP)
        try session.waitFor(text: "Stopped")
        session.type("kill %1\r")
        try session.waitFor("the end") { !$0.isAlternateScreen && $0.text.contains("ended 15") }
        session.type("wait; echo the sh''ell\r")
        try session.waitFor(text: "the shell")
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGIO])
    func reportsTerminationSignals(_ signal: Int32) throws {
        let probe = try ProbeSession()
        probe.session.signal(signal)
        #expect(try probe.session.waitForExit() == .exited(0))
        try expectRestored(probe)
        #expect(probe.session.screenText.contains("ended \(signal)"))
    }
}
