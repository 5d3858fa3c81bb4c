import Foundation
import TestSupport
import Testing

/// A first account without a file being edited, from the first start to an answer.
struct SetupTests {
    private static let down = "\u{1B}[B"

    @Test func anAccountIsAddedTriedSavedAndTalkedTo() throws {
        let home = try TestHome()
        let server = try ServeProcess(in: home)
        let key = server.key
        try home.write("# my config\ntheme = \"dusk\"  # evenings\n", to: ".config/parley/config.toml")

        // The server of its own needs a data folder of its own: this one is taken.
        let elsewhere = ["XDG_DATA_HOME": home.home + "/elsewhere"]
        var session = try home.open(environment: elsewhere)
        try session.waitFor(text: "adds an account.")
        session.type("/account" + Keys.enter)
        try session.waitFor(text: "Which service do you have an account with?")
        session.type(Keys.enter)
        try session.waitFor(text: "This is the default")
        session.type(Keys.control("u") + server.address + Keys.enter)
        try session.waitFor(text: "Where does the key come from?")
        session.type(Self.down + Self.down + Keys.enter)
        try session.waitFor(text: "Paste the key.")
        session.type(key)
        try session.waitFor(text: String(repeating: "•", count: key.count))
        session.type(Keys.enter)
        try session.waitFor(text: "Who are you there?")
        session.type(Keys.enter)
        try session.waitFor(text: "Which agent?")
        session.type(server.agentHex + " Manual" + Keys.enter)
        try session.waitFor("what trying it shows") { $0.text.contains("✓") && !$0.text.contains("Trying") }
        #expect(!session.screen.text.contains("✗"))
        #expect(!session.screen.text.contains(key))
        session.type(Keys.control("u") + "mine" + Keys.enter)
        try session.waitFor(text: "Added the account “mine”.")
        session.type("What can you do?" + Keys.enter)
        try session.waitFor("an answer") { $0.reply(of: "Manual") != nil && !$0.isStreaming }
        session.type(Keys.control("q"))
        #expect(try session.waitForExit() == .exited(0))

        let config = try String(
            contentsOfFile: home.home + "/.config/parley/config.toml", encoding: .utf8)
        #expect(
            config.hasPrefix(
                "# my config\ntheme = \"dusk\"  # evenings\n\n[accounts.mine]\nservice = \"lyzr\"\n"))
        #expect(!config.contains(key))
        let keyFile = home.home + "/.config/parley/mine.key"
        #expect(try String(contentsOfFile: keyFile, encoding: .utf8) == key + "\n")
        let mode = try FileManager.default.attributesOfItem(atPath: keyFile)[.posixPermissions] as? Int
        #expect(mode == 0o600)

        // It is there after a restart as well.
        session = try home.open(environment: elsewhere)
        try session.waitFor("the task") {
            $0.text.contains("What can you do?") && $0.text.contains("mine · Manual")
        }
        session.type(Keys.control("q"))
        #expect(try session.waitForExit() == .exited(0))
        #expect(server.stop() == 0)
    }
}
