import Foundation
import TestSupport
import Testing

/// The account of the built-in server is always there, beside the accounts of the config.
@Suite(.ownThread) struct LocalAccountTests {
    /// Adds an account at a server that keeps its conversations elsewhere.
    private static func configure(_ home: TestHome, at server: ServeProcess, local: String = "") throws {
        try home.write(
            """
            \(local)
            [accounts.work]
            service = "lyzr"
            url = "\(server.address)"
            key-env = "WORK_KEY"
            agents = [ { id = "\(server.agentHex)", name = "Support" } ]
            """, to: ".config/parley/config.toml")
    }

    @Test func anotherAccountTakesNothingAway() throws {
        let home = try TestHome()
        let server = try TestHome().serve()
        let environment = ["WORK_KEY": server.key]
        #expect(try home.run(["send", "What is a task?"]).status == 0)
        try Self.configure(home, at: server)

        // The default is the account of the config, and the task from before goes on.
        #expect(try home.run(["send", "Hello there"], environment: environment).status == 0)
        let continued = try home.run(["send", "--task", "What is a task?", "What is an agent?"])
        #expect(continued.status == 0, "\(continued.errors)")
        #expect(try home.run(["tasks"]).output.contains("\twork\tHello there"))
        #expect(try home.run(["send", "--account", "nosuch", "x"]).errors.contains("work, local."))

        let session = try home.open(environment: environment)
        try session.waitFor(text: "local · Guide")
        session.type(Keys.alt("n"))
        try session.waitFor("agents of both accounts") {
            $0.text.contains("Support") && $0.text.contains("local")
        }
        session.type(Keys.enter)
        try session.waitFor(text: "A new task with Guide.")
        session.type("What is a turn?" + Keys.enter)
        try session.waitFor("an answer of the guide") { $0.text.contains("one message of yours") }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func itCanBeHidden() throws {
        let home = try TestHome()
        let server = try TestHome().serve()
        #expect(try home.run(["send", "What is a task?"]).status == 0)
        try Self.configure(home, at: server, local: "local = false")
        let continued = try home.run(["send", "--task", "What is a task?", "more"])
        #expect(continued.status == 78)
        #expect(continued.errors.contains("which the config does not have"))
        let config = try home.run(["config", "--json"], environment: ["WORK_KEY": server.key])
        #expect(config.output.contains("\"local\" : false"))
    }

    @Test func withoutAnyAccountItSaysWhatToDo() throws {
        let home = try TestHome()
        try home.write("local = false\n", to: ".config/parley/config.toml")
        let session = try home.open()
        session.type("hello" + Keys.enter)
        try session.waitFor(text: "There is no agent to talk to.")
        #expect(session.screen.text.contains("> hello"))
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }
}
