import TestSupport
import Testing

/// The mouse in the real program: the terminal's until it is switched on, and again afterwards.
@Suite(.ownThread) struct MouseTests {
    private static let on = "\u{1B}[?1002h\u{1B}[?1006h"
    private static let off = "\u{1B}[?1006l\u{1B}[?1002l"

    @Test func itIsOffUntilItIsWantedAndGivenBackAtTheEnd() throws {
        let home = try TestHome()
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        #expect(session.count(of: Self.on) == 0)
        #expect(session.count(of: "\u{1B}[?1007l") == 1, "a wheel types nothing")
        session.type(Keys.control("x") + "p")
        try session.waitFor(text: "The mouse is on")
        try session.waitFor("the mouse") { _ in session.count(of: Self.on) == 1 }

        session.type("What can you do?" + Keys.enter)
        try session.waitFor(text: "I cannot")
        session.type("\u{1B}n")
        try session.waitFor(text: "New task with")
        // Outside of the dialog nothing is chosen; inside, the first agent.
        session.type("\u{1B}[<0;1;1M\u{1B}[<0;1;1m" + Keys.enter)
        try session.waitFor(text: "New task")
        session.type("\u{1B}[<0;5;3M\u{1B}[<0;5;3m")
        try session.waitFor(text: "I cannot")

        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.count(of: Self.off) >= 1)
        #expect(session.count(of: "\u{1B}[?1007r") == 1)
    }

    @Test func theConfigSwitchesItOnWhileTheProgramRuns() throws {
        let home = try TestHome()
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        try home.write("mouse = true\n", to: ".config/parley/config.toml")
        try session.waitFor("the mouse") { _ in session.count(of: Self.on) == 1 }
        try home.write("mouse = false\n", to: ".config/parley/config.toml")
        try session.waitFor("the mouse's end") { _ in session.count(of: Self.off) == 1 }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }
}
