import Foundation
import SessionCore
import TestSupport
import Testing

@testable import parley

/// What `parley show` and `parley export` say of the end of a turn: what the conversation says of it too.
@Suite(.ownThread) struct OutcomeTests {
    private struct Shown: Decodable {
        struct Message: Decodable {
            struct Turn: Decodable {
                struct Failure: Decodable {
                    var kind: String
                    var message: String
                    var detail: String?
                }
                var mode: String
                var state: String
                var error: Failure?
            }
            var role: String
            var text: String
            var turn: Turn?
            var outcome: String?
        }
        var messages: [Message]
    }

    private func home() throws -> TestHome {
        let home = try TestHome()
        try home.write(
            """
            [agents.silent]
            kind = "command"
            command = ["true"]

            [agents.failing]
            kind = "command"
            command = "printf '```sh\\nhalf a program'; echo 'no *luck*' >&2; exit 3"
            shell = true

            [agents.slow]
            kind = "command"
            command = "echo begun; exec sleep 1000"
            shell = true
            """, to: ".config/parley/server.toml")
        return home
    }

    private func last(_ home: TestHome, _ task: String) throws -> Shown.Message {
        let output = try home.run(["show", "--json", "--offline", task]).output
        return try #require(JSONDecoder().decode(Shown.self, from: Data(output.utf8)).messages.last)
    }

    @Test func anEmptyReplyIsShownAsOne() throws {
        let home = try home()
        #expect(try home.run(["send", "--agent", "silent", "hi"]).status == 0)
        #expect(
            try home.run(["show", "--offline", "hi"]).output.hasSuffix(
                "\n[the agent answered without text]\n"))
        #expect(
            try home.run(["export", "--offline", "hi"]).output.hasSuffix(
                "Z\n\n> the agent answered without text\n"))
        let message = try last(home, "hi")
        #expect(message.role == "agent")
        #expect(message.text == "")
        #expect(message.outcome == "the agent answered without text")
        #expect(message.turn?.state == "done")
    }

    @Test func aFailedReplyIsShownWithItsReasonAndWhatHadArrived() throws {
        let home = try home()
        #expect(try home.run(["send", "--agent", "failing", "hi"]).status == 1)
        let shown = try home.run(["show", "--offline", "hi"]).output
        #expect(shown.contains("half a program\n\n[failed: "), "\(shown)")
        #expect(shown.contains("no *luck*"))
        // Neither the code that broke off nor the words of the program change the document below it.
        let document = try home.run(["export", "--offline", "hi"]).output
        #expect(document.contains("```sh\nhalf a program\n```\n\n> failed: "), "\(document)")
        #expect(document.contains("no \\*luck\\*"))
        let message = try last(home, "hi")
        #expect(message.outcome?.hasPrefix("failed: ") == true)
        #expect(message.turn?.state == "failed")
        #expect(message.turn?.error != nil)
    }

    @Test func aStoppedReplyIsShownAsOne() throws {
        let home = try home()
        let session = try home.open(["send", "--agent", "slow", "hi"])
        try session.waitFor(text: "begun")
        session.type(Keys.control("c"))
        #expect(try session.waitForExit() == .exited(130))
        #expect(try home.run(["show", "--offline", "hi"]).output.hasSuffix("begun\n\n[stopped]\n"))
        #expect(try home.run(["export", "--offline", "hi"]).output.hasSuffix("begun\n\n> stopped\n"))
        #expect(try last(home, "hi").outcome == "stopped")
    }

    /// The answers of a service, and what is said of them.
    private static let answers = [
        (
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nHalf of it",
            "truncated", "the reply broke off here"
        ),
        (
            "HTTP/1.1 500 Oops\r\ncontent-type: application/json\r\ncontent-length: 23\r\n\r\n{\"detail\":\"out of ink\"} ",
            "failed", "failed: "
        ),
    ]

    @Test(arguments: answers) func whatAServiceDidIsSaid(answer: String, state: String, words: String) throws
    {
        let port = try AnsweringPort(answer: answer)
        let home = try TestHome()
        try home.write(
            """
            [accounts.work]
            service = "lyzr"
            url = "http://127.0.0.1:\(port.port)"
            key-env = "KEY"
            agents = [ { id = "60d0fe4f5311236168a109ca", name = "Support" } ]
            """, to: ".config/parley/config.toml")
        let sent = try home.run(["send", "--json", "hi"], environment: ["KEY": "secret"])
        #expect(sent.status == 1)
        #expect(sent.output.contains("\"state\" : \"\(state)\""), "\(sent.output)")
        #expect(sent.output.contains("\"kind\"") == (state == "failed"), "\(sent.output)")
        let shown = try home.run(["show", "--offline", "hi"]).output
        #expect(shown.contains("\n[\(words)"), "\(shown)")
        #expect(try home.run(["export", "--offline", "hi"]).output.contains("\n> \(words)"))
        let message = try last(home, "hi")
        #expect(message.outcome?.hasPrefix(words) == true)
        #expect(message.turn?.state == state)
        if state == "failed" {
            #expect(shown.contains("out of ink"))
            #expect(message.role == "user", "there is no reply")
            #expect(message.turn?.error?.detail?.contains("out of ink") == true)
        }
        withExtendedLifetime(port) {}
    }

    // MARK: Where it is said

    private static func transcript(_ state: Turn.State, reply: String?, after: Turn.State? = nil)
        -> Transcript
    {
        let id = ChatTask.ID(rawValue: "a")
        let at = Date(timeIntervalSince1970: 1_770_000_000)
        var messages = [Message(id: 1, task: id, turn: 1, role: .user, text: "Hello", at: at)]
        if let reply { messages.append(Message(id: 2, task: id, turn: 1, role: .agent, text: reply, at: at)) }
        let failure = ServiceError(
            .rateLimited, "Too many.", detail: "HTTP 429", status: 429, retryAt: at)
        var turns = [
            Turn(
                id: 1, task: id, mode: .background, state: state, message: 1, reply: reply.map { _ in 2 },
                failure: state == .running || state == .failed ? failure : nil, startedAt: at)
        ]
        if let after {
            turns.append(Turn(id: 2, task: id, mode: .streamed, state: after, message: 3, startedAt: at))
        }
        let task = ChatTask(
            id: id, account: "work", agent: Agent(id: "g", name: "Guide"), title: "Hello", createdAt: at,
            updatedAt: at)
        return Transcript(task: task, messages: messages, turns: turns)
    }

    @Test func itIsSaidBelowTheReplyOrElseBelowTheMessage() {
        let replied = Self.transcript(.stopped, reply: "Hi")
        #expect(replied.messages.map { replied.notes(below: $0) } == [[], ["stopped"]])
        let silent = Self.transcript(.stopped, reply: nil)
        #expect(silent.messages.map { silent.notes(below: $0) } == [["stopped"]])
        let done = Self.transcript(.done, reply: "Hi")
        #expect(done.messages.allSatisfy { done.notes(below: $0).isEmpty })
    }

    @Test func aQuestionThatWasAnsweredWaitsForNothing() {
        let open = Self.transcript(.waiting, reply: "Which?")
        #expect(open.messages.map { open.notes(below: $0).count } == [0, 1])
        let answered = Self.transcript(.waiting, reply: "Which?", after: .done)
        #expect(answered.messages.allSatisfy { answered.notes(below: $0).isEmpty })
    }

    @Test func theTimeOfTheNextTryAndTheServicesWordsAreSaid() {
        for (state, time) in [(Turn.State.running, "next check at "), (.failed, "possible again at ")] {
            let transcript = Self.transcript(state, reply: nil)
            let notes = transcript.notes(below: transcript.messages[0])
            #expect(notes.contains("service: HTTP 429"))
            #expect(notes.contains { $0.hasPrefix(time) }, "\(notes)")
            #expect(notes.contains { $0.hasSuffix("Too many.") })
        }
    }
}
