import Foundation
import RichText
import SessionCore
import Settings
import Testing

@testable import ChatUI

/// What keys and events do to the model.
struct ModelTests {
    let a = Scenario.task("a", "First")
    let b = Scenario.task("b", "Second", minutesAgo: 5)

    // MARK: Memory

    /// Going back to a task is instant, unless so much text would be kept for it that this is not worth the memory.
    @Test func longConversationsThatAreNotShownAreDropped() {
        var scenario = Scenario(tasks: [a, b, Scenario.task("c", "Third", minutesAgo: 9)])
        for _ in 0..<3 {
            scenario.load([
                scenario.message(.agent, String(repeating: "word\n", count: ConversationPane.keptBytes / 9))
            ])
            scenario.press("ctrl-n")
        }
        // The first one is shown again; of the others, the one left last is kept.
        #expect(scenario.model.tasks.focused?.rawValue == "a")
        #expect(Set(scenario.model.conversation.transcripts.keys.map(\.rawValue)) == ["a", "c"])
    }

    // MARK: Sending

    @Test func aFirstStartBeginsATaskThatOneCanWriteIn() {
        var scenario = Scenario()
        #expect(scenario.intents.contains { if case .create = $0 { true } else { false } })
        scenario.load()
        scenario.type("hi")
        scenario.press("enter")
        #expect(scenario.sent.map(\.text) == ["hi"])
        #expect(scenario.model.composer.editor.isEmpty)
    }

    @Test func enterSendsInTheModeOfTheTask() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.press("alt-m")
        scenario.type("work")
        scenario.press("enter")
        #expect(scenario.sent.map(\.mode) == [.background])
        #expect(scenario.screen().contains("bg> "))
        scenario.type("/bg once more")
        scenario.press("alt-m", "enter")
        #expect(scenario.sent.last?.text == "once more")
        #expect(scenario.sent.last?.mode == .background)
    }

    @Test func nothingIsSentFromAnEmptyInput() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.press("enter")
        scenario.type("   ")
        scenario.press("enter")
        #expect(scenario.sent.isEmpty)
    }

    @Test func aSlashThatIsMeantIsSent() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.type("//quit is a command")
        scenario.press("enter")
        #expect(scenario.sent.map(\.text) == ["/quit is a command"])
    }

    @Test func anUnknownCommandIsKeptInTheInput() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.type("/them x")
        scenario.press("enter")
        #expect(scenario.sent.isEmpty)
        #expect(scenario.model.composer.editor.text == "/them x")
        #expect(scenario.model.notice?.text.contains("/theme") ?? false)
    }

    @Test func whatIsPastedIsOneTextAndNotSent() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.paste("two\nlines\n")
        #expect(scenario.sent.isEmpty)
        #expect(scenario.model.composer.editor.text == "two\nlines\n")
    }

    @Test func upBringsBackWhatWasSent() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.type("one")
        scenario.press("enter")
        scenario.type("two")
        scenario.press("enter")
        scenario.type("dra")
        scenario.press("up")
        #expect(scenario.model.composer.editor.text == "two")
        scenario.press("up")
        #expect(scenario.model.composer.editor.text == "one")
        scenario.press("down", "down")
        #expect(scenario.model.composer.editor.text == "dra")
    }

    // MARK: Drafts

    @Test func eachTaskKeepsWhatIsBeingWritten() {
        var scenario = Scenario(tasks: [a, b])
        scenario.load()
        scenario.type("for the first")
        scenario.press("ctrl-n")
        #expect(scenario.model.composer.editor.isEmpty)
        #expect(
            scenario.intents.contains {
                if case .setDraft(a.id, let draft) = $0 { draft.text == "for the first" } else { false }
            })
        scenario.load()
        scenario.press("ctrl-p")
        #expect(scenario.model.composer.editor.text == "for the first")
    }

    @Test func aMessageTakenBackComesInFrontOfWhatIsTyped() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.receive(.returned(a.id, text: "again"))
        #expect(scenario.model.composer.draft == Draft(text: "again", cursor: 5))
        scenario.press("ctrl-u")
        scenario.type("typing")
        scenario.press("left")
        scenario.receive(.returned(a.id, text: "one\ntwo"))
        #expect(scenario.model.composer.draft == Draft(text: "one\ntwo\ntyping", cursor: 13))
        #expect(scenario.drafts(of: a.id).last == "one\ntwo\ntyping", "saved at once")
        scenario.type("!")
        #expect(scenario.model.composer.editor.text == "one\ntwo\ntypin!g")
        scenario.press("ctrl-_", "ctrl-_")
        #expect(scenario.model.composer.editor.text == "typing")
    }

    @Test func aMessageReturnedToATaskThatWasJustLeftLosesNeither() {
        var scenario = Scenario(tasks: [a, b])
        scenario.load()
        scenario.type("typed here")
        scenario.press("ctrl-n")
        // The session manager has returned it before it saw what was typed, and says what the store held.
        scenario.receive(.returned(a.id, text: "queued"))
        var stored = a
        stored.draft = Draft(text: "queued", cursor: 6)
        scenario.receive(.task(stored))
        #expect(scenario.drafts(of: a.id).last == "queued\ntyped here")
        scenario.load()
        scenario.press("ctrl-p")
        #expect(scenario.model.composer.editor.text == "queued\ntyped here")
    }

    // MARK: Other programs

    @Test func aTaskBegunHereStaysInAnOlderList() {
        var scenario = Scenario(tasks: [a])
        scenario.load([scenario.message(.user, "hi")])
        scenario.press("alt-n")
        let new = scenario.model.tasks.focused
        scenario.type("half a thought")
        scenario.receive(.tasks([a, b]))
        #expect(scenario.model.tasks.focused == new)
        #expect(scenario.model.tasks.count == 3)
        #expect(scenario.model.composer.editor.text == "half a thought")
        scenario.receive(.task(scenario.model.tasks.focusedTask ?? a))
        scenario.receive(.tasks([a, b]))
        #expect(scenario.model.tasks.count == 2, "once it is stored, the list says all")
    }

    @Test func whatAnotherProgramWroteIsLoadedAndAnnounced() {
        var scenario = Scenario(tasks: [a, b])
        scenario.load([scenario.message(.user, "hi")])
        let unchanged = scenario.model.conversation.transcripts[a.id]?.pending
        var running = b
        (running.revision, running.state) = (3, .running)
        scenario.receive(.changed([a, running]))
        #expect(scenario.model.conversation.transcripts[a.id]?.pending == unchanged, "known already")
        #expect(scenario.model.tasks.running == [b.id])
        (running.revision, running.state, running.unread) = (4, .idle, 1)
        scenario.receive(.changed([running]))
        #expect(scenario.model.notice?.text.contains("New reply in") == true)
        var shown = a
        shown.revision = 5
        scenario.receive(.changed([shown]))
        #expect(scenario.model.conversation.transcripts[a.id]?.pending?.place == .newest)
    }

    @Test func aPageThatIsLoadedAgainLeavesTheReaderInPlace() {
        var scenario = Scenario(tasks: [a])
        let long = (1...60).map { "line \($0)" }.joined(separator: "\n\n")
        let messages = [scenario.message(.agent, long), scenario.message(.agent, "end")]
        scenario.load(messages)
        _ = scenario.screen()
        scenario.press("pgup", "pgup")
        let before = scenario.screen()
        var changed = a
        changed.revision = 1
        scenario.receive(.changed([changed]))
        scenario.load(messages)
        #expect(scenario.screen() == before)
    }

    @Test func aTaskThatIsOneWithAnotherGivesItsInputToIt() {
        var scenario = Scenario(tasks: [a, b])
        scenario.load()
        scenario.type("half a thought")
        scenario.receive(.taskRemoved(a.id, successor: b.id))
        #expect(scenario.model.tasks.focused == b.id)
        #expect(scenario.model.composer.editor.text == "half a thought")
        #expect(scenario.model.tasks.count == 1)
    }

    @Test func ctrlCClearsThenAsksThenQuits() {
        var scenario = Scenario(tasks: [a])
        scenario.load([scenario.message(.user, "hi")])
        scenario.type("half a thought")
        scenario.press("ctrl-c")
        #expect(scenario.model.composer.editor.isEmpty)
        scenario.press("up")
        #expect(scenario.model.composer.editor.text == "half a thought")
        scenario.press("ctrl-c", "ctrl-c")
        #expect(!scenario.hasQuit)
        scenario.press("ctrl-c")
        #expect(scenario.hasQuit)
    }

    @Test func quittingKeepsTheDraft() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.type("unfinished")
        scenario.press("ctrl-q")
        #expect(scenario.hasQuit)
        #expect(
            scenario.intents.contains {
                if case .setDraft(a.id, let draft) = $0 { draft.text == "unfinished" } else { false }
            })
    }

    @Test func goingToTheTaskThatIsShownKeepsWhatIsTyped() {
        var scenario = Scenario(tasks: [a, b])
        scenario.load()
        scenario.type("not saved yet")
        scenario.press("alt-1")
        #expect(scenario.model.composer.editor.text == "not saved yet")
    }

    // MARK: Streaming

    @Test func chunksAreAppendedOnceHoweverPagesOverlapThem() {
        var scenario = Scenario(tasks: [a])
        let reply = scenario.message(.agent, "Hel", state: .streaming)
        scenario.load([reply])
        scenario.receive(.chunk(task: a.id, message: reply.id, offset: 0, text: "Hello"))
        scenario.receive(.chunk(task: a.id, message: reply.id, offset: 3, text: "lo, wörld"))
        #expect(scenario.model.conversation.transcripts[a.id]?.messages.last?.text == "Hello, wörld")
        #expect(scenario.screen().contains("Hello, wörld"))
    }

    @Test func aGapBetweenChunksLoadsThePageAgain() {
        var scenario = Scenario(tasks: [a])
        let reply = scenario.message(.agent, "Hel", state: .streaming)
        scenario.load([reply])
        scenario.receive(.chunk(task: a.id, message: reply.id, offset: 10, text: "later"))
        #expect(scenario.model.conversation.transcripts[a.id]?.pending?.place == .newest)
    }

    @Test func escStopsTheRunningTurn() {
        var scenario = Scenario(tasks: [a])
        let message = scenario.message(.user, "go", turn: 1)
        let turn = Turn(
            id: 1, task: a.id, mode: .streamed, state: .streaming, message: message.id,
            startedAt: Scenario.now)
        scenario.load([message], turns: [turn])
        scenario.press("esc")
        #expect(scenario.intents.contains { if case .stop(a.id) = $0 { true } else { false } })
    }

    @Test(arguments: ["esc", "ctrl-c", "ctrl-x ctrl-c"])
    func aRunningTurnIsStoppedAlsoWhenItsMessageIsOutOfTheWindow(keys: String) {
        var running = a
        running.state = .running
        var scenario = Scenario(tasks: [running])
        scenario.load([scenario.message(.user, "long before")], hasLater: true)
        scenario.press(keys)
        #expect(scenario.intents.contains { if case .stop(a.id) = $0 { true } else { false } })
    }

    @Test func aFailedTurnIsRetriedByAKey() {
        var scenario = Scenario(tasks: [a])
        let message = scenario.message(.user, "go", turn: 1)
        let failure = ServiceError(.service, "The service failed.", detail: "HTTP 500: boom", status: 500)
        let turn = Turn(
            id: 1, task: a.id, mode: .streamed, state: .failed, message: message.id, failure: failure,
            startedAt: Scenario.now)
        scenario.load([message], turns: [turn])
        let screen = scenario.screen()
        #expect(screen.contains("service: HTTP 500: boom"))
        scenario.press("alt-r")
        #expect(scenario.intents.contains { if case .retry(1) = $0 { true } else { false } })
        scenario.press("ctrl-x ctrl-u")
        #expect(scenario.intents.contains { if case .takeBack(1) = $0 { true } else { false } })
    }

    // MARK: Attention

    @Test func whatIsShownToItsEndIsRead() {
        var task = a
        task.unread = 1
        var scenario = Scenario(tasks: [task])
        let reply = scenario.message(.agent, "answer")
        scenario.load([reply])
        _ = scenario.screen()
        #expect(scenario.read == [reply.id])
        _ = scenario.screen()
        #expect(scenario.read == [reply.id])
    }

    @Test func aReplyInAWindowWithoutFocusIsNotRead() {
        var scenario = Scenario(tasks: [a])
        scenario.load([scenario.message(.agent, "answer")])
        scenario.focus(false)
        _ = scenario.screen()
        #expect(scenario.read.isEmpty)
    }

    @Test func anAnswerElsewhereIsAnnouncedAndFoundByAKey() {
        var running = b
        running.state = .running
        var scenario = Scenario(tasks: [a, running])
        scenario.load()
        running.state = .idle
        running.unread = 1
        scenario.receive(.task(running))
        #expect(scenario.model.notice?.text.contains("Second") ?? false)
        #expect(scenario.effects.contains { if case .bell = $0 { true } else { false } })
        #expect(scenario.model.windowTitle.hasPrefix("(1) "))
        scenario.press("f2")
        #expect(scenario.model.tasks.focused == b.id)
    }

    // MARK: Tasks

    @Test func altDigitsGoToATaskOfTheList() {
        var scenario = Scenario(tasks: [a, b])
        scenario.load()
        scenario.press("alt-2")
        #expect(scenario.model.tasks.focused == b.id)
    }

    @Test func theSwitcherFindsATaskBySomeLetters() {
        var scenario = Scenario(tasks: [a, b])
        scenario.load()
        scenario.press("ctrl-s")
        scenario.type("scd")
        scenario.press("enter")
        #expect(scenario.model.tasks.focused == b.id)
        #expect(scenario.model.dialogs.current == nil)
    }

    @Test func anUntouchedTaskIsNotKept() {
        var scenario = Scenario(tasks: [a])
        scenario.load([scenario.message(.user, "hi")])
        scenario.press("alt-n")
        scenario.load()
        let new = scenario.model.tasks.focused
        #expect(new != a.id)
        scenario.press("ctrl-n")
        #expect(
            scenario.intents.contains { if case .discardIfEmpty(let id) = $0 { id == new } else { false } })
    }

    @Test func aNewTaskAsksForTheAgentWhenThereIsAChoice() {
        let agents = [Agent(id: "1", name: "Ada"), Agent(id: "2", name: "Bob")]
        var scenario = Scenario(
            accounts: [AccountEntry(name: "work", agents: agents, capabilities: [.streams])], tasks: [a])
        scenario.load()
        scenario.press("alt-n")
        scenario.type("bob")
        scenario.press("enter")
        #expect(scenario.model.tasks.focusedTask?.agent.name == "Bob")
    }

    @Test func aTaskOfAVanishedAccountCanOnlyBeRead() {
        var scenario = Scenario(tasks: [Scenario.task("x", "Old", account: "gone")])
        scenario.load()
        scenario.type("hello?")
        scenario.press("enter")
        #expect(scenario.sent.isEmpty)
        #expect(scenario.model.composer.editor.text == "hello?")
    }

    // MARK: Search

    @Test func aSearchGoesToTheMessageThatWasFound() {
        var scenario = Scenario(tasks: [a])
        scenario.load((1...3).map { _ in scenario.message(.agent, "text") })
        scenario.press("alt-/")
        scenario.type("te")
        let hit = SearchHit(
            task: a.id, taskTitle: "First", message: 2, role: .agent, at: Scenario.now, snippet: "text",
            matches: [0..<2])
        scenario.receive(.found(SearchAnswer(request: SearchRequest(words: "t", task: a.id), hits: [])))
        scenario.receive(.found(SearchAnswer(request: SearchRequest(words: "te", task: a.id), hits: [hit])))
        scenario.press("enter")
        #expect(scenario.model.pane == .conversation)
        #expect(scenario.model.conversation.transcripts[a.id]?.anchor == .line(message: 2, line: 0))
        #expect(
            scenario.intents.contains {
                if case .locate(let request) = $0 { request.words == "te" } else { false }
            })
    }

    // MARK: Themes

    @Test func aThemeIsSeenBeforeItIsChosen() {
        let red = Theme(name: "red", variant: .dark, styles: [.text: Style(foreground: .indexed(1))])
        var scenario = Scenario(tasks: [a], themes: [red])
        scenario.load()
        scenario.press("f9", "down")
        #expect(scenario.model.theme.name == "red")
        scenario.press("esc")
        #expect(scenario.model.theme.name == "plain")
        scenario.press("f9", "down", "enter")
        #expect(scenario.model.theme.name == "red")
        #expect(scenario.effects.contains { if case .saveTheme("red") = $0 { true } else { false } })
    }

    @Test func aThemeIsChosenByNameAndKept() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.type("/theme plain")
        scenario.press("enter")
        #expect(scenario.model.themes.name == "plain")
        #expect(scenario.effects.contains { if case .saveTheme("plain") = $0 { true } else { false } })
    }
}

extension Scenario {
    var sent: [(text: String, mode: Turn.Mode)] {
        intents.compactMap { if case .send(_, let text, let mode, _) = $0 { (text, mode) } else { nil } }
    }

    func drafts(of task: ChatTask.ID) -> [String] {
        intents.compactMap { if case .setDraft(task, let draft) = $0 { draft.text } else { nil } }
    }

    var read: [Message.ID] {
        intents.compactMap { if case .markRead(_, let id) = $0 { id } else { nil } }
    }

    var hasQuit: Bool { effects.contains { if case .quit = $0 { true } else { false } } }
}
