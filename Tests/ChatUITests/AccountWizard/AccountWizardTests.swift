import SessionCore
import Settings
import Testing

@testable import ChatUI

/// Adding an account, from the first question to its first task.
struct AccountWizardTests {
    static let offers = [
        ServiceOffer(
            service: .vectara, name: "One", summary: "lists its agents", url: "https://one.example",
            keyVariable: "ONE_KEY", userHint: nil, user: "me", agentHint: "The agent's key.",
            listsAgents: true),
        ServiceOffer(
            service: .aui, name: "Two", summary: "wants to know the user", url: nil, keyVariable: "TWO_KEY",
            userHint: "Who are you there?", user: "me", agentHint: "The agent's id.", listsAgents: false),
    ]

    static func scenario(columns: Int = 80, rows: Int = 24) -> Scenario {
        var scenario = Scenario(columns: columns, rows: rows, offers: offers)
        scenario.load()
        scenario.press("ctrl-x a")
        return scenario
    }

    /// Fills in everything up to the key of the first service.
    static func atTheKey(_ kind: AccountWizard.KeyKind) -> Scenario {
        var scenario = scenario()
        scenario.press("enter", "enter")
        for _ in 0..<(AccountWizard.KeyKind.allCases.firstIndex(of: kind) ?? 0) { scenario.press("down") }
        scenario.press("enter")
        return scenario
    }

    /// Where the line begins with `https://`, people paste a whole address behind it.
    @Test(arguments: ["http://127.0.0.1:4477", "https://two.example/api"])
    func anAddressThatIsPastedBehindTheSuggestionReplacesIt(address: String) {
        var scenario = Self.scenario()
        scenario.press("down", "enter")
        scenario.paste(address)
        #expect(scenario.screen().contains("> \(address)"))
        #expect(!scenario.screen().contains("https://http"))
    }

    /// The service has listed the agent: that it cannot look one up says nothing.
    @Test func anAgentThatWasListedIsNotCalledUnknown() {
        var scenario = Self.atTheKey(.environment)
        scenario.press("enter")
        let agent = Agent(id: "a", name: "Anna")
        scenario.answer(.agents([agent]))
        scenario.press("enter")
        scenario.answer(
            .checked([
                Diagnostic(.key, .fine, "It answers."), Diagnostic(.agent(agent), .unknown, "Who knows."),
            ]))
        #expect(scenario.screen().contains("✓ It answers."))
        #expect(!scenario.screen().contains("Who knows."))
    }

    @Test func anAccountIsPutTogetherTriedSavedAndUsed() throws {
        var scenario = Self.atTheKey(.environment)
        scenario.press("enter")
        let listing = try #require(scenario.request)
        #expect(listing.kind == .agents)
        #expect(listing.draft.url == "https://one.example")
        scenario.answer(.agents([Agent(id: "a", name: "Anna"), Agent(id: "b", name: "Berta")]))
        scenario.type("ber")
        scenario.press("enter")
        #expect(scenario.request?.kind == .check)
        #expect(scenario.request?.draft.agents == [Agent(id: "b", name: "Berta")])
        #expect(scenario.screen().contains("Checking the account…"))
        scenario.answer(.checked([Diagnostic(.key, .fine, "It answers.")]))
        #expect(scenario.screen().contains("✓ It answers."))
        scenario.press("ctrl-u")
        scenario.type("local")
        scenario.press("enter")
        #expect(scenario.screen().contains("There is already an account “local”."))
        scenario.press("ctrl-u")
        scenario.type("work")
        scenario.press("enter")
        let saving = try #require(scenario.request)
        #expect(saving.kind == .save)
        #expect(saving.draft.name == "work")
        guard case .from(.environment("ONE_KEY")) = saving.draft.key else {
            Issue.record("\(saving.draft.key)")
            return
        }
        let added = AccountEntry(
            name: "work", agents: saving.draft.agents, capabilities: [.streams, .listsTasks])
        scenario.answer(.saved(scenario.model.context.accounts.all + [added]))
        #expect(scenario.model.dialogs.current == nil)
        #expect(scenario.model.tasks.focusedTask?.account == "work")
        #expect(scenario.model.tasks.focusedTask?.agent.id == "b")
        #expect(scenario.intents.contains { if case .refresh = $0 { true } else { false } })
    }

    @Test func nothingTypedIsLostOnTheWayBack() {
        var scenario = Self.scenario()
        scenario.press("down", "enter")
        scenario.type("two.example/api")
        scenario.press("enter", "down", "enter")
        scenario.type("pass show 'two")
        scenario.press("enter")
        #expect(scenario.screen().contains("A quotation mark is not closed."))
        for _ in 1...4 { scenario.press("esc") }
        #expect(scenario.model.dialogs.current == nil)
        scenario.press("ctrl-x a", "enter")
        #expect(scenario.screen().contains("> https://two.example/api"))
        scenario.press("enter", "enter")
        #expect(scenario.screen().contains("> pass show 'two"))
        // Another service has another default address, but a typed one stays.
        for _ in 1...3 { scenario.press("esc") }
        scenario.press("up", "enter")
        #expect(scenario.screen().contains("> https://two.example/api"))
    }

    @Test func whatIsUsualAtAServiceGivesWayToAnotherService() {
        var scenario = Self.scenario()
        scenario.press("enter")
        #expect(scenario.screen().contains("> https://one.example"))
        scenario.press("esc", "down", "enter")
        #expect(!scenario.screen().contains("one.example"))
    }

    @Test func aPastedKeyIsNeverShown() {
        var scenario = Self.atTheKey(.pasted)
        scenario.paste("s3cret-key\n")
        #expect(!scenario.screen().contains("s3cret"))
        #expect(scenario.screen().contains("••••••••••"))
        scenario.press("enter")
        guard let key = scenario.request?.draft.key, case .pasted("s3cret-key") = key else {
            Issue.record("the key was not handed on")
            return
        }
        #expect("\(key)" == "what you pasted")
        scenario.press("esc")
        #expect(!scenario.screen().contains("s3cret"))
    }

    @Test(arguments: [
        ("ftp://x", "The address has to begin with https:// or http://."),
        ("127.0.0.1:4477", "The address has to begin with https:// or http://."),
        ("http://https://x", "The address has https:// or http:// in it twice."),
        ("https://", "The address names no host."), ("https://a:b@c", "The address holds a user name"),
    ])
    func aWrongAddressIsToldInPlace(address: String, fault: String) {
        var scenario = Self.scenario()
        scenario.press("enter", "ctrl-u")
        scenario.type(address)
        scenario.press("enter")
        #expect(scenario.screen().contains(fault))
        scenario.type("x")
        #expect(!scenario.screen().contains(fault))
    }

    @Test func anAddressWithoutEncryptionIsAcceptedAfterAWarning() throws {
        var scenario = Self.scenario()
        let warning = "With http://, others on the network can read the key"
        scenario.press("enter", "ctrl-u")
        scenario.type("http://agents.example.org")
        scenario.press("enter")
        #expect(scenario.screen().contains(warning))
        // Another address is another question.
        scenario.type("/x")
        scenario.press("enter")
        #expect(scenario.screen().contains(warning))
        scenario.press("enter")
        #expect(!scenario.screen().contains(warning))
        scenario.press("enter")
        scenario.press("enter")
        #expect(try #require(scenario.request).draft.isInsecure)
    }

    @Test func anAddressOnThisMachineNeedsNoEncryption() {
        var scenario = Self.scenario()
        scenario.press("enter", "ctrl-u")
        scenario.type("http://127.0.0.1:4477")
        scenario.press("enter")
        #expect(!scenario.screen().contains("With http://"))
        #expect(!scenario.screen().contains("> http://127.0.0.1:4477"))
    }

    @Test func whereTheAgentsCannotBeListedOneIsTypedIn() {
        var scenario = Self.atTheKey(.environment)
        scenario.press("enter")
        scenario.answer(.failed("The variable ONE_KEY is not set."))
        #expect(scenario.screen().contains("The variable ONE_KEY is not set."))
        scenario.press("enter")
        #expect(scenario.screen().contains("Enter the agent's id."))
        scenario.type("a17  My agent")
        scenario.press("enter")
        #expect(scenario.request?.draft.agents == [Agent(id: "a17", name: "My agent")])
    }

    @Test func anAnswerToWhatIsNotAskedAnyMoreIsDropped() throws {
        var scenario = Self.atTheKey(.environment)
        scenario.press("enter")
        let stale = try #require(scenario.request)
        scenario.press("esc", "enter")
        scenario.receive(AccountWizardAnswer(number: stale.number, outcome: .failed("too late")))
        #expect(!scenario.screen().contains("too late"))
        #expect(scenario.screen().contains("Loading the agents…"))
    }

    @Test func theUserIsAskedForWhereTheServiceWantsToKnow() {
        var scenario = Self.scenario()
        scenario.press("down", "enter")
        scenario.type("two.example")
        scenario.press("enter", "enter", "enter")
        #expect(scenario.screen().contains("Who are you there?"))
        #expect(scenario.screen().contains("> me"))
        scenario.press("enter")
        scenario.type("17")
        scenario.press("enter")
        #expect(scenario.request?.draft.user == "me")
    }

    @Test func whereTheServiceCannotBeAskedOneIsTypedInWithoutAWord() {
        var scenario = Self.atTheKey(.environment)
        scenario.press("enter")
        scenario.answer(.agents(nil))
        #expect(scenario.screen().contains("The agent's key."))
        scenario.type("a17")
        scenario.press("enter")
        #expect(scenario.request?.draft.agents == [Agent(id: "a17", name: "a17")])
    }

    @Test func whereAKeyBelongsToOneAgentNoneIsAskedFor() {
        var offer = Self.offers[1]
        offer.agentHint = nil
        var scenario = Scenario(offers: [offer])
        scenario.load()
        scenario.press("ctrl-x a", "enter")
        scenario.type("two.example")
        scenario.press("enter", "enter", "enter", "enter")
        #expect(scenario.request?.kind == .check)
        #expect(scenario.request?.draft.agents == [])
    }

    @Test func aSavingThatFailsKeepsTheDialog() {
        var scenario = Self.atTheKey(.environment)
        scenario.press("enter")
        scenario.answer(.agents([Agent(id: "a", name: "Anna")]))
        scenario.press("enter")
        scenario.answer(.checked([]))
        scenario.press("enter")
        scenario.answer(.failed("config.toml:3: The account was not saved."))
        #expect(scenario.screen().contains("config.toml:3: The account was not saved."))
        scenario.press("enter")
        #expect(scenario.request?.kind == .save)
    }

    @Test func whatWasFoundWrongIsSavedOnlyByAWord() {
        var scenario = Self.atTheKey(.environment)
        scenario.press("enter")
        scenario.answer(.agents([Agent(id: "a", name: "Anna")]))
        scenario.press("enter")
        // Before the check has ended, too.
        scenario.press("enter")
        #expect(scenario.screen().contains("The check is still running."))
        scenario.answer(.checked([Diagnostic(.key, .wrong, "The key is refused.")]))
        #expect(!scenario.screen().contains("The check is still running."))
        scenario.press("enter")
        #expect(scenario.request?.kind == .check)
        #expect(scenario.screen().contains("The check failed."))
        // Back and forth it is a new question.
        scenario.press("esc", "enter")
        scenario.answer(.failed("The variable ONE_KEY is not set."))
        #expect(scenario.screen().contains("✗ The variable ONE_KEY is not set."))
        scenario.press("enter")
        #expect(scenario.request?.kind == .check)
        scenario.press("enter")
        #expect(scenario.request?.kind == .save)
    }

    @Test func severalAgentsAreChosen() {
        var scenario = Self.atTheKey(.environment)
        scenario.press("enter")
        scenario.answer(.agents(["Anna", "Berta", "Carla"].map { Agent(id: $0.lowercased(), name: $0) }))
        scenario.type("several")
        scenario.press("enter", "up", "enter")
        #expect(scenario.screen().contains("Choose an agent."))
        scenario.type("ber")
        scenario.press("enter")
        scenario.type("anna")
        scenario.press("enter")
        #expect(scenario.screen().contains("✓ Anna"))
        #expect(scenario.screen().contains("· Carla"))
        // A second time takes it back.
        scenario.press("enter", "enter")
        scenario.press("up", "enter")
        #expect(scenario.request?.kind == .check)
        #expect(scenario.request?.draft.agents.map(\.name) == ["Anna", "Berta"])
    }

    @Test func severalAgentsAreTypedIn() {
        var scenario = Self.atTheKey(.environment)
        scenario.press("enter")
        scenario.answer(.agents(nil))
        scenario.type("a17 My agent, b18,")
        scenario.press("enter")
        #expect(
            scenario.request?.draft.agents
                == [Agent(id: "a17", name: "My agent"), Agent(id: "b18", name: "b18")])
    }

    @Test func theStepsAreCountedOnceTheServiceIsChosen() {
        var scenario = Self.scenario()
        #expect(scenario.screen().contains("Add an account: service "))
        scenario.press("enter")
        #expect(scenario.screen().contains("(2 of 6)"))
        scenario.press("enter", "enter", "enter")
        #expect(scenario.screen().contains("(5 of 6)"))
    }

    @Test(arguments: [(80, 24), (120, 40)])
    func itsScreens(columns: Int, rows: Int) {
        var scenario = Self.scenario(columns: columns, rows: rows)
        scenario.expectScreen("wizard-service-\(columns)x\(rows)")
        scenario.press("enter", "ctrl-u")
        scenario.type("one.example")
        scenario.press("enter")
        scenario.expectScreen("wizard-fault-\(columns)x\(rows)")
        scenario.press("ctrl-a")
        scenario.type("https://")
        scenario.press("enter", "down", "down", "enter")
        scenario.paste("s3cret-key")
        scenario.expectScreen("wizard-key-\(columns)x\(rows)")
        scenario.press("enter")
        scenario.answer(.agents((1...4).map { Agent(id: "agent-\($0)", name: "Agent \($0)") }))
        scenario.expectScreen("wizard-agents-\(columns)x\(rows)")
        scenario.press("enter")
        scenario.answer(
            .checked([
                Diagnostic(.key, .fine, "The service answers and takes the key; it has 4 agents."),
                Diagnostic(
                    .clock, .wrong, "The clock of this machine is 7 minutes behind the service's. Set it."),
            ]))
        scenario.expectScreen("wizard-review-\(columns)x\(rows)")
    }
}

extension Scenario {
    /// What the setup asked for last.
    var request: AccountWizardRequest? {
        effects.compactMap { if case .configureAccount(let request) = $0 { request } else { nil } }.last
    }

    mutating func answer(_ outcome: AccountWizardAnswer.Outcome) {
        guard let request else {
            Issue.record("nothing was asked for")
            return
        }
        receive(AccountWizardAnswer(number: request.number, outcome: outcome))
    }
}
