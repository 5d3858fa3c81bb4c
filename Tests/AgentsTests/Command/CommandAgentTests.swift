import Foundation
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Agents

/// The agent with real programs.
@Suite(.serialized, .timeLimit(.scaled(minutes: 5))) struct CommandAgentTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func agent(
        _ words: [String], _ change: (inout CommandAgent.Configuration) -> Void = { _ in }
    ) -> CommandAgent {
        var configuration = CommandAgent.Configuration(words: words, environment: ["PATH": "/usr/bin:/bin"])
        configuration.folder = folder.path
        change(&configuration)
        return CommandAgent(configuration)
    }

    private func shell(
        _ line: String, _ change: (inout CommandAgent.Configuration) -> Void = { _ in }
    ) -> CommandAgent {
        agent(["/bin/sh", "-c", line], change)
    }

    private func failure(of agent: CommandAgent, _ log: EventLog<AgentEvent> = .init()) async throws -> String
    {
        do {
            try await agent.reply(to: .init(conversation: "c", history: [], message: "hello")) { log.add($0) }
        } catch let failure as AgentFailure {
            return failure.message
        }
        return ""
    }

    private let question = AgentRequest(
        conversation: "c", history: [.init(.user, "grüß"), .init(.agent, "dich")], message: "hello\nthere",
        instructions: "Rhyme.", isInBackground: true)

    @Test func messageIsTheInputAndTheOutputTheAnswer() async throws {
        #expect(try await EventLog.of(agent(["cat"]), question).text == "hello\nthere")
        #expect(try await EventLog.of(agent(["wc", "-w"]), question).text == "2")
        let reader = shell("while read -r line; do echo \"<$line>\"; done")
        #expect(try await EventLog.of(reader, question).text == "<hello>\n<there>")
    }

    @Test func inputWithHistoryIsOneObjectOnOneLine() async throws {
        let text = try await EventLog.of(agent(["cat"]) { $0.input = .json }, question).text
        #expect(!text.contains("\n"))
        let input: JSONValue? = JSONValue(text: text)
        #expect(
            input == [
                "conversation": "c", "message": "hello\nthere", "instructions": "Rhyme.", "background": true,
                "history": [["role": "user", "text": "grüß"], ["role": "agent", "text": "dich"]],
            ])
    }

    @Test func argumentsAreNotReadByAShell() async throws {
        let text = try await EventLog.of(agent(["echo", "$HOME; ls *", "`id`"])).text
        #expect(text == "$HOME; ls * `id`")
    }

    @Test func programKnowsItsConversationAndFolder() async throws {
        let text = try await EventLog.of(shell("echo $PARLEY_CONVERSATION; pwd")).text
        #expect(text.hasPrefix("c\n"))
        #expect(text.hasSuffix(URL(fileURLWithPath: folder.path).lastPathComponent))
    }

    @Test func outputIsPassedOnAsItComes() async throws {
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let log = EventLog<AgentEvent>()
        try await shell("printf 'first '; cat pipe").reply(
            to: .init(conversation: "c", history: [], message: "hello")
        ) { event in
            log.add(event)
            if log.text == "first " { try Data("second".utf8).write(to: URL(fileURLWithPath: pipe)) }
        }
        #expect(log.text == "first second")
        #expect(log.events.count == 2)
    }

    @Test func characterThatComesInPiecesIsWhole() {
        let text = "a é 👩‍👩‍👧\n\n…\n"
        var random = SeededRandom(seed: 3)
        for _ in 0..<200 {
            var output = OutputText()
            var pieces: [String] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...3, using: &random))
                pieces.append(output.decode(Array(piece)))
                rest = rest.dropFirst(piece.count)
            }
            pieces.append(output.finish())
            #expect(pieces.joined() == "a é 👩‍👩‍👧\n\n…")
            #expect(!pieces.contains { $0.unicodeScalars.contains("\u{FFFD}") })
        }
    }

    @Test func failureHasTheStatusAndTheLastLines() async throws {
        let log = EventLog<AgentEvent>()
        let message = try await failure(
            of: shell("echo partial; for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; exit 3"), log)
        #expect(
            message == "The program sh failed with exit status 3:\nline 3\nline 4\nline 5\nline 6\nline 7")
        #expect(log.text == "partial")
        #expect(try await failure(of: shell("kill -9 $$")) == "The program sh was ended by signal 9.")
        #expect(try await failure(of: agent(["false"])) == "The program false failed with exit status 1.")
    }

    @Test func missingProgramIsReported() async throws {
        #expect(
            try await failure(of: agent(["no-such-program"])).hasPrefix(
                "The program no-such-program was not found."))
        #expect(
            try await failure(of: agent(["/no/such/program"])).hasPrefix("The program program was not found.")
        )
        let nowhere = agent(["true"]) { $0.folder = "/no/such/folder" }
        #expect(try await failure(of: nowhere).contains("/no/such/folder"))
    }

    @Test func programNeedNotReadItsInput() async throws {
        let long = AgentRequest(
            conversation: "c", history: [], message: String(repeating: "x", count: 4 << 20))
        #expect(try await EventLog.of(agent(["true"]), long).events == [])
        #expect(try await EventLog.of(agent(["wc", "-c"]), long).text == "\((4 << 20) + 1)")
    }

    @Test func slowReaderHoldsTheProgramBack() async throws {
        let work = Task { [agent = agent(["yes"])] in
            let taken = Mutex(0)
            try await agent.reply(to: .init(conversation: "c", history: [], message: "hello")) { _ in
                if taken.withLock({
                    $0 += 1
                    return $0
                }) == 100 {
                    throw AgentFailure("enough")
                }
            }
        }
        await #expect(throws: AgentFailure("enough")) { try await work.value }
    }

    // MARK: Ends

    /// A shell that starts two children, one of which ignores SIGTERM, and prints the ids of all three.
    private static let family =
        "(trap '' TERM; exec sleep 1000) & one=$!; sleep 1000 & echo $$ $one $!; wait"

    /// Returns when the processes have exited.
    private static func whenGone(_ processes: [pid_t]) async throws {
        try await eventually { processes.allSatisfy(RunningProcess.isGone) }
    }

    private static func processes(_ text: String) -> [pid_t] {
        text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
    }

    @Test func interruptEndsTheProgramWithItsChildren() async throws {
        let agent = shell(Self.family) { $0.grace = .milliseconds(100) }
        let log = EventLog<AgentEvent>()
        let begun = Signal()
        let work = Task {
            try await agent.reply(to: .init(conversation: "c", history: [], message: "hello")) { event in
                log.add(event)
                begun.fire()
            }
        }
        await begun.wait()
        let family = Self.processes(log.text)
        #expect(family.count == 3)
        #expect(!family.contains(where: RunningProcess.isGone))
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        try await Self.whenGone(family)
    }

    /// Runs a program that never ends until its timeout, with longer timeouts until it has printed its processes in time.
    private func timeOut(
        _ line: String, processes count: Int, grace: Duration
    ) async throws -> (message: String, timeout: Int, processes: [pid_t]) {
        var timeout = 1
        while true {
            let log = EventLog<AgentEvent>()
            let agent = shell(line) {
                $0.timeout = .seconds(timeout)
                $0.grace = grace
            }
            let message = try await failure(of: agent, log)
            let processes = Self.processes(log.text)
            if processes.count == count { return (message, timeout, processes) }
            timeout *= 2
        }
    }

    @Test func programThatTakesTooLongIsEndedWithItsChildren() async throws {
        let (message, timeout, family) = try await timeOut(
            "echo working >&2; " + Self.family, processes: 3, grace: .milliseconds(100))
        #expect(message == "The program sh took longer than \(timeout) s and was ended:\nworking")
        try await Self.whenGone(family)
    }

    @Test func programThatIgnoresSignalsIsKilled() async throws {
        let (message, _, processes) = try await timeOut(
            "trap '' TERM INT HUP; echo $$; while :; do sleep 1000; done", processes: 1,
            grace: .milliseconds(50))
        #expect(message.contains("took longer"))
        try await Self.whenGone(processes)
    }

    @Test func programThatHasClosedItsOutputIsStillEnded() async throws {
        let (message, _, processes) = try await timeOut(
            "echo $$; exec >&- 2>&-; exec sleep 1000", processes: 1, grace: .milliseconds(50))
        #expect(message.contains("took longer"))
        try await Self.whenGone(processes)
    }
}
