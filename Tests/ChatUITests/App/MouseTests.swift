import RichText
import SessionCore
import Testing

@testable import ChatUI

/// The mouse, which is off until it is switched on.
@Suite struct MouseTests {
    private func scenario() -> Scenario {
        var scenario = Scenario(
            columns: 100, rows: 30,
            tasks: [Scenario.task("a", "First"), Scenario.task("b", "Second", minutesAgo: 1)])
        scenario.load(
            (1...40).map { number in
                scenario.message(number % 2 == 1 ? .user : .agent, "message \(number)")
            })
        _ = scenario.screen()
        return scenario
    }

    @Test func aKeySwitchesItOnAndOff() {
        var scenario = scenario()
        #expect(!scenario.model.context.appearance.mouse)
        scenario.press("ctrl-x p")
        #expect(scenario.model.context.appearance.mouse)
        #expect(scenario.model.notice?.text.hasPrefix("The mouse is on") == true)
        scenario.press("ctrl-x p")
        #expect(!scenario.model.context.appearance.mouse)
    }

    @Test func aClickGoesToATaskOrAPane() {
        var scenario = scenario()
        // The title, the first task, the second.
        scenario.point(.press, row: 2, column: 5)
        #expect(scenario.model.tasks.focused?.rawValue == "b")
        #expect(scenario.model.pane == .list)
        scenario.point(.press, row: 0, column: 5)
        #expect(scenario.model.tasks.focused?.rawValue == "b")
        scenario.point(.press, row: 10, column: 60)
        #expect(scenario.model.pane == .conversation)
        scenario.point(.press, row: 29, column: 60)
        #expect(scenario.model.pane == .input)
        // Below the last task there is nothing.
        scenario.point(.press, row: 20, column: 5)
        #expect(scenario.model.tasks.focused?.rawValue == "b")
    }

    @Test func theWheelScrollsTheConversationAndGoesThroughTheList() {
        var scenario = scenario()
        let bottom = scenario.screen()
        scenario.point(.wheelUp, row: 10, column: 60)
        let above = scenario.screen()
        #expect(above != bottom)
        #expect(scenario.model.pane == .input, "what is being written keeps the keys")
        scenario.point(.wheelDown, row: 10, column: 60)
        #expect(scenario.screen() == bottom)
        scenario.point(.wheelDown, row: 10, column: 5)
        #expect(scenario.model.tasks.focused?.rawValue == "b")
    }

    @Test func theDividerIsDragged() {
        var scenario = scenario()
        let before = scenario.model.screen.separator?.column ?? 0
        scenario.point(.press, row: 10, column: before)
        scenario.point(.drag, row: 10, column: before + 9)
        _ = scenario.screen()
        #expect(scenario.model.screen.separator?.column == before + 9)
        scenario.point(.drag, row: 10, column: 0)
        _ = scenario.screen()
        #expect(scenario.model.screen.separator?.column == 16)
        scenario.point(.release, row: 10, column: 0)
        scenario.point(.drag, row: 10, column: 40)
        _ = scenario.screen()
        #expect(scenario.model.screen.separator?.column == 16)
    }

    @Test func aClickChoosesInADialogAndNowhereElse() {
        var scenario = scenario()
        scenario.press("ctrl-s")
        guard case .picker(let picker)? = scenario.model.dialogs.current else {
            Issue.record("no switcher")
            return
        }
        let items = DialogView.places(of: picker, in: Size(columns: 100, rows: 30)).items
        scenario.point(.press, row: 0, column: 0)
        #expect(scenario.model.dialogs.isOpen)
        scenario.point(.press, row: items.row + 1, column: items.column + 3)
        #expect(!scenario.model.dialogs.isOpen)
        #expect(scenario.model.tasks.focused?.rawValue == "b")
    }

    @Test func aHeadingOfTheHelpIsNoChoice() {
        var scenario = scenario()
        scenario.press("f1")
        guard case .picker(let picker)? = scenario.model.dialogs.current else {
            Issue.record("no help")
            return
        }
        let items = DialogView.places(of: picker, in: Size(columns: 100, rows: 30)).items
        scenario.point(.press, row: items.row, column: items.column + 3)
        #expect(scenario.model.dialogs.isOpen)
        scenario.point(.wheelDown, row: items.row, column: items.column)
        #expect(scenario.model.dialogs.isOpen)
    }
}
