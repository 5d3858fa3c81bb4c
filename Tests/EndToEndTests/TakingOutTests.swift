import Foundation
import TestSupport
import Testing

/// Messages, tasks and links leave the real program: as files, and to a browser.
@Suite(.ownThread) struct TakingOutTests {
    private func answered(_ home: TestHome, environment: [String: String] = [:]) throws -> TerminalSession {
        try home.write(
            """
            [agents.links]
            kind = "command"
            command = '''printf 'See [this](https://example.org/a?b=1&c=2) and\\n\\n```sh\\necho done\\n```\\n' '''
            shell = true
            """, to: ".config/parley/server.toml")
        let session = try home.open(environment: environment)
        try session.waitFor(text: "Message to links")
        session.type("What is there?" + Keys.enter)
        try session.waitFor(text: "echo done")
        return session
    }

    @Test func codeAndTasksBecomeFilesAndNoFileIsOverwritten() throws {
        let home = try TestHome()
        let session = try answered(home)
        try home.write("precious", to: "mine.sh")
        session.type(Keys.control("x") + "w")
        try session.waitFor(text: "as shown")
        session.type("echo" + Keys.enter)
        try session.waitFor(text: "echo-done.sh")
        session.type(Keys.control("u") + "~/mine.sh" + Keys.enter)
        try session.waitFor(text: "exists already")
        #expect(try home.read("mine.sh") == "precious")

        session.type(Keys.control("x") + "w")
        try session.waitFor(text: "as shown")
        session.type("echo" + Keys.enter)
        try session.waitFor(text: "echo-done.sh")
        session.type(Keys.control("u") + "~/other.sh" + Keys.enter)
        try session.waitFor(text: "Wrote ~/other.sh.")
        #expect(try home.read("other.sh") == "echo done\n")

        for (name, holds) in [("task.md", "## You, "), ("task.json", "\"messages\"")] {
            session.type("/export ~/\(name)" + Keys.enter)
            try session.waitFor(text: "Wrote ~/\(name).")
            let text = try home.read(name)
            #expect(text.contains(holds) && text.contains("What is there?"))
            #expect(try home.mode(name) == 0o600)
        }
        let exported = try home.run(["export", "What is there?"])
        #expect(exported.output == (try home.read("task.md")))
        session.type("/export ~/task.pdf" + Keys.enter)
        try session.waitFor(text: "names no form to export to")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func aLinkIsGivenToTheBrowserOfThePerson() throws {
        let home = try TestHome()
        try home.write(
            "#!/bin/sh\nprintf '%s' \"$1\" > \"\(home.path)/opened\"\n", to: "browser", mode: 0o755)
        let session = try answered(home, environment: ["BROWSER": home.path + "/browser"])
        session.type("\u{1B}o")
        try session.waitFor(text: "Links")
        session.type(Keys.enter)
        try session.waitFor(text: "Open in the browser")
        #expect(session.screenText.contains("example.org"))
        session.type(Keys.enter)
        try session.waitFor(
            "the browser", outside: { (try? home.read("opened")) == "https://example.org/a?b=1&c=2" })
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func withoutABrowserThatIsSaid() throws {
        let home = try TestHome()
        let session = try answered(home, environment: ["PATH": home.path])
        session.type("\u{1B}o")
        try session.waitFor(text: "Links")
        session.type(Keys.enter)
        try session.waitFor(text: "Open in the browser")
        session.type(Keys.enter)
        try session.waitFor(text: "No browser was found.")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }
}
