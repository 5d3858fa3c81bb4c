import Foundation
import RichText
import SessionCore
import Testing

@testable import ChatUI

/// The state of a turn below its message, and of earlier messages above the first.
struct TurnNoteTests {
    static func note(_ state: Turn.State, _ failure: ServiceError? = nil, columns: Int = 80) -> Scenario {
        var scenario = Scenario(columns: columns, tasks: [Scenario.task("a", "A")])
        let turn = Turn(
            id: 1, task: ChatTask.ID(rawValue: "a"), mode: .background, state: state, message: 1,
            failure: failure,
            startedAt: Scenario.now)
        scenario.load([scenario.message(.user, "Hello", turn: 1)], turns: [turn])
        return scenario
    }

    @Test(arguments: [" \n", "Hi"])
    func aReplyWithoutTextIsShownAsOne(text: String) {
        var scenario = Scenario(columns: 80, tasks: [Scenario.task("a", "A")])
        var turn = Turn(
            id: 1, task: ChatTask.ID(rawValue: "a"), mode: .streamed, state: .done, message: 1,
            startedAt: Scenario.now)
        turn.reply = 2
        let question = scenario.message(.user, "Hello", turn: 1)
        turn.message = question.id
        let reply = scenario.message(.agent, text, turn: 1)
        turn.reply = reply.id
        scenario.load([question, reply], turns: [turn])
        #expect(scenario.screen().contains("the agent answered without text") == (text != "Hi"))
    }

    static let later = Scenario.now.addingTimeInterval(120)

    @Test func aBusyTaskKeepsTheMessageVisiblyQueuedAndItCanBeTakenBack() {
        let failure = ServiceError(
            .busy, "Busy.", detail: "HTTP 409 · task_busy · A turn is running", status: 409)
        var scenario = Self.note(.queued, failure, columns: 120)
        let screen = scenario.screen()
        #expect(screen.contains("You  15:09  in the background  queued"))
        #expect(screen.contains("queued: the service is busy with another turn of this task"))
        #expect(screen.contains("HTTP 409 · task_busy · A turn is running"))
        #expect(screen.contains("tries now"))
        scenario.press("ctrl-x ctrl-u")
        #expect(scenario.intents.contains { if case .takeBack(1) = $0 { true } else { false } })
    }

    @Test func aRateLimitNamesTheTimeFromWhichTheMessageCanBeSentAgain() {
        let failure = ServiceError(
            .rateLimited, "Too many messages.", detail: "HTTP 429 · rate_limited · slow down", status: 429,
            retryAt: Self.later)
        var scenario = Self.note(.failed, failure, columns: 120)
        let screen = scenario.screen()
        #expect(screen.contains("failed: Too many messages."))
        #expect(screen.contains("service: HTTP 429 · rate_limited · slow down"))
        #expect(screen.contains("from 15:11 on, Alt-R sends it again, Ctrl-X Ctrl-U takes it back"))
    }

    /// After another key was put in place, say.
    @Test func aFailureThatARetryDoesNotHelpHasNoHintButTheKeyStillRetries() {
        var scenario = Self.note(.failed, ServiceError(.unauthorized, "The key is wrong."))
        #expect(scenario.screen().contains("failed: The key is wrong."))
        #expect(!scenario.screen().contains("Alt-R"))
        #expect(scenario.screen().contains("Ctrl-X Ctrl-U takes it back"))
        scenario.press("alt-r")
        #expect(scenario.intents.contains { if case .retry(1) = $0 { true } else { false } })
    }

    @Test func aQuestionIsShownAndTheNextMessageAnswersIt() {
        var scenario = Self.note(.waiting)
        scenario.receive(.task(Scenario.task("a", "A", state: .waiting)))
        #expect(scenario.screen().contains("waits for your answer: send it as the next message"))
        #expect(scenario.screen().contains("Your answer to Guide"))
        let answer = Turn(
            id: 2, task: ChatTask.ID(rawValue: "a"), mode: .background, state: .sending, message: 2,
            startedAt: Scenario.now)
        scenario.receive(.message(scenario.message(.user, "Lisbon", turn: 2)))
        scenario.receive(.turn(answer))
        #expect(scenario.screen().contains("Lisbon"))
        #expect(!scenario.screen().contains("waits for your answer"))
    }

    @Test func aFailedPollIsShownWhileTheTurnGoesOn() {
        let failure = ServiceError(
            .rateLimited, "Too many requests.", detail: "HTTP 429", status: 429, retryAt: Self.later)
        var scenario = Self.note(.running, failure)
        #expect(scenario.screen().contains("running in the background…"))
        #expect(scenario.screen().contains("Too many requests. Next check at 15:11."))
    }

    @Test(arguments: [(80, 24), (120, 40)])
    func itsScreens(columns: Int, rows: Int) {
        var scenario = Scenario(
            columns: columns, rows: rows, tasks: [Scenario.task("a", "Deploy", state: .failed)])
        let refused = ServiceError(
            .rateLimited, "agents.example wants fewer requests from account “work”. Try again later.",
            detail: "HTTP 429 · rate_limited · 20 messages a minute", status: 429, retryAt: Self.later)
        let busy = ServiceError(
            .busy, "Busy.", detail: "HTTP 409 · task_busy · A turn is running", status: 409)
        let turns = [(Turn.State.failed, refused), (.queued, busy)].enumerated().map { index, turn in
            Turn(
                id: Turn.ID(index + 1), task: ChatTask.ID(rawValue: "a"), mode: .streamed, state: turn.0,
                message: Message.ID(index + 1), failure: turn.1, startedAt: Scenario.now)
        }
        scenario.load(
            [
                scenario.message(.user, "Deploy it again", turn: 1),
                scenario.message(.user, "And tell me when it is done", turn: 2),
            ], turns: turns)
        scenario.receive(.history(ChatTask.ID(rawValue: "a"), .failed(ServiceError(.service, "No."))))
        scenario.receive(
            .problem(
                "Could not list the tasks of “work”. agents.example failed and could not list the tasks. Try again. (HTTP 503 · overloaded)"
            ))
        scenario.expectScreen("notes-\(columns)x\(rows)")
    }

    // MARK: Earlier messages

    @Test func theStateOfEarlierMessagesIsShownAndLoadingIsRetried() {
        var task = Scenario.task("a", "A")
        task.serviceID = "s"
        var scenario = Scenario(tasks: [task])
        scenario.load([scenario.message(.agent, "Hello")])
        let id = ChatTask.ID(rawValue: "a")
        scenario.receive(.history(id, .loading))
        #expect(scenario.screen().contains("↑ loading earlier messages…"))
        scenario.receive(.history(id, .waiting(ServiceError(.service, "No."), until: Self.later)))
        #expect(scenario.screen().contains("↑ earlier messages: next try at 15:11"))
        scenario.receive(.history(id, .failed(ServiceError(.service, "No."))))
        #expect(scenario.screen().contains("↑ earlier messages failed, Ctrl-X h retries"))
        scenario.press("ctrl-x h")
        #expect(scenario.intents.contains { if case .loadEarlier(id) = $0 { true } else { false } })
        scenario.receive(.history(id, .complete))
        #expect(!scenario.screen().contains("earlier messages"))
    }
}
