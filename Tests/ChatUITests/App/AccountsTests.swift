import Foundation
import RichText
import SessionCore
import Settings
import Testing

@testable import ChatUI

/// Several accounts in one list.
struct AccountsTests {
    static let accounts = [
        AccountEntry(
            name: "work", agents: [Agent(id: "s", name: "Support"), Agent(id: "r", name: "Research")],
            capabilities: [.streams, .listsTasks]),
        AccountEntry(
            name: "laboratory-berlin", agents: [Agent(id: "l", name: "Librarian")],
            capabilities: [.streams, .listsTasks, .listsAgents]),
        AccountEntry(name: "home", agents: [Agent(id: "g", name: "Gardener")], capabilities: [.background]),
    ]

    static func tasks(_ count: Int, of account: String, from minutes: Double = 0) -> [ChatTask] {
        (0..<count).map {
            Scenario.task(
                "\(account)-\($0)", "\(account) \($0)", minutesAgo: minutes + Double($0), account: account)
        }
    }

    static func scenario(columns: Int = 80, rows: Int = 24, tasks: [ChatTask] = []) -> Scenario {
        var scenario = Scenario(columns: columns, rows: rows, accounts: accounts, tasks: tasks)
        scenario.load()
        return scenario
    }

    static let mixed = [
        Scenario.task("a", "Refund for order 1881", unread: 1, account: "work"),
        Scenario.task(
            "b", "Sequence the samples again", minutesAgo: 5, state: .running, account: "laboratory-berlin"),
        Scenario.task("c", "Which roses survive the frost?", minutesAgo: 60 * 26, account: "home"),
        Scenario.task("d", "A task of an account that is gone", minutesAgo: 60 * 24 * 9, account: "old"),
    ]

    // MARK: A new task

    @Test func aNewTaskAsksForAccountAndAgentAndRemembersTheLast() {
        var scenario = Self.scenario(tasks: Self.mixed)
        scenario.press("alt-n")
        scenario.type("res wo")
        scenario.press("enter")
        #expect(scenario.model.tasks.focusedTask?.account == "work")
        #expect(scenario.model.tasks.focusedTask?.agent.id == "r")
        scenario.press("ctrl-n", "alt-n")
        guard case .picker(let picker)? = scenario.model.dialogs.current else {
            Issue.record("nothing was asked")
            return
        }
        #expect(picker.selected?.choice == .agent(account: "work", Agent(id: "r", name: "Research")))
    }

    @Test func whatTheServiceListsIsOfferedToo() {
        var scenario = Self.scenario(tasks: Self.mixed)
        #expect(
            scenario.effects.contains {
                if case .listAgents("laboratory-berlin") = $0 { true } else { false }
            })
        scenario.press("alt-n")
        scenario.type("lib")
        scenario.receive(
            AgentsAnswer(
                account: "laboratory-berlin",
                result: .success([Agent(id: "l", name: "Librarian"), Agent(id: "l2", name: "Liberal")])))
        scenario.press("down", "enter")
        #expect(scenario.model.tasks.focusedTask?.agent.id == "l2")
        #expect(scenario.model.context.accounts.all[1].agents.map(\.id) == ["l", "l2"])
    }

    @Test func agentsThatCouldNotBeListedAreAskedForAgain() {
        var scenario = Self.scenario()
        scenario.receive(
            AgentsAnswer(account: "laboratory-berlin", result: .failure(ServiceError(.service, "No."))))
        scenario.press("alt-n")
        let asked = scenario.effects.filter { if case .listAgents = $0 { true } else { false } }
        #expect(asked.count == 2)
    }

    @Test func whereOnlyTheServiceKnowsItsAgentsTheFirstTaskWaitsForThem() {
        var scenario = Scenario(
            accounts: [AccountEntry(name: "docs", agents: [], capabilities: [.streams, .listsAgents])])
        #expect(scenario.screen().contains("Loading the agents…"))
        scenario.receive(AgentsAnswer(account: "docs", result: .success([Scenario.guide])))
        #expect(scenario.model.tasks.focusedTask?.agent == Scenario.guide)
    }

    @Test func enterWithoutAnAgentSaysWhyAndKeepsTheMessage() {
        var scenario = Scenario(
            accounts: [AccountEntry(name: "docs", agents: [], capabilities: [.streams, .listsAgents])])
        scenario.type("hello")
        scenario.press("enter")
        #expect(scenario.model.notice?.text == "Loading the agents…")
        scenario.receive(AgentsAnswer(account: "docs", result: .failure(ServiceError(.service, "No."))))
        scenario.press("enter")
        #expect(scenario.model.notice?.text.contains("There is no agent to talk to.") == true)
        #expect(scenario.model.composer.editor.text == "hello")

        scenario.receive(AgentsAnswer(account: "docs", result: .success([Scenario.guide])))
        #expect(scenario.model.tasks.focusedTask?.agent == Scenario.guide)
        #expect(scenario.model.composer.editor.text == "hello")
        let drafts = scenario.intents.compactMap { intent -> String? in
            if case .setDraft(_, let draft) = intent { draft.text } else { nil }
        }
        #expect(drafts.contains("hello"))
        scenario.press("enter")
        let sent = scenario.intents.compactMap { intent -> String? in
            if case .send(_, let text, _, _) = intent { text } else { nil }
        }
        #expect(sent == ["hello"])
    }

    @Test func whereTheFirstServiceListsNoAgentsTheNextAccountIsUsed() {
        var scenario = Scenario(
            accounts: [
                AccountEntry(name: "docs", agents: [], capabilities: [.streams, .listsAgents]),
                AccountEntry(name: "local", agents: [Scenario.guide], capabilities: [.streams]),
            ])
        #expect(scenario.model.tasks.focusedTask == nil, "the agents of the first may come")
        scenario.receive(AgentsAnswer(account: "docs", result: .failure(ServiceError(.service, "No."))))
        #expect(scenario.model.tasks.focusedTask?.account == "local")
    }

    @Test func aCorrectedAgentIsUsedAtOnce() {
        let (wrong, right) = (Agent(id: "7", name: "Runner"), Agent(id: "1", name: "Runner"))
        var scenario = Scenario(
            accounts: [AccountEntry(name: "work", agents: [wrong], capabilities: [.background])],
            tasks: [Scenario.task("a", "Old", agent: wrong, account: "work")])
        let corrected = AccountEntry(name: "work", agents: [right], capabilities: [.background])
        scenario.receive(.settings(SettingsUpdate(accounts: [corrected])))
        scenario.press("alt-n")
        #expect(scenario.model.tasks.focusedTask?.agent == right)
    }

    @Test func agentsThatAServiceMayStillListAreKeptForANewTask() {
        let listed = Agent(id: "x", name: "Xenia")
        let entry = AccountEntry(
            name: "docs", agents: [Scenario.guide], capabilities: [.streams, .listsAgents])
        var scenario = Scenario(
            accounts: [entry], tasks: [Scenario.task("a", "Old", agent: listed, account: "docs")])
        scenario.press("alt-n")
        #expect(scenario.model.tasks.focusedTask?.agent == listed)
        scenario.receive(AgentsAnswer(account: "docs", result: .success([listed])))
        // The same account once more: what was listed stays.
        scenario.receive(.settings(SettingsUpdate(accounts: [entry])))
        #expect(scenario.model.context.accounts["docs"]?.agents == [Scenario.guide, listed])
        // It names another agent: it is listed again.
        var other = entry
        other.agents = [Agent(id: "n", name: "New")]
        scenario.receive(.settings(SettingsUpdate(accounts: [other])))
        #expect(scenario.model.context.accounts["docs"]?.agents == other.agents)
    }

    @Test func savedSettingsAreUsedAndMistakesAreSaid() throws {
        var scenario = Self.scenario(tasks: Self.mixed)
        #expect(scenario.screen().contains("F1 help"))
        var appearance = Appearance()
        appearance.hints = false
        var update = SettingsUpdate()
        update.appearance = appearance
        scenario.receive(.settings(update))
        #expect(!scenario.screen().contains("F1 help"))
        let keys = try #require(Key(text: "ctrl-t"))
        let binding = KeyBinding(sequence: KeySequence([keys]), action: "help", line: 1)
        scenario.receive(
            .settings(
                SettingsUpdate(
                    keymap: Keymap.make(bindings: [binding]).0,
                    message: .init(text: "keys.toml:3: No.", isProblem: true))))
        #expect(scenario.screen().contains("keys.toml:3: No."))
        scenario.press("ctrl-t")
        #expect(scenario.model.dialogs.isOpen)
    }

    @Test func whatIsListedFirstIsShownWhereNothingIsYet() {
        var scenario = Scenario(
            accounts: [
                AccountEntry(name: "docs", agents: [], capabilities: [.streams, .listsAgents, .listsTasks])
            ])
        scenario.receive(.task(Scenario.task("a", "Listed", account: "docs")))
        #expect(scenario.model.tasks.focusedTask?.id.rawValue == "a")
    }

    @Test func aNewTaskOfAnotherAccountWidensTheList() {
        var scenario = Self.scenario(tasks: Self.mixed)
        scenario.perform(.filterAccount)
        scenario.type("home")
        scenario.press("enter")
        #expect(scenario.model.tasks.filter == "home")
        scenario.press("alt-n")
        scenario.type("supp")
        scenario.press("enter")
        #expect(scenario.model.tasks.filter == nil)
        #expect(scenario.model.tasks.focusedPosition != nil)
    }

    // MARK: Listings

    @Test func theServicesAreAskedOnceAtTheStart() {
        var scenario = Self.scenario(tasks: Self.mixed)
        scenario.receive(.tasks(Self.mixed))
        #expect(scenario.intents.filter { if case .refresh = $0 { true } else { false } }.count == 1)
    }

    @Test func moreIsAskedForAsTheEndComesNear() {
        var scenario = Self.scenario(tasks: Self.tasks(200, of: "work"))
        scenario.receive(.listing("work", .more))
        _ = scenario.screen()
        #expect(scenario.wanted == [])
        for _ in 0..<170 { scenario.press("ctrl-n") }
        _ = scenario.screen()
        #expect(scenario.wanted == ["work"])
        _ = scenario.screen()
        #expect(scenario.wanted == ["work"])
        scenario.receive(.listing("work", .loading))
        for task in Self.tasks(50, of: "work", from: 1000) { scenario.receive(.task(task)) }
        scenario.receive(.listing("work", .more))
        _ = scenario.screen()
        #expect(scenario.wanted == ["work"])
        scenario.press("ctrl-p")
        for _ in 0..<60 { scenario.press("ctrl-n") }
        _ = scenario.screen()
        #expect(scenario.wanted == ["work", "work"])
    }

    /// The tasks of one account may end long before those of another: what is missing in between is asked for.
    @Test func eachAccountIsListedAsFarAsIsShown() {
        var scenario = Self.scenario(
            tasks: Self.tasks(5, of: "work") + Self.tasks(300, of: "laboratory-berlin", from: 100))
        scenario.receive(.listing("work", .more), .listing("laboratory-berlin", .more))
        _ = scenario.screen()
        #expect(scenario.wanted == ["work"])
    }

    @Test func aListingThatIsFinishedAsksForNothing() {
        var scenario = Self.scenario(tasks: Self.tasks(5, of: "work"))
        scenario.receive(
            .listing("work", .complete), .listing("laboratory-berlin", .failed(ServiceError(.service, "No.")))
        )
        _ = scenario.screen()
        #expect(scenario.wanted == [])
    }

    @Test func aFailureStandsInTheListWithWhatToDo() {
        var scenario = Self.scenario(tasks: Self.mixed)
        scenario.receive(
            .listing("work", .loading),
            .listing(
                "laboratory-berlin",
                .waiting(ServiceError(.rateLimited, "Too much."), until: Scenario.now + 120)))
        #expect(scenario.screen().contains("laborato…: next try 15:11"))
        #expect(scenario.screen().contains("work: loading…"))
        // The whole of it, although the status bar has no room for it.
        #expect(
            scenario.screen().contains(
                "Could not list the tasks of “laboratory-berlin”, next try at 15:11. Too much."))
        scenario.receive(.listing("laboratory-berlin", .failed(ServiceError(.service, "No."))))
        scenario.receive(.listing("work", .complete))
        scenario.press("f6", "o")
        #expect(scenario.screen().contains("   failed, F5"))
        #expect(!scenario.screen().contains("loading…"))
    }

    // MARK: Screens

    @Test(arguments: [(80, 24), (120, 40)])
    func itsScreens(columns: Int, rows: Int) {
        var scenario = Self.scenario(columns: columns, rows: rows, tasks: Self.mixed)
        scenario.receive(
            .listing("work", .loading), .listing("laboratory-berlin", .failed(ServiceError(.service, "No."))))
        // The notice of it goes with the next key.
        scenario.press("left")
        scenario.expectScreen("accounts-\(columns)x\(rows)")
        scenario.press("f6", "o")
        scenario.expectScreen("accounts-grouped-\(columns)x\(rows)")
        scenario.press("f")
        scenario.type("wo")
        scenario.expectScreen("accounts-filter-\(columns)x\(rows)")
        scenario.press("enter", "alt-n")
        scenario.expectScreen("new-task-\(columns)x\(rows)")
    }
}

extension Scenario {
    /// The accounts of which more tasks were asked for.
    var wanted: [AccountName] {
        intents.compactMap { if case .moreTasks(let account) = $0 { account } else { nil } }
    }
}
