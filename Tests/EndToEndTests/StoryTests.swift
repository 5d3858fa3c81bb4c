import Foundation
import TestSupport
import Testing

/// The main job as a person does it, in a real terminal: from a first start without an account to finding everything again.
@Suite(.ownThread) struct StoryTests {
    @Test func aFirstConversation() throws {
        let home = try TestHome()
        var session = try home.open()
        try session.waitFor(text: "Message to Guide")
        #expect(session.screen.isAlternateScreen)

        // A question, and the answer streams in.
        session.type("How do I change the theme?" + Keys.enter)
        try session.waitFor("the reply to begin") { $0.reply(of: "Guide") != nil }
        try session.waitFor("the end of the reply") { !$0.isStreaming && $0.text.contains("theme") }

        // A second task in the background.
        session.type(Keys.alt("n"))
        try session.waitFor(text: "Demo")
        session.type(Keys.enter)
        try session.waitFor(text: "A new task with Guide.")
        session.type(Keys.alt("m"))
        try session.waitFor(text: "bg> ")
        session.type("Which keys are there?" + Keys.enter)
        try session.waitFor(text: "running in the background")

        // A third task meanwhile, until the second one reports its answer.
        session.type(Keys.alt("n"))
        try session.waitFor(text: "Demo")
        session.type(Keys.enter)
        try session.waitFor(text: "A new task with Guide.")
        session.type("What can you do?" + Keys.enter)
        try session.waitFor("the answer in the background") {
            $0.text.contains("New reply in “Which keys are there?”")
        }

        // A key opens it.
        session.type(Keys.f2)
        try session.waitFor("the background task, from the start of its answer") {
            $0.row(0).contains("┬ Which keys are there?") && $0.text.contains("─── new ───")
        }

        session.type("a draft that stays")
        try session.waitFor(text: "a draft that stays")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(!session.screen.isAlternateScreen)
        #expect(session.terminal.settings.isCooked)

        // After a restart everything is where it was.
        session = try home.open()
        for title in ["How do I change the theme?", "Which keys are there?", "What can you do?"] {
            try session.waitFor("the task “\(title)”") { $0.text.contains(String(title.prefix(12))) }
        }
        let list = try home.run(["tasks"])
        #expect(list.status == 0)
        #expect(list.output.contains("Which keys are there?"))
        session.type(Keys.control("s") + "which" + Keys.enter)
        try session.waitFor("the task with its answer and its draft") {
            $0.row(0).contains("┬ Which keys are there?") && $0.text.contains("bg> a draft that stays")
        }

        // Up recalls the last message, also after a restart.
        session.type(Keys.control("u") + Keys.up)
        try session.waitFor("the last message") { $0.text.contains("bg> What can you do?") }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func whatHadArrivedSurvivesAKill() throws {
        let home = try TestHome()
        var session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type("Show me a demo of markdown" + Keys.enter)
        try session.waitFor("some of the reply") { ($0.reply(of: "Guide")?.count ?? 0) > 3 && $0.isStreaming }
        let seen = session.screen.reply(of: "Guide") ?? []
        session.signal(SIGKILL)
        #expect(try session.waitForExit() == .signalled(SIGKILL))

        session = try home.open()
        try session.waitFor(text: "the reply broke off here")
        let kept = session.screen.reply(of: "Guide") ?? []
        #expect(kept.starts(with: seen.dropLast()))
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func aStoppedReplyKeepsWhatArrived() throws {
        let home = try TestHome()
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type("Show me a demo of markdown" + Keys.enter)
        try session.waitFor("some of the reply") { ($0.reply(of: "Guide")?.count ?? 0) > 2 && $0.isStreaming }
        session.type(Keys.escape)
        try session.waitFor(text: "stopped")
        #expect(session.screen.reply(of: "Guide") != nil)
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func theDraftSurvivesATermination() throws {
        let home = try TestHome()
        var session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type("half a thought")
        try session.waitFor(text: "half a thought")
        session.signal(SIGTERM)
        _ = try session.waitForExit()
        #expect(!session.screen.isAlternateScreen)
        #expect(session.terminal.settings.isCooked)

        session = try home.open()
        try session.waitFor(text: "half a thought")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func anIdleProgramWritesNothingAndWakesUpForNothing() throws {
        let home = try TestHome()
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        try session.waitFor("the title") { $0.title?.contains("Parley") ?? false }
        session.type("x")
        try session.waitFor(text: "> x")
        session.type(Keys.control("u"))
        try session.waitFor("the empty input") { $0.text.contains("Message to Guide") }
        #expect(IdleProbe.observe(session) == .silence)
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }
}

extension VTermScreen {
    /// The rows of the last message of `name` on the screen, from below its name; nil before there is one.
    func reply(of name: String) -> [String]? {
        let lines = (0..<rows).map { index -> String in
            let row = self.row(index)
            return row.firstIndex(of: "│").map { String(row[row.index(after: $0)...]) } ?? row
        }
        guard let start = lines.lastIndex(where: { $0.hasPrefix(" \(name)  ") }) else { return nil }
        let body = lines[(start + 1)...].prefix { $0.hasPrefix("   ") || $0.allSatisfy { $0 == " " } }
        let text = body.filter { !$0.allSatisfy { $0 == " " } && $0 != "   …" }.map {
            String($0.drop { $0 == " " })
        }
        return text.isEmpty ? nil : text
    }

    /// Whether the last reply is still arriving.
    var isStreaming: Bool {
        (0..<rows).contains { row($0).contains("│   …") || row($0).contains("│   sending…") }
    }
}
