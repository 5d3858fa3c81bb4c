import RichText
import SessionCore
import Testing

@testable import ChatUI

/// What was said once is said again.
@Suite struct AgainTests {
    private func scenario(forks: Bool = false) -> Scenario {
        let capabilities: Capabilities =
            forks ? [.streams, .background, .history, .forks] : [.streams, .background, .history]
        var scenario = Scenario(
            columns: 120,
            accounts: [AccountEntry(name: "local", agents: [Scenario.guide], capabilities: capabilities)],
            tasks: [Scenario.task("a", "First", serviceID: "s")])
        scenario.load([
            scenario.message(.user, "one"), scenario.message(.agent, "first\n\nreply"),
            scenario.message(.user, "two"), scenario.message(.agent, "second"),
        ])
        scenario.intents = []
        return scenario
    }

    private func sent(_ scenario: Scenario) -> [String] {
        scenario.intents.compactMap {
            if case .send(_, let text, _, let keeps) = $0 { "\(text) \(keeps)" } else { nil }
        }
    }

    @Test func theLastMessageIsAskedAgainAndTheDraftStays() {
        var scenario = scenario()
        scenario.type("a draft")
        scenario.press("ctrl-x r")
        #expect(sent(scenario) == ["two true"])
        #expect(scenario.model.composer.editor.text == "a draft")
    }

    @Test func theMessageOfTheSelectedReplyIsAskedAgain() {
        var scenario = scenario()
        scenario.press("alt-up", "alt-up", "alt-up")
        scenario.press("R")
        #expect(sent(scenario) == ["one true"])
    }

    @Test func aReplyThatArrivesIsNotAskedForTwice() {
        var scenario = scenario()
        scenario.receive(.task(Scenario.task("a", "First", state: .running, serviceID: "s")))
        scenario.press("ctrl-x r")
        #expect(sent(scenario).isEmpty)
        #expect(scenario.model.notice?.text == "A reply is still arriving in this task. Stop it first.")
    }

    @Test func anEditedMessageIsANewOneWhereTheServiceCannotFork() {
        var scenario = scenario()
        scenario.type("a draft")
        scenario.press("ctrl-x e")
        #expect(scenario.model.composer.editor.text == "two")
        #expect(scenario.model.notice?.text.contains("a new message at the end") == true)
        scenario.type("!")
        scenario.press("enter")
        #expect(sent(scenario) == ["two! false"])
        // The draft is not lost.
        scenario.press("up", "up")
        #expect(scenario.model.composer.editor.text == "a draft")
    }

    @Test func anEditedMessageGoesIntoAForkThatEndsBeforeIt() {
        var scenario = scenario(forks: true)
        scenario.press("ctrl-x e")
        #expect(scenario.model.notice?.text.contains("a fork of this task") == true)
        scenario.type("!")
        scenario.press("enter")
        #expect(sent(scenario).isEmpty)
        let fork = scenario.intents.compactMap { intent -> ChatTask.ID? in
            guard case .fork(_, upTo: 2, let fork) = intent else { return nil }
            return fork
        }
        guard let fork = fork.first else {
            Issue.record("no fork was asked for: \(scenario.intents)")
            return
        }
        #expect(scenario.model.composer.editor.text == "two!", "it stays until the fork is there")
        scenario.receive(.task(Scenario.task(fork.rawValue, "First", serviceID: "f")))
        #expect(scenario.model.tasks.focused == fork)
        #expect(sent(scenario) == ["two! false"])
        #expect(scenario.model.composer.isEmpty)
        scenario.press("alt-`")
        #expect(scenario.model.composer.isEmpty)
    }

    @Test func whoEmptiesTheInputWritesSomethingElse() {
        var scenario = scenario(forks: true)
        scenario.press("ctrl-x e", "ctrl-u")
        scenario.type("new")
        scenario.press("enter")
        #expect(sent(scenario) == ["new false"])
    }

    @Test func aMessageIsQuoted() {
        var scenario = scenario()
        scenario.type("See:")
        scenario.press("alt-up", "alt-up", "alt-up", ">")
        #expect(scenario.model.composer.editor.text == "See:\n> first\n>\n> reply\n\n")
        #expect(scenario.model.pane == .input)
    }
}
