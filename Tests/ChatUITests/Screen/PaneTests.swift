import RichText
import SessionCore
import Settings
import Testing

@testable import ChatUI

/// Which pane has the keys, how that is seen, and where keys go that it does not bind.
@Suite struct PaneTests {
    private static let sizes = [(80, 24), (45, 20)]

    private static func scenario(columns: Int = 80, rows: Int = 24) -> Scenario {
        ScreenTests.talking(columns: columns, rows: rows)
    }

    // MARK: Going from pane to pane

    @Test(arguments: sizes)
    func tabGoesRoundThePanes(columns: Int, rows: Int) {
        var scenario = Self.scenario(columns: columns, rows: rows)
        var panes: [Model.Pane] = []
        for _ in 0..<3 {
            scenario.press("tab")
            panes.append(scenario.model.pane)
        }
        for _ in 0..<3 {
            scenario.press("shift-tab")
            panes.append(scenario.model.pane)
        }
        #expect(panes == [.conversation, .list, .input, .list, .conversation, .input])
    }

    @Test func tabSkipsAHiddenList() {
        var scenario = Self.scenario()
        scenario.press("f8", "tab", "tab")
        #expect(scenario.model.pane == .input)
    }

    @Test(arguments: [Model.Pane.input, .conversation])
    func f6GoesToTheListFromAnyPaneAndBackToTheInput(pane: Model.Pane) {
        var scenario = Self.scenario()
        scenario.model.pane = pane
        scenario.press("f6")
        #expect(scenario.model.pane == .list)
        scenario.press("f6")
        #expect(scenario.model.pane == .input)
    }

    @Test func f6ShowsAHiddenList() {
        var scenario = Self.scenario()
        scenario.press("f8")
        #expect(!scenario.screen().contains("Tasks"))
        scenario.press("f6")
        #expect(scenario.screen().contains("▸Tasks"))
    }

    /// Each press changes the text on the screen, whichever pane has the keys and whether or not the list is there.
    @Test(arguments: sizes, ["f6", "f8"])
    func theKeysOfTheListAlwaysDoSomethingOneCanSee(size: (Int, Int), key: String) {
        for pane in Model.Pane.allCases {
            var scenario = Self.scenario(columns: size.0, rows: size.1)
            scenario.model.pane = pane
            var before = scenario.screen()
            for _ in 0..<4 {
                scenario.press(key)
                let after = scenario.screen()
                #expect(after != before, "\(key) from the \(pane)")
                before = after
            }
        }
    }

    // MARK: How it is seen

    @Test func theListThatHasTheKeys() {
        var scenario = Self.scenario()
        scenario.press("f6")
        scenario.expectScreen("list-focused")
    }

    @Test func theConversationThatHasTheKeys() {
        var scenario = Self.scenario()
        scenario.press("tab", "[")
        scenario.expectScreen("conversation-focused")
    }

    @Test func aNarrowListHasAViewOfItsOwn() {
        var scenario = Self.scenario(columns: 45, rows: 20)
        scenario.press("f6")
        scenario.expectScreen("list-45x20")
        scenario.press("enter")
        #expect(scenario.screen().contains("Alfama"))
    }

    @Test func theKeysInTheStatusBarAreTheOnesThatAreBound() {
        let binding = KeyBinding(sequence: KeySequence([Key("t", .control)]), action: "pin", line: 1)
        let none = KeyBinding(sequence: KeySequence([Key("p")]), action: nil, line: 2)
        var scenario = Scenario(bindings: [binding, none], tasks: ScreenTests.tasks)
        scenario.press("f6")
        #expect(scenario.screen().contains("Ctrl-T pin"))
    }

    @Test func aTaskBehindTheListIsNotRead() {
        var scenario = Scenario(columns: 45, rows: 20, tasks: [Scenario.task("a", "A", unread: 1)])
        scenario.press("f6")
        let reply = scenario.message(.agent, "answer")
        scenario.load([reply])
        _ = scenario.screen()
        #expect(scenario.read.isEmpty)
        scenario.press("enter")
        _ = scenario.screen()
        #expect(scenario.read == [reply.id])
    }

    @Test func withoutColoursEveryThemeIsDrawnInTheOneThatNeedsNone() {
        let plain = Theme(name: "plain", variant: .dark, styles: [:])
        let mono = Theme(name: "mono", variant: .dark, styles: [:])
        var themes = ThemeChoice(
            all: [plain, mono], automatic: (plain, plain), withoutColors: mono, name: "auto")
        #expect(themes.current(preview: "plain").name == "mono")
        themes.choose("plain")
        #expect(themes.current().name == "mono")
        #expect(themes.name == "plain")
    }

    // MARK: Keys that a pane does not bind

    @Test(arguments: [Model.Pane.list, .conversation])
    func aCharacterGoesToTheInput(pane: Model.Pane) {
        var scenario = Self.scenario()
        scenario.model.pane = pane
        scenario.type("xenon é")
        #expect(scenario.model.pane == .input)
        #expect(scenario.model.composer.editor.text == "xenon é")
    }

    @Test(arguments: [
        ("ctrl-x x", "Ctrl-X x"), ("ctrl-x ctrl-z", "Ctrl-X Ctrl-Z"), ("alt-q", "Alt-Q"), ("f12", "F12"),
    ])
    func anUnknownChordIsSaid(keys: String, label: String) {
        var scenario = Self.scenario()
        for pane in Model.Pane.allCases {
            scenario.model.pane = pane
            scenario.press(keys)
            #expect(scenario.model.notice?.text == "\(label) does nothing here; F1 lists the keys.")
            #expect(scenario.model.composer.isEmpty)
            #expect(scenario.model.pane == pane)
        }
        // In a dialog the first key is already said to do nothing.
        guard !keys.contains(" ") else { return }
        scenario.press("f9", keys)
        #expect(scenario.model.notice?.text == "\(label) does nothing here; F1 lists the keys.")
        #expect(scenario.model.dialogs.isOpen)
    }

    @Test func escapeCancelsASequenceWithoutAWord() {
        var scenario = Self.scenario()
        let before = scenario.screen()
        scenario.press("ctrl-x")
        #expect(scenario.screen() != before)
        scenario.press("esc")
        #expect(scenario.screen() == before)
    }

    @Test func theKeysThatCanFollowAPrefixAreShown() {
        var scenario = Self.scenario()
        scenario.press("ctrl-x")
        scenario.expectScreen("continuations")
        scenario.press("ctrl-e")
        #expect(!scenario.screen().contains("Ctrl-X …"))
    }

    @Test func theKeysThatCanFollowAreShownInASmallWindow() {
        var scenario = Self.scenario(columns: 45, rows: 12)
        scenario.press("ctrl-x")
        #expect(scenario.screen().contains("more"), "what has no room is counted")
    }

    @Test func altBWalksByWords() {
        var scenario = Self.scenario()
        scenario.type("one two")
        scenario.press("alt-b", "alt-b")
        #expect(scenario.model.composer.editor.cursor == 0)
        #expect(scenario.model.tasks.focusedTask?.mode == .streamed)
    }

    // MARK: The list

    @Test func theListHasPagesAndEnds() {
        let tasks = (0..<100).map { Scenario.task("\($0)", "task \($0)", minutesAgo: Double($0)) }
        var scenario = Scenario(tasks: tasks)
        func place() -> Int? { scenario.model.tasks.focusedPosition }
        scenario.press("f6")
        _ = scenario.screen()
        scenario.press("pgdn")
        #expect(place() == 20)
        scenario.press("end", "pgdn")
        #expect(place() == 99)
        scenario.press("pgup")
        #expect(place() == 79)
        scenario.press("home")
        #expect(place() == 0)
        scenario.press("pgup", "G")
        #expect(place() == 99)
        scenario.press("g")
        #expect(place() == 0)
    }
}
