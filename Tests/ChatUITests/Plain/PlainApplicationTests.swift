import Foundation
import RichText
import SessionCore
import Settings
import TestSupport
import Testing

@testable import ChatUI

/// Plain mode: what lines mean, and what is told in which order.
@MainActor @Suite(.timeLimit(.scaled(minutes: 5)))
struct PlainApplicationTests {
    final class Submitted {
        var intents: [Intent] = []
        var settled = 0
        /// Files that were read or written.
        var files = 0
    }

    let console: ScriptedConsole
    let mailbox = Mailbox()
    let submitted = Submitted()
    private let task = ChatTask.ID(rawValue: "a")

    init() { console = ScriptedConsole() }

    private func run(
        on console: ScriptedConsole? = nil, edit: @escaping (String) throws -> String = { $0 }
    ) -> PlainApplication.Ending {
        let plain = Theme(name: "plain", variant: .dark, styles: [:])
        let services = ApplicationServices(
            submit: { [submitted] in submitted.intents.append($0) }, edit: edit, saveTheme: { _ in },
            readFile: { [submitted] _ in submitted.files += 1 },
            attachFile: { [submitted] _ in submitted.files += 1 },
            exportTask: { [submitted] _, _ in submitted.files += 1 },
            settle: { [submitted, mailbox] in
                submitted.settled += 1
                if console == nil { mailbox.put(.settled) }
            },
            clock: ApplicationServices.Clock(instant: { .now }, date: { Scenario.now }))
        let application = PlainApplication(
            console: console ?? self.console, mailbox: mailbox, services: services, greeting: "Hello.",
            accounts: [
                AccountEntry(
                    name: "local", agents: [Scenario.guide], capabilities: [.streams, .background, .history])
            ], themes: ThemeChoice(all: [plain], automatic: (plain, plain), name: "auto"), zone: .utc)
        return application.run()
    }

    // MARK: The session manager

    private func put(_ events: SessionEvent...) -> () -> [LineEvent] {
        {
            for event in events { mailbox.put(event) }
            return []
        }
    }

    /// The tasks come, and the messages of the first one.
    private func opening(
        _ messages: [Message] = [], turns: [Turn] = [], draft: String = "", unread: Int = 0,
        hasEarlier: Bool = false, lastRead: Message.ID? = nil
    ) -> [() -> [LineEvent]] {
        var first = Scenario.task("a", "Lisbon", unread: unread, serviceID: "s", lastRead: lastRead)
        first.draft = Draft(text: draft, cursor: draft.count)
        let tasks = [first, Scenario.task("b", "Porto", minutesAgo: 1, serviceID: "t")]
        let page = MessagePage(
            request: PageRequest(task: task, place: .newest), messages: messages, turns: turns,
            hasEarlier: hasEarlier, hasLater: false)
        return [put(.tasks(tasks)), put(.page(page))]
    }

    private func message(
        _ id: Message.ID, _ role: Message.Role, _ text: String, state: Message.State = .complete,
        extras: Extras = Extras()
    ) -> Message {
        Message(
            id: id, task: task, turn: id / 2, role: role, text: text, at: Scenario.now, state: state,
            extras: extras)
    }

    private func turn(_ state: Turn.State, reply: Message.ID? = 11, failure: ServiceError? = nil) -> Turn {
        Turn(
            id: 5, task: task, mode: .streamed, state: state, message: 10, reply: reply, failure: failure,
            startedAt: Scenario.now)
    }

    private func line(_ text: String) -> () -> [LineEvent] { { [.line(text)] } }
    private func event(_ event: LineEvent) -> () -> [LineEvent] { { [event] } }

    private var sent: [String] {
        submitted.intents.compactMap { if case .send(_, let text, _, _) = $0 { text } else { nil } }
    }

    // MARK: Telling

    @Test func tellsTheLastExchangeAtTheStart() {
        console.script = opening(
            [
                message(2, .user, "Early"), message(3, .agent, "Hm"), message(4, .user, "Where to?"),
                message(5, .agent, "Go *west*."),
            ])
        #expect(run().signal == 15)
        #expect(
            console.written == """
                Hello.

                Task “Lisbon” with Guide (local).
                There are earlier messages: /page-up shows them.

                You, 15:09:
                Where to?

                Guide, 15:09:
                Go *west*.
                You: 

                """)
    }

    @Test func tellsAReplyAsItComes() {
        var seen: [String] = []
        let look: () -> [LineEvent] = {
            seen.append(console.written)
            return []
        }
        console.script =
            opening() + [
                {
                    _ = put(.message(message(10, .user, "Hi")), .turn(turn(.sending, reply: nil)))()
                    return [.line("Hi")]
                },
                put(
                    .message(message(11, .agent, "", state: .streaming)), .turn(turn(.streaming)),
                    .chunk(task: task, message: 11, offset: 0, text: "Good ")), look,
                put(.chunk(task: task, message: 11, offset: 5, text: "day.")), look,
                put(.message(message(11, .agent, "Good day.")), .turn(turn(.done))),
            ]
        _ = run()
        #expect(seen.map { $0.hasSuffix("\nGuide:\nGood ") } == [true, false])
        #expect(seen.last?.hasSuffix("\nGuide:\nGood day.") == true)
        #expect(console.written.hasSuffix("\nGuide:\nGood day.\n\nGuide has finished.\n\nYou: \n"))
        // What was typed is on the terminal already.
        #expect(!console.written.contains("Hi"))
        #expect(sent == ["Hi"])
    }

    @Test func aReplyThatIsReplacedIsToldAgain() {
        console.script =
            opening() + [
                put(
                    .message(message(11, .agent, "One two", state: .streaming)),
                    .message(message(11, .agent, "Three four")))
            ]
        _ = run()
        #expect(console.written.contains("One two\nGuide has changed the reply:\nThree four\n"))
    }

    @Test func saysWhyATurnFailedAndWhatToDo() {
        let failure = ServiceError(.service, "The service is down.", detail: "503")
        console.script =
            opening() + [
                put(
                    .message(message(10, .user, "Hi")),
                    .turn(turn(.failed, reply: nil, failure: failure)))
            ]
        let ending = run()
        #expect(console.written.contains("Failed: The service is down.\nService: 503.\n"))
        #expect(console.written.contains("/retry sends it again"))
        #expect(ending.hasFailed)
    }

    @Test func tellsStepsAndOffers() {
        let step = Step(id: "1", kind: .tool, title: "look it up", state: .running)
        let extras = Extras(suggestions: ["More"], cards: [], steps: [step])
        console.script =
            opening() + [
                put(
                    .message(message(11, .agent, "", state: .streaming)),
                    .steps(task: task, message: 11, [step]),
                    .message(message(11, .agent, "Found.", extras: extras)), .turn(turn(.done))),
                line("/steps"),
            ]
        _ = run()
        #expect(console.written.contains("Guide:\nStep: look it up (tool)\nFound.\n\n- → More\n"))
        #expect(console.written.contains("/suggestions sends one"))
        #expect(console.written.contains("- look it up (tool, running)"))
    }

    @Test func newsOfOtherTasksWaitForTheEndOfALine() {
        var other = Scenario.task("b", "Porto", state: .running, serviceID: "t")
        var done = other
        done.state = .idle
        (other.revision, done.revision) = (1, 2)
        console.script =
            opening() + [
                put(
                    .task(other), .message(message(11, .agent, "A lo", state: .streaming)), .task(done),
                    .chunk(task: task, message: 11, offset: 4, text: "ng line\nand another"))
            ]
        _ = run()
        #expect(
            console.written.contains(
                "A long line\nNew reply in “Porto” (/next-attention goes there)\nand another"))
    }

    @Test func nothingFromOutsideIsObeyed() {
        console.script = opening([
            message(4, .user, "a\u{1B}]0;title\u{7}\rb"), message(5, .agent, "\u{1B}[2Jx\u{9B}1m\u{202E}"),
        ])
        _ = run()
        let isSafe = console.written.unicodeScalars.allSatisfy {
            $0 == "\n" || $0 == "\t"
                || $0.value >= 0x20 && $0.value != 0x7F && !(0x80..<0xA0).contains($0.value)
        }
        #expect(isSafe)
        #expect(!console.written.unicodeScalars.contains("\u{202E}"))
    }

    // MARK: Lines

    @Test func aBackslashContinuesALine() {
        console.script = opening() + [line("one\\"), line("two"), line("three\\\\")]
        _ = run()
        #expect(sent == ["one\ntwo", "three\\\\"])
    }

    @Test func whatIsPastedIsSentByAnEmptyLine() {
        console.script = opening() + [event(.paste("one\ntwo")), line("")]
        _ = run()
        #expect(sent == ["one\ntwo"])
        #expect(console.written.contains("Draft:\none\ntwo\nAn empty line sends the draft"))
    }

    @Test func aDraftIsToldAndWhatIsWrittenIsAddedToIt() {
        console.script = opening(draft: "half a thought") + [line("and the rest")]
        _ = run()
        #expect(console.written.contains("Draft:\nhalf a thought\n"))
        #expect(sent == ["half a thought\nand the rest"])
    }

    @Test func whatHasBeenTypedIsKeptWhenItEnds() {
        console.unfinishedLine = "half a thought"
        console.script = opening() + [event(.ended(signal: 15))]
        _ = run()
        let drafts = submitted.intents.compactMap { intent -> String? in
            if case .setDraft(_, let draft) = intent { draft.text } else { nil }
        }
        #expect(drafts == ["half a thought"])
    }

    @Test func twoSlashesSendOneAndAnUnknownCommandNothing() {
        console.script = opening() + [line("//etc is a folder"), line("/nosuch")]
        _ = run()
        #expect(sent == ["/etc is a folder"])
        #expect(console.written.contains("There is no command /nosuch."))
    }

    @Test func interruptsStopThenDiscardThenQuit() {
        console.script =
            opening() + [
                put(
                    .message(message(10, .user, "Hi")), .message(message(11, .agent, "x", state: .streaming)),
                    .turn(turn(.streaming))),
                event(.interrupt),
                put(.message(message(11, .agent, "x", state: .partial)), .turn(turn(.stopped))),
                event(.paste("one\ntwo")), event(.interrupt), event(.interrupt), event(.interrupt),
            ]
        #expect(run().signal == 0)
        let stops = submitted.intents.count { if case .stop = $0 { true } else { false } }
        #expect(stops == 1)
        #expect(console.written.contains("Stopped; /retry sends it again"))
        #expect(console.written.contains("The draft is discarded."))
        #expect(console.written.contains("Press Ctrl-C again to quit."))
    }

    @Test func theEndOfTheInputAsksWhileAReplyArrives() {
        console.script =
            opening() + [
                put(
                    .message(message(11, .agent, "x", state: .streaming)), .turn(turn(.streaming))),
                event(.endOfInput), event(.endOfInput),
            ]
        #expect(run().signal == 0)
        #expect(console.written.contains("A reply is still arriving in “Lisbon”. Quit again to cut it off."))
    }

    // MARK: Commands

    /// The commands are those of the interface on a screen, and each does or says something.
    @Test(arguments: SlashCommand.all.filter { $0.name != "quit" && $0.name != "suspend" })
    func everyCommandAnswers(command: SlashCommand) {
        let argument =
            command.argument.map { $0 == "TITLE" && command.name == "task" ? " Porto" : " x" } ?? ""
        var (before, told) = ("", "")
        console.script =
            opening([message(4, .user, "Where to?"), message(5, .agent, "West.")]) + [
                {
                    before = console.written
                    return [.line("/" + command.name + argument)]
                },
                {
                    told = String(console.written.dropFirst(before.count))
                    return []
                },
            ]
        _ = run { _ in "x" }
        let hasAsked =
            submitted.files > 0
            || submitted.intents.contains {
                switch $0 {
                case .send, .search, .refresh, .loadEarlier, .retry, .fork: true
                default: false
                }
            }
        #expect(told.filter { $0 != "\n" } != "You: " && !told.isEmpty || hasAsked, "\(command.name)")
        #expect(!told.contains("There is no command"))
    }

    @Test func aTaskIsChosenByItsNumber() {
        console.script = opening() + [line("/switcher"), line("2")]
        _ = run()
        #expect(console.written.contains("1. Lisbon, shown, 15:09\n2. Porto, 15:08\n"))
        #expect(console.written.contains("Task “Porto” with Guide (local)."))
    }

    @Test func aDialogIsNarrowedCancelledAndLeftByACommand() {
        console.script =
            opening() + [line("/switcher"), line("port"), line(""), line("/rename"), line("/next-task")]
        _ = run()
        #expect(console.written.contains("“port”\n1. Porto"))
        #expect(console.written.contains("Cancelled.\n"))
        #expect(console.written.contains("Title of this task\nAn empty line takes “Lisbon”."))
        #expect(console.written.contains("Task “Porto” with Guide (local)."))
    }

    @Test func aTaskIsRenamed() {
        console.script = opening() + [line("/rename"), line("Faro"), line("/undo-change")]
        _ = run()
        #expect(console.written.contains("Renamed to “Faro”. /undo-change undoes it."))
        let titles = submitted.intents.compactMap {
            if case .rename(_, let title, _) = $0 { title } else { nil }
        }
        #expect(titles == ["Faro", "Lisbon"])
    }

    @Test func earlierMessagesAreLoadedAndTold() {
        let request = PageRequest(task: task, place: .before(4))
        console.script =
            opening([message(4, .user, "Where to?"), message(5, .agent, "West.")], hasEarlier: true) + [
                line("/page-up"),
                put(
                    .page(
                        MessagePage(
                            request: request, messages: [message(2, .user, "Early")], turns: [],
                            hasEarlier: false, hasLater: false))),
                line("/page-up"),
            ]
        _ = run()
        #expect(console.written.contains("You, 15:09:\nEarly\n\nThese were the first messages.\n"))
        #expect(console.written.contains("There are no earlier messages."))
    }

    @Test func aMatchInTheMiddleIsShownAndNothingElseTakenForNew() {
        let other = ChatTask.ID(rawValue: "b")
        let request = SearchRequest(words: "lift")
        let hit = SearchHit(
            task: other, taskTitle: "Porto", message: 3, role: .agent, at: Scenario.now, snippet: "the lift",
            matches: [])
        func page(_ place: PageRequest.Place, _ ids: [Message.ID], later: Bool) -> SessionEvent {
            .page(
                MessagePage(
                    request: PageRequest(task: other, place: place),
                    messages: ids.map {
                        Message(
                            id: $0, task: other, role: $0 % 2 == 0 ? .user : .agent, text: "text \($0)",
                            at: Scenario.now)
                    }, turns: [], hasEarlier: false, hasLater: later))
        }
        console.script =
            opening() + [
                line("/search lift"), put(.found(SearchAnswer(request: request, hits: [hit]))), line("1"),
                put(page(.around(3), [2, 3, 4, 5], later: true)),
                put(page(.newest, [6, 7, 8, 9], later: false)),
            ]
        _ = run()
        #expect(console.written.contains("1. the lift, Porto, 15:09\n"))
        #expect(console.written.contains("Task “Porto” with Guide (local).\n\nGuide, 15:09:\ntext 3\n"))
        #expect(!console.written.contains("text 4") && !console.written.contains("text 9"))
    }

    @Test func theEditorGetsTheDraft() {
        console.script = opening(draft: "half") + [line("/edit")]
        _ = run { $0 + " a thought" }
        #expect(console.written.contains("Draft:\nhalf a thought\n"))
    }

    // MARK: Without a person

    @Test func theNextLineWaitsForTheReply() {
        let pipe = ScriptedConsole(isInteractive: false)
        func settled() -> [LineEvent] {
            mailbox.put(.settled)
            return []
        }
        pipe.script =
            opening() + [
                line("Hi"), put(.message(message(10, .user, "Hi")), .turn(turn(.sending, reply: nil))),
                settled,
                put(
                    .message(message(11, .agent, "x", state: .streaming)), .turn(turn(.streaming))),
                put(.message(message(11, .agent, "x")), .turn(turn(.done))), event(.endOfInput),
            ]
        let ending = run(on: pipe)
        #expect(pipe.reads == [false, false, true, false, false, false, false, true])
        #expect(submitted.settled == 1)
        #expect(ending.signal == 0 && !ending.hasFailed)
        #expect(
            pipe.written == """
                Task “Lisbon” with Guide (local).

                You:
                Hi

                Guide:
                x

                Guide has finished.


                """)
    }

    @Test func aDraftOfBeforeStaysInAPipe() {
        let pipe = ScriptedConsole(isInteractive: false)
        pipe.script = opening(draft: "half a thought") + [line("Hi")]
        _ = run(on: pipe)
        #expect(sent == ["Hi"])
        let keeps = submitted.intents.contains { if case .send(_, _, _, true) = $0 { true } else { false } }
        #expect(keeps)
    }
}
