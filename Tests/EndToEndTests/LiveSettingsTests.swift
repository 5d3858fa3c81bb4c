import Foundation
import TestSupport
import Testing

/// Settings count as soon as their files are saved, and a mistake in one changes nothing.
@Suite(.ownThread) struct LiveSettingsTests {
    private static let config = ".config/parley/config.toml"
    private static let server = ".config/parley/server.toml"

    private static func counter(named name: String) -> String {
        """
        [agents.count]
        kind = "command"
        command = ["wc", "-w"]
        name = "\(name)"
        """
    }

    @Test func agentsOfTheServerAreOfferedAndMistakesAreSaid() throws {
        let home = try TestHome()
        let session = try home.open(columns: 120)
        try session.waitFor(text: "Message to Guide")
        session.type(Keys.alt("n"))
        try session.waitFor(text: "Demo")
        try home.write(Self.counter(named: "Counter"), to: Self.server)
        try session.waitFor(text: "Counter")
        // A mistake is said with its line, and the agents stay.
        try home.write("prot = 1\n" + Self.counter(named: "Adder"), to: Self.server)
        try session.waitFor(text: "server.toml:1: Unknown key \"prot\".")
        #expect(!session.screen.text.contains("Adder"))
        try home.write(Self.counter(named: "Adder"), to: Self.server)
        try session.waitFor(text: "Adder")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func accountsKeysAndThemesAreUsedAtOnce() throws {
        let home = try TestHome()
        let server = try TestHome().serve()
        let session = try home.open(columns: 120, environment: ["WORK_KEY": server.key])
        try session.waitFor(text: "Message to Guide")
        let account = """
            [accounts.work]
            service = "lyzr"
            url = "\(server.address)"
            key-env = "WORK_KEY"
            agents = [ { id = "\(server.agentHex)", name = "Support" } ]
            """
        try home.write("theme = \"mine\"\n" + account, to: Self.config)
        try session.waitFor(text: "There is no theme \"mine\".")
        try home.write("variant = \"dark\"\n", to: ".config/parley/themes/mine.toml")
        try session.waitFor(text: "The settings are right again.")
        try home.write("keyword = \"x\"\n", to: ".config/parley/languages/mine.toml")
        try session.waitFor(text: "languages/mine.toml:1: Unknown key \"keyword\".")
        try home.write("keywords = \"x\"\n", to: ".config/parley/languages/mine.toml")
        try session.waitFor(text: "The settings are right again.")
        session.type(Keys.alt("n"))
        try session.waitFor(text: "Support")
        session.type("support" + Keys.enter)
        try session.waitFor(text: "Message to Support")
        session.type("What can you do?" + Keys.enter)
        try session.waitFor("an answer") { $0.reply(of: "Support") != nil && !$0.isStreaming }

        try home.write("[keys]\n\"ctrl-t\" = \"quitt\"\n", to: ".config/parley/keys.toml")
        try session.waitFor(text: "keys.toml:2:")
        try home.write("[keys]\n\"ctrl-t\" = \"quit\"\n", to: ".config/parley/keys.toml")
        try session.waitFor(text: "The settings are right again.")
        session.type(Keys.control("t"))
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func aServerOffersTheAgentsOfItsFile() throws {
        let home = try TestHome()
        try home.write(Self.counter(named: "Counter"), to: Self.server)
        let server = try home.serve()
        try home.write(
            """
            [accounts.work]
            service = "lyzr"
            url = "\(server.address)/v3"
            key-env = "WORK_KEY"
            """, to: Self.config)
        let environment = ["WORK_KEY": server.key]
        #expect(
            try home.run(["send", "--agent", "counter", "one two"], environment: environment).output == "2\n")
        try home.write(Self.counter(named: "Adder"), to: Self.server)
        var answer = ""
        for _ in 0..<200 where answer != "3\n" {
            answer = try home.run(["send", "--agent", "adder", "one two three"], environment: environment)
                .output
        }
        #expect(answer == "3\n")
        #expect(server.stop() == 0)
    }
}
