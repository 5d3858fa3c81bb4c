import RichText
import SessionCore
import Settings
import Testing

@testable import ChatUI

/// The menu above the input while a slash command is typed.
@Suite struct CompletionMenuTests {
    private static let agents = [Agent(id: "1", name: "Ada"), Agent(id: "2", name: "Bob")]
    private static let themes = ["dark", "dusk", "linen"].map { Theme(name: $0, variant: .dark, styles: [:]) }

    private func scenario() -> Scenario {
        var scenario = Scenario(
            accounts: [
                AccountEntry(name: "work", agents: Self.agents, capabilities: [.streams]),
                AccountEntry(name: "home", agents: [Scenario.guide], capabilities: [.streams]),
            ],
            tasks: [
                Scenario.task("a", "Plan a week", account: "work"),
                Scenario.task("b", "Broken deploy", minutesAgo: 5, account: "home"),
                Scenario.task("c", "Plan a day", minutesAgo: 9, account: "work"),
            ], themes: Self.themes)
        scenario.load()
        return scenario
    }

    private func labels(_ scenario: Scenario) -> [String] {
        scenario.model.composer.menu?.entries.map(\.label) ?? []
    }

    // MARK: Moving

    @Test func theArrowsMoveThroughTheMenuAndTheTextStays() {
        var scenario = scenario()
        scenario.type("/re")
        scenario.press("down", "down", "up", "up")
        #expect(scenario.model.composer.menu?.selected?.label == labels(scenario).last)
        #expect(scenario.model.composer.editor.text == "/re")
        scenario.press("alt-<")
        #expect(scenario.model.composer.menu?.selected?.label == "/rename TITLE")
        scenario.type("t")
        #expect(scenario.model.composer.menu?.selected == nil, "another text, another menu")
    }

    @Test func theMenuHasPagesAndEndsAndSaysHowMuchHasNoRoom() {
        var scenario = scenario()
        scenario.type("/")
        let count = labels(scenario).count
        #expect(scenario.screen().contains("↓ \(count - 10) more"))
        scenario.press("pgdn", "pgdn")
        #expect(scenario.model.composer.menu?.list.selection == 20)
        #expect(scenario.screen().contains("↑ "))
        scenario.press("alt->")
        #expect(scenario.model.composer.menu?.list.selection == count - 1)
        #expect(scenario.screen().contains("↑ \(count - 10) more"))
        scenario.press("pgup")
        #expect(scenario.model.composer.menu?.list.selection == count - 11)
    }

    @Test func upAndDownRecallMessagesOnceACommandIsRecalled() {
        var scenario = scenario()
        scenario.type("/theme dark")
        scenario.press("enter")
        scenario.type("/theme dusk")
        scenario.press("enter", "up")
        #expect(scenario.model.composer.editor.text == "/theme dusk")
        scenario.press("up")
        #expect(scenario.model.composer.editor.text == "/theme dark")
        #expect(scenario.model.composer.menu == nil)
    }

    @Test func escapeClosesTheMenuBeforeItStopsAnything() {
        var scenario = scenario()
        var running = Scenario.task("a", "Plan a week", account: "work")
        running.state = .running
        scenario.receive(.task(running))
        scenario.type("/re")
        scenario.press("esc")
        #expect(scenario.model.composer.menu == nil)
        #expect(!scenario.intents.contains { if case .stop = $0 { true } else { false } })
        scenario.press("esc")
        #expect(scenario.intents.contains { if case .stop = $0 { true } else { false } })
    }

    @Test func enterRunsWhatIsSelected() {
        var scenario = scenario()
        scenario.type("/hel")
        scenario.press("down", "enter")
        #expect(scenario.model.dialogs.isOpen)
        #expect(scenario.model.composer.isEmpty)
    }

    @Test func enterOnACommandWithAnArgumentGoesOnToTheArgument() {
        var scenario = scenario()
        scenario.type("/the")
        scenario.press("down", "enter")
        #expect(scenario.model.composer.editor.text == "/theme ")
        #expect(labels(scenario) == ["auto", "dark", "dusk", "linen"])
        scenario.press("down", "down", "enter")
        #expect(scenario.model.themes.name == "dark")
        #expect(scenario.model.composer.isEmpty)
    }

    @Test func theMenuIsDrawnAboveTheInput() {
        var scenario = ScreenTests.talking()
        scenario.type("/")
        scenario.press("down")
        scenario.expectScreen("slash-selected")
    }

    // MARK: Arguments

    @Test(arguments: [
        ("/theme d", "/theme dark"), ("/theme li", "/theme linen"), ("/task brok", "/task Broken deploy"),
        ("/task Pl", "/task Plan a "), ("/new-task b", "/new-task Bob"), ("/filter ho", "/filter home"),
        ("/bg text", "/bg text"),
    ])
    func tabCompletesTheArgument(text: String, completed: String) {
        var scenario = scenario()
        scenario.type(text)
        scenario.press("tab")
        #expect(scenario.model.composer.editor.text == completed)
    }

    @Test func aTaskIsFoundByItsTitle() {
        var scenario = scenario()
        scenario.type("/task deploy")
        scenario.press("enter")
        #expect(scenario.model.tasks.focused?.rawValue == "b")
        scenario.type("/task Plan a day")
        scenario.press("enter")
        #expect(scenario.model.tasks.focused?.rawValue == "c")
        scenario.type("/task nothing like it")
        scenario.press("enter")
        #expect(scenario.model.notice?.text == "There is no task “nothing like it”.")
    }

    @Test func aNewTaskBeginsWithTheAgentThatIsNamed() {
        var scenario = scenario()
        scenario.type("/new-task Guide")
        scenario.press("enter")
        #expect(scenario.model.tasks.focusedTask?.agent == Scenario.guide)
        #expect(scenario.model.tasks.focusedTask?.account == "home")
    }

    @Test func theListIsNarrowedToTheAccountThatIsNamed() {
        var scenario = scenario()
        scenario.type("/filter work")
        scenario.press("enter")
        #expect(scenario.model.tasks.filter == "work")
        scenario.type("/filter all")
        scenario.press("enter")
        #expect(scenario.model.tasks.filter == nil)
    }

    // MARK: Files

    @Test func filesAreOfferedFolderByFolder() {
        var scenario = scenario()
        scenario.type("/insert no")
        #expect(scenario.listed == [""])
        scenario.receive(
            .files(.listing(FolderListing(folder: "", names: [".hidden", "Notes/", "note.md", "other"]))))
        #expect(Set(labels(scenario)) == ["Notes/", "note.md"])
        scenario.press("ctrl-w")
        scenario.type("Notes/")
        #expect(scenario.listed == ["", "Notes/"])
        #expect(scenario.model.composer.menu == nil, "what the folder holds is not known yet")
        scenario.receive(.files(.listing(FolderListing(folder: "Notes/", names: ["a.md", "b.md"]))))
        scenario.press("down", "down", "enter")
        #expect(scenario.effects.contains { if case .readFile("Notes/b.md") = $0 { true } else { false } })
        scenario.receive(.files(.text("/the text\nof b\n")))
        #expect(scenario.model.composer.editor.text == "/the text\nof b\n")
        #expect(scenario.model.composer.menu == nil)
        #expect(scenario.sent.isEmpty)
    }

    @Test func aFileThatCannotBeReadIsSaid() {
        var scenario = scenario()
        scenario.type("/insert nothing")
        scenario.press("enter")
        scenario.receive(.files(.failed("There is no file “nothing”.")))
        #expect(scenario.model.notice?.text == "There is no file “nothing”.")
    }
}

extension Scenario {
    fileprivate var listed: [String] {
        effects.compactMap { if case .listFiles(let folder) = $0 { folder } else { nil } }
    }
}
