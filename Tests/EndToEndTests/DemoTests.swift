import Foundation
import TestSupport
import Testing

/// `parley demo`: every service at once, separate from the user's own tasks; and its agent, which shows each kind of turn.
@Suite(.ownThread) struct DemoTests {
    /// The tasks of a first start with their marks in the list.
    private static let tasks = [
        "● Show me everyt", "? Ask me somethi", "… Do a job of 60", "● Which cards ar", "● Use your tools",
    ]

    @Test func everyServiceShowsWhatItCanAndNothingIsMixed() throws {
        let home = try TestHome()
        try home.write("theme = \"dusk\"\n", to: ".config/parley/config.toml")
        var session = try home.open(["demo"], columns: 120)
        try session.waitFor("every kind of turn") { screen in
            Self.tasks.allSatisfy { task in
                (0..<screen.rows).contains { screen.row($0).hasPrefix(" \(task)") }
            }
        }
        session.type("/account" + Keys.enter)
        try session.waitFor(text: "Accounts cannot be added in the demo.")

        // The task that waits gets its answer.
        session.type(Keys.control("s") + "ask me" + Keys.enter)
        try session.waitFor("the question with its answers") { screen in
            ["Which colour do you like best?", "• red", "• green", "• blue"].allSatisfy(screen.text.contains)
        }
        session.type("purple" + Keys.enter)
        try session.waitFor(text: "“purple” it is.")

        // The cards of the service that has cards.
        session.type(Keys.control("s") + "which cards" + Keys.enter)
        try session.waitFor("the cards") { $0.text.contains("Ridge Runner") && !$0.text.contains("• Ridge") }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))

        let data = try FileManager.default.contentsOfDirectory(
            atPath: home.path + "/.local/share/parley")
        #expect(data == ["demo"])
        #expect(try home.run(["tasks"]).output == "")

        // The second start continues with the same tasks and does not ask again.
        session = try home.open(["demo"], columns: 120)
        try session.waitFor("the tasks") { screen in
            Self.tasks.allSatisfy { screen.text.contains($0.dropFirst(2)) }
        }
        let rows = (0..<session.screen.rows).filter { session.screen.row($0).contains("Which cards") }
        #expect(rows.count <= 2, "the list and the title of the conversation")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func theDemoIsOfferedBesideTheGuide() throws {
        let home = try TestHome()
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type(Keys.alt("n"))
        try session.waitFor(text: "Demo")
        session.type("demo" + Keys.enter)
        try session.waitFor(text: "Message to Demo")
        session.type("show me everything" + Keys.enter)
        try session.waitFor("the question at the end") {
            $0.text.contains("What do you want to see next?") && $0.text.contains("• job 20")
        }
        session.type("fail" + Keys.enter)
        try session.waitFor(text: "The demo was asked to fail.")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))

        // A failure is one for the command line as well, and what was written before it is kept.
        let failed = try home.run(["send", "--agent", "demo", "fail"])
        #expect(failed.status == 1)
        #expect(failed.output.contains("I begin"))
        #expect(failed.errors.contains("The demo was asked to fail."))
    }
}
