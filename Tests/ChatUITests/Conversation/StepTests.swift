import Foundation
import RichText
import SessionCore
import Testing

@testable import ChatUI

/// What agents do on the way to their answers: folded, opened, walked through.
struct StepTests {
    static let extras = Extras(
        steps: [
            Step(
                id: "1", kind: .thinking, title: "thinking", state: .completed,
                detail: "Which order?\nThe last."),
            Step(
                id: "2", kind: .tool, title: "order-search", state: .completed,
                detail: "{\"customer\":\"17\"}"),
            Step(id: "3", kind: .delegation, title: "Accounting", state: .failed, detail: "no access"),
            Step(id: "4", kind: .artifact, title: "refund.pdf", state: .completed, detail: "2 pages"),
            Step(id: "5", kind: .other, title: "context_consumed", state: .completed),
        ])

    static func scenario(columns: Int = 80, rows: Int = 24) -> Scenario {
        var scenario = Scenario(columns: columns, rows: rows, tasks: [Scenario.task("a", "Refund")])
        scenario.load([
            scenario.message(.user, "Refund my order", minutes: -2),
            scenario.message(.agent, "It is refunded.", minutes: -1, extras: extras),
        ])
        return scenario
    }

    @Test func stepsOpenOneByOne() {
        var scenario = Self.scenario(columns: 120)
        #expect(scenario.screen().contains("▸ 5 steps: order-search, ✗ Accounting, context_consumed"))
        #expect(scenario.screen().contains("made: refund.pdf"))
        scenario.press("alt-up", "alt-up", "enter")
        #expect(scenario.screen().contains("▾ 5 steps"))
        #expect(scenario.screen().contains("▸ ✗ handed to Accounting"))
        #expect(!scenario.screen().contains("no access"))
        scenario.press("]", "]", "]", "enter")
        #expect(scenario.screen().contains("no access"))
        #expect(!scenario.screen().contains("order?"))
        scenario.press("enter")
        #expect(!scenario.screen().contains("no access"))
    }

    @Test func allOfThemOpenAtOnce() {
        var scenario = Self.scenario()
        scenario.press("ctrl-x t")
        for detail in ["Which order?", "The last.", "customer", "no access", "2 pages"] {
            #expect(scenario.screen().contains(detail), "\(detail)")
        }
        scenario.press("alt-up", "enter")
        #expect(scenario.screen().contains("customer"))
        scenario.press("ctrl-x t")
        #expect(!scenario.screen().contains("customer"))
    }

    @Test func theSelectionGoesThroughEverythingAndBack() {
        var scenario = Self.scenario(rows: 12)
        scenario.press("ctrl-x t")
        _ = scenario.screen()
        var seen: [Selection] = []
        for _ in 0..<20 {
            scenario.press("alt-up")
            if let selection = scenario.selection, seen.last != selection { seen.append(selection) }
            // What is selected is on the screen.
            #expect(scenario.rows.contains { $0.isSelected })
        }
        // Two messages, the line above all steps, and the five of them.
        #expect(seen.count == 8)
        for expected in seen.reversed().dropFirst() {
            scenario.press("alt-down")
            #expect(scenario.selection == expected)
            #expect(scenario.rows.contains { $0.isSelected })
        }
        scenario.press("esc")
        #expect(scenario.selection == nil)
        #expect(scenario.model.pane == .input)
    }

    @Test func withoutStepsThereIsNothingToOpen() {
        var scenario = Scenario(tasks: [Scenario.task("a", "A")])
        scenario.load([scenario.message(.agent, "Plain")])
        scenario.press("f6", "f6", "enter")
        #expect(scenario.model.notice?.text.hasPrefix("Nothing is selected") ?? false)
        scenario.press("[", "enter")
        #expect(scenario.model.notice?.text == "There are no steps to open here.")
    }

    // MARK: Cards

    static let cards = (1...3).map { number in
        Card(
            title: "Microwave EM0\(number) with a name that is long", isRecommended: number == 1,
            properties: [
                .init(title: "Price", value: "\(number)58.08"),
                .init(title: "Colour", value: "stainless steel and black"),
            ])
    }

    @Test(arguments: 1...120)
    func cardsFitIntoAnyWidth(width: Int) {
        let lines = CardLayout(width: width).lines(of: Self.cards)
        #expect(lines.allSatisfy { $0.columns <= max(2, width) })
        let text = lines.map { $0.spans.map(\.text).joined() }.joined().filter { $0.isLetter }
        #expect(text.filter { $0 == "P" }.count == 3)
    }

    @Test(arguments: [(80, 24), (120, 40)])
    func itsScreens(columns: Int, rows: Int) {
        var scenario = Self.scenario(columns: columns, rows: rows)
        scenario.press("alt-up", "alt-up", "enter", "]", "]", "enter")
        scenario.expectScreen("steps-\(columns)x\(rows)")
        var products = Scenario(columns: columns, rows: rows, tasks: [Scenario.task("a", "Microwaves")])
        products.load([
            products.message(
                .agent, "These three fit:", minutes: -1,
                extras: Extras(
                    suggestions: ["Show me the cheapest", "Compare the first two"], cards: Self.cards))
        ])
        products.expectScreen("cards-\(columns)x\(rows)")
    }
}

/// What stands below a message that is not simply answered.
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

    @Test func whatWasRefusedForAWhileNamesTheTimeFromWhichItCanBeSentAgain() {
        let failure = ServiceError(
            .rateLimited, "Too many messages.", detail: "HTTP 429 · rate_limited · slow down", status: 429,
            retryAt: Self.later)
        var scenario = Self.note(.failed, failure, columns: 120)
        let screen = scenario.screen()
        #expect(screen.contains("failed: Too many messages."))
        #expect(screen.contains("service: HTTP 429 · rate_limited · slow down"))
        #expect(screen.contains("from 15:11 on, Alt-R sends it again, Ctrl-X Ctrl-U takes it back"))
    }

    @Test func aQuestionIsToldAndTheNextMessageAnswersIt() {
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

    @Test func aPollInVainIsToldWhileTheTurnGoesOn() {
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
                "The tasks of “work” could not be listed. agents.example failed and could not list the tasks. Try again. (HTTP 503 · overloaded)"
            ))
        scenario.expectScreen("notes-\(columns)x\(rows)")
    }

    // MARK: Earlier messages

    @Test func earlierMessagesAreToldWhileTheyAreOnTheirWayAndAskedForAgain() {
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

extension Scenario {
    var selection: Selection? {
        model.tasks.focused.flatMap { model.conversation.transcripts[$0] }?.selection
    }
}

/// Another task that goes on from a message of this one.
struct ForkTests {
    static func scenario(_ capabilities: Capabilities) -> Scenario {
        var task = Scenario.task("a", "A")
        task.serviceID = "s"
        var scenario = Scenario(
            accounts: [AccountEntry(name: "local", agents: [Scenario.guide], capabilities: capabilities)],
            tasks: [task])
        scenario.load([
            scenario.message(.user, "One"), scenario.message(.agent, "Two"), scenario.message(.user, "Three"),
        ])
        return scenario
    }

    @Test func theSelectedMessageIsWhereTheNewTaskBegins() throws {
        var scenario = Self.scenario([.streams, .forks])
        scenario.press("alt-up", "alt-up", "f")
        let forks = scenario.intents.compactMap { intent in
            if case .fork(let task, let message, let new) = intent { (task, message, new) } else { nil }
        }
        let fork = try #require(forks.first)
        #expect(fork.0.rawValue == "a")
        #expect(fork.1 == 2)
        #expect(scenario.model.tasks.focusedTask?.id.rawValue == "a")
        scenario.receive(.task(Scenario.task(fork.2.rawValue, "A")))
        #expect(scenario.model.tasks.focusedTask?.id == fork.2)
        #expect(scenario.model.pane == .input)
    }

    @Test func whereTheServiceCannotForkItIsSaid() {
        var scenario = Self.scenario([.streams])
        scenario.press("ctrl-x f")
        #expect(scenario.model.notice?.text == "“local” does not support forking.")
        #expect(!scenario.intents.contains { if case .fork = $0 { true } else { false } })
    }
}

/// Which message the keys for sending once more and for taking back mean.
struct TurnChoiceTests {
    static func turn(_ id: Turn.ID, _ state: Turn.State) -> Turn {
        Turn(
            id: id, task: ChatTask.ID(rawValue: "a"), mode: .streamed, state: state, message: id,
            startedAt: Scenario.now)
    }

    static func scenario(_ states: Turn.State...) -> Scenario {
        var scenario = Scenario(columns: 120, tasks: [Scenario.task("a", "A")])
        let turns = states.enumerated().map { turn(Turn.ID($0.offset + 1), $0.element) }
        scenario.load(
            turns.map { scenario.message(.user, "Message \($0.id)", turn: $0.id) }, turns: turns)
        return scenario
    }

    @Test func theSelectedMessageIsMeantBeforeTheNewest() {
        var scenario = Self.scenario(.failed, .failed)
        scenario.press("alt-up", "alt-up", "r")
        #expect(scenario.intents.contains { if case .retry(1) = $0 { true } else { false } })
        scenario.press("esc", "alt-r")
        #expect(scenario.intents.contains { if case .retry(2) = $0 { true } else { false } })
    }

    @Test func whatIsHeldBehindAFailureIsSentByAKey() {
        var scenario = Self.scenario(.failed, .queued)
        #expect(scenario.screen().contains("queued behind a turn that did not end well; Alt-R sends it"))
        scenario.press("alt-r")
        #expect(scenario.intents.contains { if case .retry(2) = $0 { true } else { false } })
    }

    @Test func whatFollowsARunningTurnIsNotHurried() {
        var scenario = Self.scenario(.streaming, .queued)
        #expect(
            scenario.screen().contains(
                "queued: sent when the turn before it ends; Ctrl-X Ctrl-U takes it back"))
        scenario.press("alt-r")
        #expect(!scenario.intents.contains { if case .retry = $0 { true } else { false } })
    }
}
