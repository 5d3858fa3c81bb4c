import Foundation
import TestSupport
import Testing

/// Where the keys are, as a terminal shows it.
@Suite(.ownThread) struct PaneTests {
    private static let terminals = [
        ["TERM": "xterm-256color"], ["TERM": "vt100"], ["TERM": "xterm-256color", "NO_COLOR": "1"],
    ]

    /// The title of the focused pane is marked and differs from the other, in every theme and also without colours.
    @Test(arguments: terminals, ["auto", "dark", "linen", "mono"])
    func theFocusedPaneIsSeen(environment: [String: String], theme: String) throws {
        let home = try TestHome()
        try home.write("theme = \"\(theme)\"\n", to: ".config/parley/config.toml")
        let session = try home.open(environment: environment)
        try session.waitFor(text: "Message to Guide")
        let list = look(of: session, column: 2)
        session.type("\t")
        try session.waitFor(text: "CONVERSATION")
        #expect(look(of: session, column: 2) == list)
        session.type("\t")
        try session.waitFor(text: "▸Tasks")
        try session.waitFor(text: "Esc back")
        #expect(look(of: session, column: 2) != list)
        session.type("zebra")
        try session.waitFor(text: "> zebra")
        #expect(look(of: session, column: 2) == list)
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func aNarrowWindowHasAListToo() throws {
        let session = try TestHome().open(columns: 45, rows: 20)
        try session.waitFor(text: "Message to Guide")
        session.type("hello" + Keys.enter)
        try session.waitFor("the task’s title") { $0.row(0).hasPrefix(" hello") }
        for key in ["\u{1B}[19~", "\u{1B}[17~"] {  // F8, F6
            session.type(key)
            try session.waitFor("the list") { $0.row(0).hasPrefix("▸Tasks") && $0.row(1).contains("hello") }
            session.type(key)
            try session.waitFor("the conversation") { $0.row(0).hasPrefix(" hello") }
        }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    /// How the first row looks at a column, apart from its character.
    private func look(of session: TerminalSession, column: Int) -> [String] {
        let cell = session.screen.cell(row: 0, column: column)
        return ["\(cell.foreground)", "\(cell.background)", "\(cell.bold)", "\(cell.reverse)"]
    }
}
