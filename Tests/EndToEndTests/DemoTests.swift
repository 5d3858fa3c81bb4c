import Foundation
import TestSupport
import Testing

/// `parley demo`: every service at once, separate from the user's own tasks.
@Suite(.ownThread) struct DemoTests {
    private static let questions = [
        "What can you do?", "Which keys are there?", "How do I change the theme?",
        "Show me a demo of markdown",
    ]

    @Test func everyServiceAnswersAndNothingIsMixed() throws {
        let home = try TestHome()
        try home.write("theme = \"dusk\"\n", to: ".config/parley/config.toml")
        var session = try home.open(["demo"], columns: 120)
        try session.waitFor("an answer of each service") { screen in
            Self.questions.allSatisfy { question in
                (0..<screen.rows).contains {
                    screen.row($0).hasPrefix(" ● \(question.prefix(15))")
                }
            }
        }
        session.type("/account" + Keys.enter)
        try session.waitFor(text: "Accounts cannot be added in the demo.")
        session.type(Keys.control("q"))
        #expect(try session.waitForExit() == .exited(0))

        let data = try FileManager.default.contentsOfDirectory(
            atPath: home.path + "/.local/share/parley")
        #expect(data == ["demo"])
        #expect(try home.run(["tasks"]).output == "")

        // The second start continues with the same tasks and does not ask again.
        session = try home.open(["demo"], columns: 120)
        try session.waitFor("the tasks") { screen in
            Self.questions.allSatisfy { screen.text.contains($0.prefix(15)) }
        }
        let rows = (0..<session.screen.rows).filter { session.screen.row($0).contains("What can you") }
        #expect(rows.count <= 2, "the list and the title of the conversation")
        session.type(Keys.control("q"))
        #expect(try session.waitForExit() == .exited(0))
    }
}
