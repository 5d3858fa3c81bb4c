import Foundation
import TestSupport
import Testing

/// A first account, added without editing a file, from the first start to a reply.
@Suite(.ownThread) struct SetupTests {
    @Test func anAccountIsAddedTestedSavedAndUsed() throws {
        let home = try TestHome()
        let server = try home.serve()
        let key = server.key
        try home.write("# my config\ntheme = \"dusk\"  # evenings\n", to: ".config/parley/config.toml")

        // The server inside the interface needs a data folder of its own: the other server uses this one.
        let elsewhere = ["XDG_DATA_HOME": home.path + "/elsewhere"]
        var session = try home.open(environment: elsewhere)
        try session.waitFor(text: "adds an account.")
        session.type("/account" + Keys.enter)
        try session.waitFor(text: "Which service do you have an account with?")
        session.type(Keys.enter)
        try session.waitFor(text: "This is the default")
        session.type(Keys.control("u") + server.address + Keys.enter)
        try session.waitFor(text: "Where does the key come from?")
        session.type(Keys.down + Keys.down + Keys.enter)
        try session.waitFor(text: "Paste the key.")
        session.type(key)
        try session.waitFor(text: String(repeating: "•", count: key.count))
        session.type(Keys.enter)
        try session.waitFor(text: "Who are you there?")
        session.type(Keys.enter)
        try session.waitFor(text: "Which agent?")
        session.type(server.agentHex + " Manual" + Keys.enter)
        try session.waitFor("the result of the test") { $0.text.contains("✓") && !$0.text.contains("Trying") }
        #expect(!session.screen.text.contains("✗"))
        #expect(!session.screen.text.contains(key))
        session.type(Keys.control("u") + "mine" + Keys.enter)
        try session.waitFor(text: "Added the account “mine”.")
        session.type("What can you do?" + Keys.enter)
        try session.waitFor("an answer") { $0.reply(of: "Manual") != nil && !$0.isStreaming }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))

        let config = try home.read(".config/parley/config.toml")
        #expect(
            config.hasPrefix(
                "# my config\ntheme = \"dusk\"  # evenings\n\n[accounts.mine]\nservice = \"lyzr\"\n"))
        #expect(!config.contains(key))
        #expect(try home.read(".config/parley/mine.key") == key + "\n")
        #expect(try home.mode(".config/parley/mine.key") == 0o600)

        // It is still there after a restart.
        session = try home.open(environment: elsewhere)
        try session.waitFor("the task") {
            $0.text.contains("What can you do?") && $0.text.contains("mine · Manual")
        }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(server.stop() == 0)
    }

    /// A variable that an account names while Parley runs holds a key from then on.
    @Test func theVariableOfANewAccountIsHiddenFromProgramsAtOnce() throws {
        let (home, elsewhere) = (try TestHome(), try TestHome())
        let server = try elsewhere.serve()
        try home.write(
            """
            [agents.echo]
            kind = "command"
            command = "cat; echo \\"<$LYZR_API_KEY|$MARK>\\""
            shell = true
            """, to: ".config/parley/server.toml")
        try home.write(
            "#!/bin/sh\necho \"<$LYZR_API_KEY|$MARK>\" > \"$1\"\n", to: "editor", mode: 0o700)
        let session = try home.open(environment: [
            "LYZR_API_KEY": server.key, "MARK": "seen", "EDITOR": home.path + "/editor",
        ])
        try session.waitFor(text: "Message to echo")
        session.type("first" + Keys.enter)
        // Before, it is a variable like any other.
        try session.waitFor(text: "<\(server.key)|seen>")
        session.type(Keys.control("x") + "a")
        try session.waitFor(text: "Which service do you have an account with?")
        session.type(Keys.enter)
        try session.waitFor(text: "This is the default")
        session.type(Keys.control("u") + server.address + Keys.enter)
        try session.waitFor(text: "Where does the key come from?")
        session.type(Keys.enter)
        try session.waitFor(text: "LYZR_API_KEY")
        session.type(Keys.enter)
        try session.waitFor(text: "Who are you there?")
        session.type(Keys.enter)
        try session.waitFor(text: "Which agent?")
        session.type(server.agentHex + " Manual" + Keys.enter)
        try session.waitFor("the result of the test") { $0.text.contains("✓") && !$0.text.contains("Trying") }
        session.type(Keys.control("u") + "mine" + Keys.enter)
        try session.waitFor(text: "Message to Manual")
        session.type(Keys.control("x") + Keys.control("e"))
        try session.waitFor(text: "<|seen>")
        session.type(Keys.control("u") + Keys.control("s") + "first" + Keys.enter)
        try session.waitFor(text: "Message to echo")
        session.type("second" + Keys.enter)
        try session.waitFor("the answer") { $0.text.contains("second\n") && $0.text.contains("<|seen>") }
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }
}
