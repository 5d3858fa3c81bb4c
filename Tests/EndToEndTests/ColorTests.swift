import Foundation
import TestSupport
import Testing

/// The colours of a theme, as the terminal gets them.
@Suite(.ownThread) struct ColorTests {
    /// The ground of the theme `linen`, and what stands for it.
    private static let paper = VTermScreen.Color.rgb(red: 0xF8, green: 0xF2, blue: 0xE4)

    @Test(
        arguments: [
            (["COLORTERM": "truecolor"], "auto", paper), ([:], "auto", .indexed(255)),
            (["COLORTERM": "truecolor"], "256", .indexed(255)), ([:], "truecolor", paper),
            (["COLORTERM": "truecolor"], "16", .indexed(15)), (["TERM": "xterm"], "256", .indexed(255)),
            (["COLORTERM": "truecolor"], "none", .terminal),
            (["COLORTERM": "truecolor", "NO_COLOR": "1"], "auto", .terminal),
            (["NO_COLOR": "1"], "truecolor", .terminal),
        ] as [([String: String], String, VTermScreen.Color)])
    func aThemeHasTheColoursThereAre(
        environment: [String: String], colors: String, ground: VTermScreen.Color
    ) throws {
        let home = try TestHome()
        try home.write(
            "theme = \"linen\"\ncolors = \"\(colors)\"\n", to: ".config/parley/config.toml")
        let session = try home.open(environment: environment)
        try session.waitFor(text: "Message to Guide")
        #expect(session.screen.cell(row: 5, column: 60).background == ground)
        session.type("/theme dark\r")
        try session.waitFor("the other theme") {
            $0.cell(row: 5, column: 60).background != ground || ground == .terminal
        }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    /// With exact colours keys work as without, nothing is drawn while nothing happens, and an editor gets the environment as it was.
    @Test func exactColoursChangeNothingElse() throws {
        let home = try TestHome()
        try home.write("theme = \"fjord\"\n", to: ".config/parley/config.toml")
        try home.write("#!/bin/sh\nenv > env\n", to: "editor", mode: 0o755)
        let session = try home.open(environment: [
            "COLORTERM": "truecolor", "EDITOR": home.path + "/editor",
        ])
        try session.waitFor(text: "Message to Guide")
        session.type("\u{18}\u{05}")
        try session.waitFor("the editor", outside: { (try? home.read("env"))?.contains("TERM=") == true })
        #expect(try !home.read("env").contains("TERMINFO"))
        session.type("\u{1B}OP")
        try session.waitFor(text: "Help: type to find")
        session.type(Keys.escape)
        try session.waitFor("no help") { !$0.text.contains("Help: type to find") }
        #expect(IdleProbe.observe(session) == .silence)
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.count(of: "\u{1B}[39;49m") > 0)
    }
}
