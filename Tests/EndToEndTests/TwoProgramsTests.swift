import Foundation
import TestSupport
import Testing

/// Two Parleys on the same tasks. The terminal never reports that it has the focus, as in tmux and on consoles.
@Suite(.ownThread) struct TwoProgramsTests {
    @Test func whatACommandDoesIsSeenInAnOpenInterface() throws {
        let home = try TestHome()
        let session = try home.open()
        try session.waitFor(text: "Message to Guide")
        let sent = try home.run(["send", "--background", "Which keys are there?"])
        #expect(sent.status == 0)
        try session.waitFor("the announcement") { $0.text.contains("New reply in “Which keys are there?”") }

        #expect(try home.run(["send", "What can you do?"]).status == 0)
        try session.waitFor("the second task in the list") { $0.text.contains("What can you do?") }
        #expect(IdleProbe.observe(session) == .silence, "it watches without waking up")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func whatAKilledOneLeavesIsPolledByTheOther() throws {
        let home = try TestHome()
        let release = home.path + "/release"
        try home.write(
            """
            [agents.slow]
            kind = "command"
            command = "while ! [ -e \(release) ]; do sleep 0.05; done; echo it is finished"
            shell = true
            """, to: ".config/parley/server.toml")
        let server = try home.serve()
        try home.useAccount(on: server)
        let dying = try home.open()
        try dying.waitFor(text: "Message to Slow")
        let other = try home.open()
        try other.waitFor(text: "Message to Slow")
        dying.type("/bg a long job" + Keys.enter)
        try dying.waitFor(text: "running in the background")
        dying.type("and then" + Keys.enter)
        try dying.waitFor(text: "queued")
        try other.waitFor("the task of the other") { $0.text.contains("a long job") }
        dying.signal(SIGKILL)
        #expect(try dying.waitForExit() == .signalled(SIGKILL))
        try home.write("", to: "release")
        try other.waitFor("both answers") { $0.text.components(separatedBy: "it is finished").count == 3 }
        other.type(Keys.quit)
        #expect(try other.waitForExit() == .exited(0))
        withExtendedLifetime(server) {}
    }

    @Test func aJobWhoseAcknowledgementWasLostIsFollowedToItsEnd() throws {
        let home = try TestHome()
        let (started, release) = (home.path + "/started", home.path + "/release")
        try home.write(
            """
            [agents.slow]
            kind = "command"
            command = "touch \(started); while ! [ -e \(release) ]; do sleep 0.05; done; echo it is finished"
            shell = true
            """, to: ".config/parley/server.toml")
        let server = try home.serve()
        let proxy = try HoldingProxy(to: server.port)
        try home.useAccount(on: server, address: "http://127.0.0.1:\(proxy.port)")
        let dying = try home.open()
        try dying.waitFor(text: "Message to Slow")
        proxy.holdAnswers(true)
        dying.type("/bg a long job" + Keys.enter)
        try dying.waitFor(text: "sending…")
        try dying.waitFor("the agent's start", outside: { FileManager.default.fileExists(atPath: started) })
        dying.signal(SIGKILL)
        #expect(try dying.waitForExit() == .signalled(SIGKILL))
        proxy.holdAnswers(false)

        let next = try home.open()
        try next.waitFor(text: "running in the background")
        try home.write("", to: "release")
        try next.waitFor(text: "it is finished")
        next.type(Keys.quit)
        #expect(try next.waitForExit() == .exited(0))
        let tasks = try home.run(["tasks", "--json"])
        #expect(tasks.output.components(separatedBy: "\"id\"").count == 2, "one task: \(tasks.output)")
        withExtendedLifetime((server, proxy)) {}
    }

    @Test func aFirstMessageThatFailsLeavesOneTask() throws {
        let home = try TestHome()
        try home.write(
            """
            [agents.broken]
            kind = "command"
            command = "exit 7"
            shell = true
            """, to: ".config/parley/server.toml")
        let session = try home.open()
        try session.waitFor(text: "Message to broken")
        session.type("hello" + Keys.enter)
        try session.waitFor(text: "✗ hello")
        session.type("/refresh" + Keys.enter)
        // The notice goes with the answer, which may be there at once.
        try session.waitFor("the question for tasks") { _ in session.count(of: "Loading") > 0 }
        try session.waitFor("the end of the notice, which is void when they have come") {
            !$0.text.contains("Loading the tasks…")
        }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(try home.run(["tasks", "--json"]).output.components(separatedBy: "\"id\"").count == 2)
    }

    @Test func anAgentThatIsNotThereLeavesNoTask() throws {
        let home = try TestHome()
        let sent = try home.run(["send", "--agent", "nobody", "hello"])
        #expect(sent.status == 1)
        #expect(sent.errors.contains("nobody"))
        #expect(try home.run(["tasks", "--all", "--json"]).output.filter { !$0.isWhitespace } == "[]")
    }
}

extension TestHome {
    /// Writes a config with one account, on a server.
    /// - Parameter address: that of the server, or of what stands before it.
    func useAccount(on server: ServeProcess, address: String? = nil) throws {
        try write(server.key + "\n", to: ".config/parley/key", mode: 0o600)
        try write(
            """
            # It would show the conversations of the same server once more.
            local = false

            [accounts.work]
            service = "lyzr"
            url = "\(address ?? server.address)"
            key-file = "key"
            agents = [ { id = "\(server.agentHex)", name = "Slow" } ]
            """, to: ".config/parley/config.toml")
    }
}
