import Foundation
import RichText
import SessionCore
import Settings
import Testing

@testable import ChatUI

/// The screens as a person sees them, each compared with its recorded file in `Screens`.
struct ScreenTests {
    static let tasks = [
        Scenario.task("a", "Plan a week in Lisbon", mode: .streamed),
        Scenario.task("b", "Summarise the quarterly report for the board", minutesAgo: 12, state: .running),
        Scenario.task("c", "日本語の質問 and 👩‍👩‍👧 emoji", minutesAgo: 45, unread: 2),
        Scenario.task("d", "Broken deploy", minutesAgo: 60 * 30, state: .failed, unread: 1),
        Scenario.task("e", "Which colour?", minutesAgo: 60 * 24 * 20, state: .waiting),
        Scenario.task("f", "Kept", minutesAgo: 60 * 24 * 500, pinned: true),
    ]

    static func talking(columns: Int = 80, rows: Int = 24, themes: [Theme] = []) -> Scenario {
        var scenario = Scenario(columns: columns, rows: rows, tasks: tasks, themes: themes)
        scenario.press("ctrl-n")
        let turn = Turn(
            id: 1, task: tasks[0].id, mode: .streamed, state: .done, message: 1, reply: 2,
            startedAt: Scenario.now)
        scenario.load(
            [
                scenario.message(
                    .user, "Where should we stay, and what can be done on a rainy day?", minutes: -3, turn: 1),
                scenario.message(.agent, reply, minutes: -2, turn: 1),
            ], turns: [turn])
        return scenario
    }

    static let reply = """
        ## Where to stay

        **Alfama** is the old town; *Príncipe Real* is quieter. Two more:

        - Baixa, in the middle of everything
        - Belém, by the river

        ```sh
        parley send "book a table"
        ```
        """

    @Test func firstStart() {
        var scenario = Scenario()
        scenario.load()
        scenario.expectScreen("first-start")
    }

    @Test func conversation() {
        var scenario = Self.talking()
        scenario.expectScreen("conversation-80x24")
    }

    @Test func wideConversation() {
        var scenario = Self.talking(columns: 120, rows: 40)
        scenario.expectScreen("conversation-120x40")
    }

    @Test func narrowConversationHasNoList() {
        var scenario = Self.talking(columns: 50, rows: 20)
        scenario.expectScreen("conversation-50x20")
    }

    @Test func scrolledAwayWithNewsBelow() {
        var scenario = Self.talking(rows: 14)
        _ = scenario.screen()
        scenario.press("pgup")
        scenario.receive(.message(scenario.message(.agent, "One more thing.")))
        scenario.expectScreen("scrolled-away")
    }

    @Test func failedTurn() {
        var scenario = Scenario(tasks: [Self.tasks[3]])
        let failure = ServiceError(
            .rateLimited, "The service takes no more requests for now.", detail: "HTTP 429: slow down",
            status: 429,
            retryAt: Scenario.now.addingTimeInterval(120))
        let turn = Turn(
            id: 1, task: Self.tasks[3].id, mode: .streamed, state: .failed, message: 1, failure: failure,
            startedAt: Scenario.now)
        scenario.load([scenario.message(.user, "Deploy it again", turn: 1)], turns: [turn])
        scenario.expectScreen("failed-turn")
    }

    @Test func messageWithStepsCardsAndSuggestions() {
        var scenario = Scenario(tasks: [Self.tasks[0]])
        let extras = Extras(
            suggestions: ["Show me the cheapest", "Which one is quiet?"],
            cards: [
                Card(
                    title: "Microwave EM044", isRecommended: true,
                    properties: [.init(title: "Price", value: "358.08")])
            ],
            steps: [
                Step(id: "1", kind: .thinking, title: "planning", state: .completed),
                Step(
                    id: "2", kind: .tool, title: "search", state: .failed,
                    detail: "{\"q\":\"microwave\"}\nno answer"),
            ])
        scenario.load([scenario.message(.agent, "These fit:", extras: extras)])
        scenario.press("ctrl-x t")
        scenario.expectScreen("extras")
    }

    @Test func switcher() {
        var scenario = Self.talking()
        scenario.press("f3")
        scenario.type("re")
        scenario.expectScreen("switcher")
    }

    @Test func help() {
        var scenario = Self.talking()
        scenario.press("f1")
        scenario.expectScreen("help")
    }

    @Test func slashCommands() {
        var scenario = Self.talking()
        scenario.type("/re")
        scenario.expectScreen("slash")
    }

    @Test func manyLinesInTheInput() {
        var scenario = Self.talking()
        scenario.model.replaceInput(with: (1...12).map { "line \($0)" }.joined(separator: "\n"))
        scenario.expectScreen("long-input")
    }

    @Test(arguments: [(1, 1), (0, 0), (19, 24), (80, 1), (80, 5), (20, 6), (30, 7), (300, 100)])
    func everySizeIsDrawn(columns: Int, rows: Int) {
        var scenario = Self.talking(columns: columns, rows: rows)
        for action in Action.entries.map(\.action) where action != .quit {
            scenario.perform(action)
            let canvas = scenario.canvas()
            #expect(canvas.size == Size(columns: columns, rows: rows))
        }
    }

    /// With tasks of several accounts, whose list asks for more; by a start in the size and by a resize.
    @Test(arguments: [1, 4])
    func anySizeIsDrawnAndResizedTo(accounts: Int) {
        let names = (1...accounts).map { "account\($0)" }
        let entries = names.map {
            AccountEntry(name: $0, agents: [Scenario.guide], capabilities: [.streams, .listsTasks])
        }
        let tasks = names.map { Scenario.task("task of \($0)", "A task", account: $0) }
        var resized = Scenario(accounts: entries, tasks: tasks)
        for columns in [1, 2, 19, 20, 21, 59, 60, 61, 80, 500] {
            for rows in [1, 2, 3, 4, 5, 6, 7, 24, 200] {
                var started = Scenario(columns: columns, rows: rows, accounts: entries, tasks: tasks)
                for name in names { started.receive(.listing(name, .more)) }
                resized.resize(columns: columns, rows: rows)
                for name in names { resized.receive(.listing(name, .more)) }
                resized.type("a")
                let size = Size(columns: columns, rows: rows)
                #expect(started.canvas().size == size)
                #expect(resized.canvas().size == size)
            }
        }
    }

    @Test func aTooSmallScreenSaysSo() {
        var scenario = Self.talking(columns: 40, rows: 4)
        #expect(scenario.screen().contains("Too small: Parley needs 20x6."))
    }

    @Test func theThemesBackgroundCoversTheWholeScreen() {
        var text = Style(foreground: .indexed(7), background: .indexed(4))
        let blue = Theme(
            name: "blue", variant: .dark,
            styles: [.text: text, .listSelected: Style(background: .indexed(2))])
        var scenario = Self.talking(themes: [blue])
        scenario.type("/theme blue")
        scenario.press("enter")
        scenario.press("f3")
        let styles = Set(scenario.canvas().cells.map { [$0.style.foreground, $0.style.background] })
        text.background = .indexed(2)
        #expect(styles == [[.indexed(7), .indexed(4)], [.indexed(7), .indexed(2)]])
    }

    @Test func theCursorStandsInTheInput() {
        var scenario = Self.talking()
        scenario.type("ab")
        #expect(scenario.canvas().cursor == Position(row: 23, column: 4))
    }

    @Test func theStatusBarShowsWhatIsWanted() {
        var scenario = Scenario(
            tasks: [Scenario.task("a", "A"), Scenario.task("b", "B", state: .running)])
        #expect(scenario.screen().contains(" local · Guide  streamed  1 running"))
        scenario.model.context.appearance.statusLine = [.running, .agent]
        #expect(scenario.screen().contains(" 1 running  Guide"))
        #expect(!scenario.screen().contains("streamed"))
        #expect(!scenario.screen().contains("F1 help"))
        scenario.model.context.appearance.statusLine = []
        #expect(!scenario.screen().contains("running"))
    }
}
