import Synchronization
import TestSupport
import Testing

@testable import Agents

/// The demo does what it is told, by one word or many.
@Suite(.timeLimit(.scaled(minutes: 5))) struct DemoAgentTests {
    private static let agent = DemoAgent(pace: .immediate, sleep: { _ in })

    private func answer(
        to message: String, after history: [AgentRequest.Message] = []
    ) async throws -> [AgentEvent] {
        try await EventLog.of(
            Self.agent, AgentRequest(conversation: "c", history: history, message: message)
        ).events
    }

    @Test(arguments: [
        ("show me everything", DemoCommand.everything), ("Show me Everything!", .everything),
        ("markdown", .markdown), ("What do your tools do?", .tools), ("thinking", .thinking),
        ("cards, please", .cards), ("suggestions", .suggestions), ("Ask me something", .ask),
        ("fail", .fail), ("job", .job(seconds: 60)), ("a job of 5 seconds", .job(seconds: 5)),
        ("job 100000", .job(seconds: 3600)), ("job 0", .job(seconds: 60)),
    ])
    func commands(message: String, command: DemoCommand) {
        #expect(DemoCommand(message) == command)
    }

    @Test(arguments: ["hello", "", "what can you do?", "task", "5"])
    func otherWordsAreNoCommand(message: String) {
        #expect(DemoCommand(message) == nil)
    }

    /// Each line of its list is a command.
    @Test func whatItOffersWorks() async throws {
        let words = DemoCommand.list.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }
        #expect(words.count == 10)
        for word in words { #expect(DemoCommand(String(word.element)) != nil, "\(word.element)") }
        let greeting = try await answer(to: "hello")
        guard case .suggestions(let suggestions)? = greeting.last else {
            Issue.record("no suggestions")
            return
        }
        for suggestion in suggestions { #expect(DemoCommand(suggestion) != nil, "\(suggestion)") }
    }

    @Test func everythingIsInOneTurn() async throws {
        let events = try await answer(to: "show me everything")
        func has(_ isMet: (AgentEvent) -> Bool) -> Bool { events.contains(where: isMet) }
        #expect(has { if case .thinking = $0 { true } else { false } })
        #expect(has { if case .toolResult(_, _, isError: false) = $0 { true } else { false } })
        #expect(has { if case .toolResult(_, _, isError: true) = $0 { true } else { false } })
        #expect(has { if case .cards(let cards) = $0 { cards.count == 3 } else { false } })
        guard case .question(let question)? = events.last else {
            Issue.record("no question at the end")
            return
        }
        // What it offers next is understood, but for “nothing”.
        #expect(question.options.filter { DemoCommand($0) == nil } == ["nothing"])
    }

    @Test func theAnswerToItsQuestionIsTakenAsOne() async throws {
        let asked = try await answer(to: "ask")
        guard case .question(let question)? = asked.last else {
            Issue.record("no question")
            return
        }
        let history: [AgentRequest.Message] = [
            .init(.user, "ask"), .init(.agent, "Now.\n\n" + question.text),
        ]
        let events = try await answer(to: "purple", after: history)
        #expect(EventLog.text(of: events).hasPrefix("“purple” it is."))
        let unasked = try await answer(to: "purple", after: history + [.init(.agent, "More.")])
        #expect(EventLog.text(of: unasked).contains("show me everything"))
    }

    @Test func nothingIsAnAnswerToo() async throws {
        let asked = try await answer(to: "show me everything")
        guard case .question(let question)? = asked.last else {
            Issue.record("no question")
            return
        }
        let history: [AgentRequest.Message] = [
            .init(.user, "show me everything"), .init(.agent, "Look.\n\n" + question.text),
        ]
        let events = try await answer(to: "nothing", after: history)
        #expect(EventLog.text(of: events).hasPrefix("“nothing” it is."))
    }

    @Test func aFailureKeepsWhatWasWritten() async throws {
        let log = EventLog<AgentEvent>()
        await #expect(throws: AgentFailure.self) {
            try await Self.agent.reply(to: AgentRequest(conversation: "c", history: [], message: "fail")) {
                log.add($0)
            }
        }
        #expect(log.text.contains("I begin"))
    }

    @Test func aJobTakesItsTime() async throws {
        let slept = Mutex(Duration.zero)
        let agent = DemoAgent(pace: .immediate) { duration in slept.withLock { $0 += duration } }
        let request = AgentRequest(
            conversation: "c", history: [], message: "job 90", isInBackground: true)
        let events = try await EventLog.of(agent, request).events
        #expect(slept.withLock { $0 } == .seconds(90))
        #expect(events.count { if case .toolCall = $0 { true } else { false } } == 5)
        #expect(EventLog.text(of: events) == "The job is done: 5 parts in 90 seconds.")
    }
}
