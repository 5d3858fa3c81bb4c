import Foundation
import TestSupport
import Testing

/// Replies that do not end, or are huge, in the built program.
@Suite(.ownThread) struct LongReplyTests {
    private func home(limit: Int) throws -> TestHome {
        let home = try TestHome()
        try home.write("reply-limit = \(limit)\n", to: ".config/parley/config.toml")
        try home.write(
            """
            [agents.endless]
            kind = "command"
            name = "Endless"
            command = ["yes", "a line of an *endless* reply"]

            [agents.huge]
            kind = "command"
            name = "Huge"
            command = "yes 'a line of a huge reply' | head -c 3000000; echo; echo THE END"
            shell = true
            """, to: ".config/parley/server.toml")
        return home
    }

    @Test func aReplyThatDoesNotEndIsCutOffAtTheLimit() throws {
        let sent = try home(limit: 1).run(["send", "--agent", "endless", "go"])
        #expect(sent.status == 1)
        #expect(sent.output.utf8.count == (1 << 20) + 1)
        #expect(sent.errors.contains("longer than 1 MB"))
        #expect(sent.errors.contains("reply-limit"))
    }

    @Test func theScreenSaysThatItWasCutOff() throws {
        let session = try home(limit: 1).open()
        try session.waitFor(text: "Message to")
        session.type("go" + Keys.enter)
        try session.waitFor(text: "cut off here")
        try quit(session)
    }

    /// While a reply without an end streams in, keys are shown, and Esc ends it.
    @Test func keysAndEscWorkWhileAReplyDoesNotEnd() throws {
        let session = try home(limit: 1024).open()
        try session.waitFor(text: "Message to")
        session.type("go" + Keys.enter)
        try session.waitFor(text: "a line of an endless reply")
        session.type("typed meanwhile")
        try session.waitFor(text: "> typed meanwhile")
        session.type(Keys.escape)
        try session.waitFor(text: "stopped")
        session.type(Keys.control("u"))
        try quit(session)
    }

    @Test func aHugeReplyIsReadToItsEndAndAfterARestart() throws {
        let home = try home(limit: 64)
        var session = try home.open()
        try session.waitFor(text: "Message to")
        session.type(Keys.alt("n"))
        try session.waitFor(text: "Huge")
        session.type("huge" + Keys.enter)
        session.type("go" + Keys.enter)
        try session.waitFor(text: "THE END")
        try quit(session)
        session = try home.open()
        // Whether its end counts as read depends on how soon the program was quit.
        try session.waitFor("the reply, at its beginning or its end") {
            $0.text.contains("a line of a huge reply") || $0.text.contains("THE END")
        }
        session.type("/bottom" + Keys.enter)
        try session.waitFor(text: "THE END")
        try quit(session)
    }

    private func quit(_ session: TerminalSession) throws {
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
    }
}
