import RichText
import SessionCore
import Testing

@testable import ChatUI

/// The dialog as a value of its own.
struct DialogsTests {
    private let context = Scenario().model.context

    private func picker(_ labels: String...) -> Picker {
        Picker(title: "", items: labels.map { Picker.Item(choice: .suggestion($0), label: $0, detail: "") })
    }

    @Test func typingNarrowsAndEnterReturnsTheChoice() {
        var dialogs = Dialogs()
        dialogs.open(picker("one", "two", "three"))
        _ = dialogs.insert("t")
        _ = dialogs.perform(.dialogNext, context)
        let (choice, effects) = dialogs.accept()
        #expect(choice == .suggestion("three"))
        #expect(effects.isEmpty)
        #expect(!dialogs.isOpen)
    }

    @Test func eachKeyOfASearchAsksForItsHits() {
        var dialogs = Dialogs()
        dialogs.open(.search(in: nil))
        let words = "ab".flatMap { dialogs.insert(String($0)) }.compactMap { effect -> String? in
            if case .submit(.search(let request)) = effect { request.words } else { nil }
        }
        #expect(words == ["a", "ab"])
        for (words, text) in [("a", Picker.searchHint), ("ab", "Nothing found for “ab”.")] {
            dialogs.apply(SearchAnswer(request: SearchRequest(words: words), hits: []), context)
            guard case .picker(let picker)? = dialogs.current else { return }
            #expect(picker.emptyText == text)
        }
    }

    @Test func aRenamedTaskIsSubmittedUnlessTheTitleIsEmpty() {
        var dialogs = Dialogs()
        let task = ChatTask.ID(rawValue: "a")
        dialogs.open(Prompt(title: "", purpose: .rename(task), text: " New "))
        let choice = dialogs.accept().choice
        #expect(choice == .title(task, "New"))
        dialogs.open(Prompt(title: "", purpose: .rename(task), text: " "))
        let none = dialogs.accept().choice
        #expect(none == nil)
    }

    @Test func aThemeIsLookedAtOnlyWhileItIsSelected() {
        var dialogs = Dialogs()
        let plain = Scenario().model.theme
        dialogs.open(.themes(ThemeChoice(all: [plain], automatic: (plain, plain), name: "auto")))
        #expect(dialogs.previewedTheme == "auto")
        _ = dialogs.perform(.dialogNext, context)
        #expect(dialogs.previewedTheme == "plain")
        _ = dialogs.perform(.dialogCancel, context)
        #expect(dialogs.previewedTheme == nil)
    }

    // MARK: Paging and ends

    @Test func everyPickerHasPagesAndEnds() {
        var dialogs = Dialogs()
        dialogs.open(
            Picker(
                title: "",
                items: (0..<100).map { Picker.Item(choice: .suggestion("\($0)"), label: "\($0)", detail: "") }
            ))
        func selected(_ actions: Action...) -> String? {
            for action in actions { _ = dialogs.perform(action, context) }
            guard case .picker(let picker)? = dialogs.current else { return nil }
            return picker.selected?.label
        }
        #expect(selected(.dialogPageDown) == "17")
        #expect(selected(.dialogLast) == "99")
        #expect(selected(.dialogPageDown) == "99")
        #expect(selected(.dialogPageUp) == "82")
        #expect(selected(.dialogFirst) == "0")
        #expect(selected(.dialogPageUp) == "0")
        #expect(selected(.dialogPrevious) == "99")
    }

    @Test func homeAndEndGoAlongALineWithNothingToChoose() {
        var scenario = Scenario(tasks: [Scenario.task("a", "Title")])
        scenario.perform(.renameTask)
        scenario.press("home")
        scenario.type("A ")
        scenario.press("end")
        scenario.type("!")
        scenario.press("enter")
        #expect(scenario.intents.contains { if case .rename(_, "A Title!", _) = $0 { true } else { false } })
    }

    @Test(arguments: [(80, 24), (45, 20), (30, 12), (20, 8)])
    func aDialogSaysHowMuchHasNoRoom(columns: Int, rows: Int) {
        var scenario = Scenario(columns: columns, rows: rows, tasks: [Scenario.task("a", "A")])
        scenario.press("f1")
        #expect(scenario.screen().contains("↓"))
        scenario.press("end")
        #expect(scenario.screen().contains("↑"))
        #expect(!scenario.screen().contains("↓"))
        scenario.press("esc", "f9", "esc")
        #expect(!scenario.screen().contains("↓"))
    }

    @Test(arguments: [(30, 12), (45, 20), (80, 24)])
    func theWizardSaysThatMoreServicesLieBelow(columns: Int, rows: Int) {
        var scenario = Scenario(columns: columns, rows: rows, offers: Self.offers)
        scenario.press("ctrl-x a")
        let screen = scenario.screen()
        let isWhole = Self.offers.allSatisfy { screen.contains($0.name) }
        #expect(screen.contains("↓") == !isWhole)
        #expect(isWhole == (rows > 12))
    }

    private static let offers = ["One", "Two", "Three", "Four"].map {
        ServiceOffer(
            service: .lyzr, name: $0, summary: "", url: nil, keyVariable: "KEY", userHint: nil, user: "",
            agentHint: nil, listsAgents: false)
    }

    // MARK: Help

    private func help() -> Scenario {
        var scenario = Scenario(tasks: [Scenario.task("a", "A")])
        scenario.load()
        scenario.type("my unfinished draft")
        scenario.press("f1")
        return scenario
    }

    @Test func helpOpensWithNothingSelectedAndEnterDoesNothing() {
        var scenario = help()
        scenario.press("enter")
        #expect(scenario.model.dialogs.isOpen)
        #expect(scenario.sent.isEmpty)
        #expect(scenario.model.notice != nil)
    }

    /// Whatever is selected in the help, Enter sends nothing and leaves the draft as it was.
    @Test func enterInTheHelpNeverSends() {
        let failed = Turn(
            id: 1, task: ChatTask.ID(rawValue: "a"), mode: .streamed, state: .failed, message: 1,
            startedAt: Scenario.now)
        for place in 0..<Action.entries.count {
            var scenario = Scenario(tasks: [Scenario.task("a", "A")])
            scenario.load([scenario.message(.user, "go", turn: 1)], turns: [failed])
            scenario.type("my unfinished draft")
            scenario.press("f1")
            for _ in 0...place { scenario.press("down") }
            scenario.press("enter")
            #expect(scenario.sent.isEmpty)
            #expect(!scenario.intents.contains { if case .retry = $0 { true } else { false } })
            guard scenario.model.tasks.focused?.rawValue == "a" else { continue }
            #expect(scenario.model.composer.editor.text == "my unfinished draft", "item \(place)")
        }
    }

    @Test func anActionThatNeedsItsKeySaysWhich() {
        var scenario = help()
        scenario.type("send the message")
        scenario.press("enter")
        #expect(scenario.model.notice?.text == "Enter does this: send the message")
    }

    @Test func helpFindsAnActionByItsKeyAndBySynonyms() {
        for (words, name) in [("alt-w", "copy-reply"), ("sidebar", "focus-list"), ("resend", "retry")] {
            var picker = Picker.help(Keymap.make().0)
            picker.query.insert(words)
            picker.narrow()
            #expect(
                picker.selected?.choice == Action(name: name).map { name == "retry" ? .key($0) : .action($0) }
            )
        }
    }

    /// What is called so comes before what means it, and both before what only has its letters.
    @Test func helpFindsNamesBeforeSynonyms() {
        var picker = Picker.help(Keymap.make().0)
        picker.query.insert("copy")
        picker.narrow()
        let names = picker.shown.map(\.choice)
        #expect(
            names.prefix(2) == [.action(.copyReply), .action(.copyMenu)]
                || names.prefix(2) == [.action(.copyMenu), .action(.copyReply)])
        #expect(names.contains(.action(.forkTask)))
        #expect(!names.contains(.action(.refresh)))
    }

    /// Where rows are cut, the selected one is shown whole below them.
    @Test func inANarrowWindowTheSelectedActionIsShownWhole() {
        var scenario = Scenario(columns: 45, rows: 20, tasks: [Scenario.task("a", "A")])
        scenario.load()
        scenario.press("f1")
        for _ in 0..<Action.entries.count {
            scenario.press("down")
            guard case .picker(let picker)? = scenario.model.dialogs.current, let item = picker.selected
            else {
                continue
            }
            let screen = scenario.screen().split(separator: "\n").map { $0.replacing("│", with: " ") }.joined(
                separator: " "
            )
            .split(separator: " ").joined(separator: " ")
            #expect(screen.contains(item.label.split(separator: " ").joined(separator: " ")), "\(item.label)")
        }
    }

    @Test func helpSaysWhereAKeyWorks() {
        let items = Picker.help(Keymap.make().0).items
        func detail(_ action: Action) -> String? { items.first { $0.choice == .action(action) }?.detail }
        #expect(detail(.newTask) == "Alt-N  F4")
        #expect(detail(.pinTask) == "p (list)")
        #expect(detail(.nextTask) == "Ctrl-N  Down (list)")
        #expect(detail(.copyMenu) == "Ctrl-X y  y (conversation)")
        #expect(detail(.task(1)) == "Alt-1 … Alt-9")
    }

    /// Nothing of the help is cut at the width that a terminal usually has.
    @Test func everyActionFitsIntoTheHelp() {
        var scenario = Scenario(tasks: [Scenario.task("a", "A")])
        scenario.load()
        scenario.press("f1")
        var cut: Set<Substring> = []
        for _ in 0..<Action.entries.count {
            scenario.press("down")
            cut.formUnion(scenario.screen().split(separator: "\n").filter { $0.contains("…") })
        }
        #expect(cut.filter { !$0.contains("Alt-1 … Alt-9") } == [])
    }

    /// Text from a service has the line ends that it has.
    @Test func lineEndsAreNotDrawnInAnyDialog() {
        var scenario = Scenario(columns: 100, tasks: [Scenario.task("a", "A")])
        let reply =
            "\r\n\r\nFirst line\r\nsecond\r\n\r\n```sh\r\nls -l\r\npwd\r\n```\r\n\r\n[a\r\nlink](http://a.b) end\r"
        scenario.load([
            scenario.message(.agent, reply, extras: Extras(suggestions: ["Say\r\nthis", "or\nthat"]))
        ])
        func expectClean(_ words: String...) {
            let screen = scenario.screen()
            for word in words { #expect(screen.contains(word), "\(screen)") }
            #expect(!screen.contains { "␍␊␤".contains($0) }, "\(screen)")
            scenario.press("esc")
        }
        scenario.perform(.copyMenu)
        expectClean("Copy", "First line", "ls -l")
        scenario.perform(.linkList)
        expectClean("Links", "http://a.b")
        scenario.perform(.pickSuggestion)
        expectClean("Say this", "or that")
    }
}
