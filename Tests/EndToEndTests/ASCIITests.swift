import Foundation
import TestSupport
import Testing

/// A locale of ASCII (`LC_ALL=C`): nothing else reaches the terminal, and nothing is lost.
@Suite(.ownThread) struct ASCIITests {
    private static let locale = ["LC_ALL": "C"]

    @Test func theScreenIsASCII() throws {
        let home = try TestHome()
        let session = try home.open(environment: Self.locale)
        try session.waitFor(text: "Message to Guide")
        session.type(Keys.alt("n"))
        try session.waitFor(text: "Demo")
        session.type("demo" + Keys.enter)
        try session.waitFor(text: "A new task with Demo.")
        // Lists, code, a table; then steps, cards and suggestions.
        session.type("Show me markdown — “déjà vu” 日本" + Keys.enter)
        try session.waitFor(text: "Show me markdown - \"deja vu\" ????")
        try session.waitFor(text: "That was the whole of it.")
        session.type("Show me everything" + Keys.enter)
        try session.waitFor(text: "What do you want to see next?")
        // Dialogs, the menu above the input, help.
        session.type(Keys.control("s"))
        try session.waitFor(text: "Go to task")
        session.type(Keys.escape)
        try session.waitFor("the dialog to close") { !$0.text.contains("Go to task") }
        session.type("/th")
        try session.waitFor(text: "/theme NAME")
        session.type(Keys.control("u"))
        try session.waitFor("the menu to close") { !$0.text.contains("/theme NAME") }
        session.type("\u{1B}OP")
        try session.waitFor(text: "Help: type to find an action")
        session.type("theme")
        try session.waitFor(text: "Choose a theme")
        session.type(Keys.escape)
        try session.waitFor("the help to close") { !$0.text.contains("Help: type") }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.output.allSatisfy { $0 < 0x80 })
    }

    @Test func commandsPrintASCIIAndLoseNothing() throws {
        let home = try TestHome()
        let message = "What is “déjà vu” — 日本?"
        func run(_ arguments: [String], input: String = "") throws -> String {
            let run = try home.run(arguments, input: input, environment: Self.locale)
            #expect((run.output + run.errors).utf8.allSatisfy { $0 < 0x80 }, "\(arguments)")
            return run.output + run.errors
        }
        _ = try run(["send", message])
        #expect(try run(["tasks"]).contains("What is \"deja vu\" -- ??"))
        let id = try #require(try run(["tasks"]).split(separator: "\t").first.map(String.init))
        #expect(try run(["show", id]).contains("What is \"deja vu\" -- ??"))
        #expect(try run(["show", "nosuch …"]).contains("nosuch ..."))
        _ = try run(["doctor"])
        _ = try run(["--help"])
        _ = try run(["keys"])
        _ = try run(["themes"])
        _ = try run(["config"])
        _ = try run(["frobnicate"])
        let plain = try run(["--plain"], input: "/switcher\n1\n/bottom\n")
        #expect(plain.contains("Task \"What is \"deja vu\" -- ???\""))

        // Documents keep what was written.
        let json = try run(["show", id, "--json"])
        #expect(json.contains("\\u201cd\\u00e9j\\u00e0 vu\\u201d"))
        struct Shown: Decodable {
            struct Message: Decodable { var text: String }
            var messages: [Message]
        }
        let shown = try JSONDecoder().decode(Shown.self, from: Data(json.utf8))
        #expect(shown.messages.first?.text == message)
        let export = try home.run(["export", id], environment: Self.locale)
        #expect(export.output.contains(message))
    }

    /// Where nothing is said about the locale, as in a container, UTF-8 is shown.
    @Test func withoutALocaleNothingIsReplaced() throws {
        let home = try TestHome()
        _ = try home.run(["send", "Déjà vu…"])
        #expect(try home.run(["tasks"]).output.contains("Déjà vu…"))
        #expect(try home.run(["tasks"], environment: ["LANG": "C.UTF-8"]).output.contains("Déjà vu…"))
        #expect(try home.run(["tasks"], environment: ["LANG": "C"]).output.contains("Deja vu..."))
    }
}
