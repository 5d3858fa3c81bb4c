import Foundation
import TestSupport
import Testing

/// Plain mode, in a terminal that shows lines alone and in a pipe.
@Suite(.ownThread) struct PlainTests {
    private func open(_ home: TestHome, _ arguments: [String] = ["--plain"]) throws -> TerminalSession {
        let session = try home.open(arguments, environment: ["TERM": "dumb"])
        try session.waitFor(prompt: "You: ")
        return session
    }

    /// The story of the interface on a screen, told in lines.
    @Test func aFirstConversation() throws {
        let home = try TestHome()
        var session = try open(home, [])
        try session.waitFor(
            output: "This terminal (TERM=dumb) shows lines alone, so Parley is in plain mode.")
        try session.waitFor(output: "A new task with Guide (local).")

        // A question, and the answer streams in.
        session.type("How do I change the theme?\r")
        try session.waitFor(output: "\nGuide:\n")
        try session.waitFor(output: "Guide has finished.")
        try session.waitFor(prompt: "You: ")

        // A second task in the background.
        session.type("/new-task\r")
        try session.waitFor(prompt: "Choice: ")
        session.type("1\r")
        try session.waitFor(prompt: "You: ")
        session.type("/toggle-background\r")
        try session.waitFor(prompt: "You, in the background: ")
        session.type("Which keys are there?\r")
        try session.waitFor(output: "Running in the background…")

        // A third task meanwhile, until the second one reports its answer.
        session.type("/new-task Guide\r")
        try session.waitFor(prompt: "You: ")
        session.type("What can you do?\r")
        try session.waitFor(output: "New reply in “Which keys are there?” (/next-attention goes there)")
        try session.waitFor(prompt: "You: ")

        session.type("/next-attention\r")
        try session.waitFor(output: "Task “Which keys are there?” with Guide (local).")
        try session.waitFor(prompt: "You, in the background: ")

        // What has been typed and not sent is there again after a signal.
        session.type("a draft that stays")
        try session.waitFor(output: "a draft that stays")
        session.signal(SIGTERM)
        #expect(try session.waitForExit() == .exited(128 + SIGTERM))
        #expect(session.terminal.settings.isCooked)
        #expect(session.hasOnlyLines)

        session = try home.open(["--plain"], environment: ["TERM": "dumb"])
        try session.waitFor(output: "Parley in plain mode.")
        try session.waitFor(output: "\nYou")
        session.type("/task Which keys\r")
        try session.waitFor(output: "Draft:\na draft that stays\n")
        session.type("/switcher\r")
        try session.waitFor(prompt: "Choice: ")
        for title in ["How do I change the theme?", "Which keys are there?", "What can you do?"] {
            try session.waitFor(output: ". \(title), ")
        }
        session.type("theme\r")
        try session.waitFor(output: "“theme”\n1. How do I change the theme?")
        try session.waitFor(prompt: "Choice: ")
        session.type("1\r")
        try session.waitFor(output: "Task “How do I change the theme?” with Guide (local).")
        try session.waitFor(output: "How do I change the theme?\n\nGuide, ")
        session.type("/quit\r")
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.hasOnlyLines)
        #expect(try home.run(["tasks"]).output.contains("Which keys are there?"))
    }

    @Test func interruptsStopTheReplyAndThenQuit() throws {
        let home = try TestHome()
        let session = try open(home)
        session.type("Show me a demo of markdown\r")
        try session.waitFor(output: "\nGuide:\n")
        session.type(Keys.control("c"))
        try session.waitFor(output: "Stopped; /retry sends it again")
        try session.waitFor(prompt: "You: ")
        session.type(Keys.control("c"))
        try session.waitFor(output: "Press Ctrl-C again to quit.")
        session.type(Keys.control("c"))
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.hasOnlyLines)
    }

    @Test func theEndOfTheInputQuits() throws {
        let home = try TestHome()
        let session = try open(home)
        session.type(Keys.control("d"))
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func whatHadArrivedSurvivesAKill() throws {
        let home = try TestHome()
        var session = try open(home)
        session.type("Show me a demo of markdown\r")
        try session.waitFor(output: "\nGuide:\n")
        session.signal(SIGKILL)
        #expect(try session.waitForExit() == .signalled(SIGKILL))
        session = try open(home)
        try session.waitFor(output: "The reply broke off here")
        session.type("/quit\r")
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func linesThatArePastedAreSentTogether() throws {
        let home = try TestHome()
        let session = try open(home)
        session.type("What can\nyou do?\n")
        try session.waitFor(output: "Draft:\nWhat can\nyou do?\n")
        try session.waitFor(prompt: "You: ")
        session.type("\r")
        try session.waitFor(output: "Guide has finished.")
        session.type("/quit\r")
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func stopsAndContinues() throws {
        let home = try TestHome()
        let session = try TerminalSession(
            executable: "/bin/bash", arguments: ["--norc", "--noprofile", "-i"],
            environment: home.environment.merging(["PS1": "$ ", "TERM": "dumb"]) { _, new in new })
        try session.waitFor(prompt: "$ ")
        session.type(BuiltPrograms.path("parley") + " --plain\r")
        try session.waitFor(prompt: "You: ")
        session.type(Keys.control("z"))
        try session.waitFor(output: "Stopped")
        try session.waitFor(prompt: "$ ")
        session.type("fg\r")
        try session.waitFor(prompt: "You: ")
        session.type("/suspend\r")
        try session.waitFor(prompt: "$ ")
        session.type("fg\r")
        try session.waitFor(prompt: "You: ")
        session.type("/quit\r")
        try session.waitFor(prompt: "$ ")
        session.type("exit\r")
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func anIdleProgramWritesNothingAndWakesUpForNothing() throws {
        let home = try TestHome()
        let session = try open(home)
        session.type("What can you do?\r")
        try session.waitFor(output: "Guide has finished.")
        try session.waitFor(prompt: "You: ")
        #expect(IdleProbe.observe(session) == .silence)
        session.type("/quit\r")
        #expect(try session.waitForExit() == .exited(0))
    }

    // MARK: Pipes

    @Test func aPipeIsReadLineByLine() throws {
        let home = try TestHome()
        let run = try home.run(
            ["--plain"], input: "What can you do?\n/rename First\n/new-task Guide\nWhich keys\\\nare there?")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("You:\nWhat can you do?\n\nGuide:\n"))
        #expect(run.output.contains("You:\nWhich keys\nare there?\n\nGuide:\n"))
        #expect(run.output.matches(of: /Guide has finished\./).count == 2)
        #expect(!run.output.utf8.contains(0x1B))
        let tasks = try home.run(["tasks"])
        #expect(tasks.output.contains("First"))
    }

    @Test func theStatusSaysThatATurnHasFailed() throws {
        let home = try TestHome()
        try home.write(
            "[agents.broken]\nkind = \"command\"\ncommand = [\"false\"]\n", to: ".config/parley/server.toml")
        let run = try home.run(["--plain"], input: "Hello\n")
        #expect(run.status == 1)
        #expect(run.output.contains("Failed: "))
        #expect(try home.run(["--plain"], input: "/nosuch\n").status == 1)
    }

    @Test func brokenAccountsKeepAMessageFromAnotherOne() throws {
        let home = try TestHome()
        try home.write("[accounts.work]\nservice = \"nothing\"\n", to: ".config/parley/config.toml")
        let run = try home.run(["--plain"], input: "Hello\n")
        #expect(run.status == 78)
        #expect(run.output == "")
        #expect(run.errors.contains("config.toml has accounts that cannot be used"))
    }

    @Test func anAccountIsAddedStepByStep() throws {
        let home = try TestHome()
        let session = try open(home)
        session.type("/account\r")
        try session.waitFor(
            output: "Add an account: service\nWhich service do you have an account with?\n1. ")
        try session.waitFor(prompt: "Choice: ")
        session.type("1\r")
        try session.waitFor(prompt: "Answer: ")
        session.type("\r")
        try session.waitFor(output: "Add an account: where the key comes from")
        try session.waitFor(prompt: "Choice: ")
        session.type("3\r")
        try session.waitFor(output: "Paste the key. It is not shown")
        try session.waitFor(prompt: "Answer: ")
        session.type("sk-very-secret\r")
        try session.waitFor(output: "Add an account: user")
        #expect(session.count(of: "sk-very-secret") == 0)
        session.type(Keys.control("c"))
        try session.waitFor(output: "An empty line takes what was pasted.")
        session.type("/quit\r")
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.terminal.settings.isCooked)
    }
}

extension TerminalSession {
    /// What the program wrote, with the line ends that it wrote.
    private var lines: String { String(decoding: output, as: UTF8.self).replacing("\r\n", with: "\n") }

    func waitFor(output text: String) throws {
        try waitFor("“\(text)”") { _ in lines.contains(text) }
    }

    /// Waits until the program asks for a line.
    func waitFor(prompt: String) throws {
        try waitFor("the prompt “\(prompt)”") { _ in lines.hasSuffix("\n" + prompt) || lines == prompt }
    }

    /// Whether nothing but text and line ends was written.
    var hasOnlyLines: Bool {
        // The terminal shows Ctrl-C as two characters.
        String(decoding: output, as: UTF8.self).unicodeScalars.allSatisfy {
            $0 == "\n" || $0 == "\r" || $0 == "\t" || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
        }
    }
}
