import Foundation
import RichText
import SessionCore
import Testing

@testable import ChatUI

/// What `config.toml` says of the looks, on the screen.
@Suite struct AppearanceTests {
    private static let trip = Scenario.task("1", "A trip to Lisbon", minutesAgo: 5)

    private func scenario(columns: Int = 120, _ change: (inout PaneContext) -> Void) -> Scenario {
        var scenario = Scenario(columns: columns, tasks: [Self.trip])
        change(&scenario.model.context)
        return scenario
    }

    @Test(arguments: [(120, 60, 60), (120, 16, 16), (80, 60, 49), (60, 200, 29)])
    func theListIsAsWideAsSet(columns: Int, width: Int, expected: Int) {
        var scenario = scenario(columns: columns) { $0.appearance.listWidth = width }
        _ = scenario.screen()
        #expect(scenario.model.screen.list?.columns == expected)
        #expect(scenario.model.screen.conversation.columns >= 20)
    }

    @Test func theListNamesTheAgentBelowEachTask() {
        var scenario = scenario { $0.appearance.listAgents = true }
        let rows = scenario.screen().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(rows[1].contains("A trip to Lisbon"))
        #expect(rows[2].prefix(34).contains("Guide"))
        scenario.model.context.appearance.listAgents = false
        #expect(!scenario.screen().split(separator: "\n")[2].prefix(34).contains("Guide"))
    }

    @Test func runningTextIsNarrowerThanCode() {
        var scenario = scenario(columns: 200) { $0.appearance.textWidth = 40 }
        let words = String(repeating: "word ", count: 60)
        let code = String(repeating: "x", count: 120)
        scenario.load([
            scenario.message(.user, words), scenario.message(.agent, words + "\n\n```\n\(code)\n```"),
        ])
        let widths = scenario.rows.filter(\.isIndented).map { Glyphs.width($0.line.text) }
        #expect(widths.filter { $0 > 40 }.count == 1)
        #expect(widths.max() ?? 0 > 120)
        scenario.model.context.appearance.textWidth = nil
        #expect(scenario.rows.filter { Glyphs.width($0.line.text) > 120 }.count > 3)
    }

    @Test func codeIsColouredInTheLanguagesOfTheSettings() {
        var scenario = scenario { _ in }
        scenario.load([scenario.message(.agent, "```mine\nbegin x\n```")])
        func keywords() -> [String] {
            scenario.rows.flatMap(\.line.spans).filter { $0.role == .codeKeyword }.map(\.text)
        }
        #expect(keywords() == [])
        var language = Language(name: "mine")
        language.keywords = ["begin"]
        var update = SettingsUpdate()
        update.languages = LanguageCatalog([language])
        #expect(!update.isEmpty)
        scenario.receive(.settings(update))
        #expect(keywords() == ["begin"])
    }

    @Test func marksOfMarkdownStayWhereTheTerminalNeedsThem() {
        var scenario = scenario { $0.marks = SyntaxMarks(attributes: []) }
        scenario.load([scenario.message(.agent, "## A\n\n*b*")])
        #expect(scenario.rows.map(\.line.text).contains("## A"))
        scenario.model.context.marks = []
        #expect(scenario.rows.map(\.line.text).contains("A"))
        #expect(scenario.rows.map(\.line.text).contains("b"))
    }

    @Test func keysAreNotNamedWithoutHints() {
        var scenario = scenario { $0.keymap.showsHints = false }
        #expect(!scenario.screen().contains("F1"))
        scenario.model.context.keymap.showsHints = true
        #expect(scenario.screen().contains("F1"))
    }

    // MARK: Quitting

    private func turn(_ state: Turn.State, mode: Turn.Mode = .streamed) -> Turn {
        Turn(id: 9, task: Self.trip.id, mode: mode, state: state, message: 9, startedAt: Scenario.now)
    }

    @Test func quittingAsksWhileAReplyArrives() {
        var scenario = scenario { _ in }
        scenario.receive(.turn(turn(.streaming)))
        scenario.press("ctrl-q")
        #expect(!scenario.hasQuit)
        #expect(scenario.screen().contains("A reply is still arriving in “A trip to Lisbon”."))
        scenario.press("ctrl-q")
        #expect(scenario.hasQuit)
    }

    @Test func quittingAsksAgainAfterSomethingElse() {
        var scenario = scenario { _ in }
        scenario.receive(.turn(turn(.sending)))
        scenario.press("ctrl-q", "ctrl-l", "ctrl-q")
        #expect(!scenario.hasQuit)
    }

    @Test(arguments: [Turn.State.done, .failed, .stopped, .running])
    func quittingDoesNotAskWhenNothingWouldBreakOff(state: Turn.State) {
        var scenario = scenario { _ in }
        scenario.receive(.turn(turn(.streaming)))
        scenario.receive(.turn(turn(state)))
        scenario.press("ctrl-q")
        #expect(scenario.hasQuit)
    }

    @Test func aReplyInTheBackgroundDoesNotBreakOff() {
        var scenario = scenario { _ in }
        scenario.receive(.turn(turn(.sending, mode: .background)))
        scenario.press("ctrl-q")
        #expect(scenario.hasQuit)
    }

    @Test func quittingDoesNotAskIfThatIsNotWanted() {
        var scenario = scenario { $0.appearance.confirmQuit = false }
        scenario.receive(.turn(turn(.streaming)))
        scenario.press("ctrl-q")
        #expect(scenario.hasQuit)
    }
}
