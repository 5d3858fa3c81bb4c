import Foundation
import TestSupport
import Testing

/// Whatever ends the program, the terminal is left as it was found.
@Suite struct EndingTests {
    /// The terminal before a program has touched it.
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

    @Test func takesWhatItGivesBack() throws {
        let probe = try ProbeSession()
        #expect(probe.screen.isAlternateScreen)
        #expect(probe.screen.isBracketedPasteOn)
        #expect(probe.screen.isFocusReportOn)
        #expect(probe.keyboardModes == 1)
        #expect(!probe.session.terminal.settings.isCooked)
    }

    @Test(arguments: [
        ("quit", PseudoTerminal.Ending.exited(0), "goodbye"),
        ("throw", .exited(1), "thrown: Failure()"),
        ("exit", .exited(7), ""),
        ("segv", .signalled(SIGSEGV), ""),
        ("abort", .signalled(SIGABRT), ""),
        ("fatal", .signalled(SIGILL), "Fatal error: the probe gives up"),
        ("thread", .signalled(SIGILL), "Fatal error: a thread gives up"),
        ("overflow", .signalled(SIGSEGV), ""),
    ])
    func restores(after command: String, ending: PseudoTerminal.Ending, text: String) throws {
        let probe = try ProbeSession()
        try probe.perform("put 3 5 #FF0000 4 1 painted")
        probe.do(command)
        #expect(try probe.session.waitForExit() == ending)
        try expectRestored(probe)
        let printed = probe.session.screenText.replacingOccurrences(of: "\n", with: "")
        #expect(text.isEmpty || printed.contains(text))
        #expect(!probe.session.screenText.contains("painted"))
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
    func tellsOfSignalsThatEndIt(_ signal: Int32) throws {
        let probe = try ProbeSession()
        probe.session.signal(signal)
        #expect(try probe.session.waitForExit() == .exited(0))
        try expectRestored(probe)
        #expect(probe.session.screenText.contains("ended \(signal)"))
    }
}
