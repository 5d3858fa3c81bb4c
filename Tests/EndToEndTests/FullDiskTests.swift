import Foundation
import TestSupport
import Testing

/// The program while its files cannot grow: the limit on the size of files (`ulimit -f`) is lowered and raised while it runs.
@Suite(.ownThread) struct FullDiskTests {
    /// A server whose agent says what the test writes, and a home with an account there.
    private struct Conversation {
        let home: TestHome
        private let elsewhere: TestHome
        private let server: ServeProcess
        private let agent: FileHandle

        init() throws {
            (home, elsewhere) = (try TestHome(), try TestHome())
            let pipe = elsewhere.path + "/words"
            try #require(mkfifo(pipe, 0o600) == 0)
            agent = try #require(FileHandle(forUpdatingAtPath: pipe))
            try elsewhere.write(
                """
                [agents.slow]
                kind = "command"
                command = 'while read -r line; do [ "$line" = end ] && exit; echo "$line"; done < \(pipe)'
                shell = true
                """, to: ".config/parley/server.toml")
            server = try elsewhere.serve()
            try home.write(server.key + "\n", to: ".config/parley/work.key", mode: 0o600)
            try home.write(
                """
                [accounts.work]
                service = "lyzr"
                url = "\(server.address)"
                key-file = "work.key"
                agents = [ { id = "\(server.agentHex)", name = "Slow" } ]
                """, to: ".config/parley/config.toml")
        }

        func say(_ line: String) throws { try agent.write(contentsOf: Data((line + "\n").utf8)) }
    }

    /// - Parameter size: the most bytes of a file; nil for no limit.
    private func limitFiles(of process: pid_t, to size: Int?) throws {
        let limit = "--fsize=\(size.map(String.init) ?? "unlimited"):"
        let outcome = try Command("/usr/bin/prlimit", ["--pid", String(process), limit]).run()
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private func opened(_ conversation: Conversation) throws -> TerminalSession {
        let session = try conversation.home.open()
        try session.waitFor(text: "Message to Slow")
        session.type("Go" + Keys.enter)
        try conversation.say("The first line.")
        try session.waitFor(text: "The first line.")
        return session
    }

    @Test func aReplyIsShownAndStoredWhenThereIsRoomAgain() throws {
        let conversation = try Conversation()
        let session = try opened(conversation)
        try limitFiles(of: session.process, to: 0)
        try conversation.say("The second line.")
        try session.waitFor(text: "The second line.")
        try session.waitFor(text: "Not stored yet")
        try conversation.say("The third line.")
        try conversation.say("end")
        try session.waitFor(text: "The third line.")
        session.type(Keys.control("q"))
        try session.waitFor(text: "Quit again to discard it")
        try limitFiles(of: session.process, to: nil)
        session.type("x")
        try session.waitFor("everything to be stored") { !$0.text.contains("tored") }
        session.type(Keys.control("q"))
        #expect(try session.waitForExit() == .exited(0))
        let shown = try conversation.home.run(["show", "Go"]).output
        #expect(shown.contains("The first line.\nThe second line.\nThe third line.\n"))
        #expect(!shown.contains("partial"))
    }

    @Test func quittingSaysThatSomethingIsLost() throws {
        let conversation = try Conversation()
        let session = try opened(conversation)
        try limitFiles(of: session.process, to: 0)
        try conversation.say("The second line.")
        try session.waitFor(text: "Not stored yet")
        session.type(Keys.control("q"))
        try session.waitFor(text: "Quit again to discard it")
        session.type(Keys.control("q"))
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.screenText.contains("Not everything could be stored: the disk reports an error"))
        let shown = try conversation.home.run(["show", "Go"]).output
        #expect(shown.contains("The first line."))
    }

    @Test func aCommandPrintsTheReplyAndFails() throws {
        let conversation = try Conversation()
        let session = try conversation.home.open(["send", "Go"])
        try conversation.say("The first line.")
        try session.waitFor(text: "The first line.")
        try limitFiles(of: session.process, to: 0)
        try conversation.say("The second line.")
        try conversation.say("end")
        #expect(try session.waitForExit() == .exited(1))
        #expect(session.screenText.contains("The second line."))
        #expect(session.screenText.contains("could not be stored: the disk reports an error"))
    }
}
