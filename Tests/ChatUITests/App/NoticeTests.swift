import RichText
import SessionCore
import Testing

@testable import ChatUI

/// Notices and dialogs go when what they say or ask no longer holds.
@Suite struct NoticeTests {
    private let a = Scenario.task("a", "First")
    private let b = Scenario.task("b", "Second", minutesAgo: 1)
    private let error = ServiceError(.unreachable, "No network.")

    private func loaded() -> Scenario {
        var scenario = Scenario(tasks: [a, b])
        scenario.load([scenario.message(.user, "hi")])
        return scenario
    }

    /// A scenario that says that the second task has an answer.
    private func announced() -> Scenario {
        var scenario = loaded()
        var task = b
        task.state = .running
        scenario.receive(.task(task))
        (task.state, task.unread) = (.idle, 1)
        scenario.receive(.task(task))
        #expect(scenario.model.notice?.text.contains("New reply in") == true)
        return scenario
    }

    @Test func anAnswerIsAnnouncedUntilItIsRead() {
        var scenario = announced()
        scenario.receive(.listing("local", .complete))
        #expect(scenario.model.notice != nil)
        // Another Parley has shown it to the person.
        scenario.receive(.task(b))
        #expect(scenario.model.notice == nil)
    }

    @Test func anAnswerOfATaskThatIsGoneIsNotAnnounced() {
        var scenario = announced()
        scenario.receive(.taskRemoved(b.id))
        #expect(scenario.model.notice == nil)
    }

    @Test func aListingIsAnnouncedUntilItHasCome() {
        var scenario = loaded()
        scenario.perform(.refresh)
        scenario.receive(.listing("local", .loading))
        #expect(scenario.model.notice?.text == "Loading the tasks…")
        scenario.receive(.listing("local", .complete))
        #expect(scenario.model.notice == nil)
    }

    @Test(arguments: [true, false])
    func aListingThatFailsIsReportedUntilItSucceeds(isFinal: Bool) {
        var scenario = loaded()
        scenario.receive(.listing("local", .loading))
        scenario.receive(
            .listing(
                "local",
                isFinal ? .failed(error) : .waiting(error, until: Scenario.now.addingTimeInterval(60))))
        #expect(scenario.model.notice?.text.contains("No network.") == true)
        scenario.receive(.task(b))
        #expect(scenario.model.notice != nil)
        scenario.receive(.listing("local", .more))
        #expect(scenario.model.notice == nil)
    }

    @Test func aForkIsAnnouncedUntilItIsThere() {
        var scenario = Scenario(
            accounts: [
                AccountEntry(name: "local", agents: [Scenario.guide], capabilities: [.streams, .forks])
            ],
            tasks: [Scenario.task("a", "First", serviceID: "s")])
        scenario.load([scenario.message(.user, "hi")])
        scenario.perform(.forkTask)
        #expect(scenario.model.notice?.text == "Forking the task…")
        scenario.receive(.listing("local", .complete))
        #expect(scenario.model.notice?.text == "Forking the task…")
        let fork = scenario.intents.compactMap { if case .fork(_, _, let fork) = $0 { fork } else { nil } }
            .first
        scenario.receive(.task(Scenario.task(fork?.rawValue ?? "", "Fork")))
        #expect(scenario.model.notice?.text.contains("This is the fork") == true)
    }

    @Test func agentsAreAnnouncedUntilTheyAreThere() {
        var scenario = Scenario(
            accounts: [AccountEntry(name: "work", agents: [], capabilities: [.streams, .listsAgents])])
        #expect(scenario.model.notice?.text == "Loading the agents…")
        scenario.receive(AgentsAnswer(account: "work", result: .failure(error)))
        #expect(scenario.model.notice?.text.contains("Cannot list the agents") == true)
        scenario.receive(AgentsAnswer(account: "work", result: .success([Scenario.guide])))
        #expect(scenario.model.notice == nil)
    }

    // MARK: Dialogs

    @Test(arguments: [Action.renameTask, .searchHere])
    func aDialogAboutATaskThatIsGoneCloses(action: Action) {
        var scenario = loaded()
        scenario.perform(action)
        #expect(scenario.model.dialogs.isOpen)
        scenario.receive(.taskRemoved(b.id))
        #expect(scenario.model.dialogs.isOpen)
        scenario.receive(.taskRemoved(a.id))
        #expect(!scenario.model.dialogs.isOpen)
    }

    @Test func aSuggestionIsNotSentToTheTaskBehind() {
        var scenario = Scenario(tasks: [a, b])
        scenario.load([
            scenario.message(.agent, "Well?", extras: Extras(suggestions: ["Delete it", "Keep it"]))
        ])
        scenario.perform(.pickSuggestion)
        #expect(scenario.model.dialogs.isOpen)
        scenario.receive(.taskRemoved(a.id))
        scenario.press("enter")
        #expect(scenario.sent.isEmpty)
        #expect(!scenario.model.dialogs.isOpen)
    }

    @Test func theSwitcherOffersNoTaskThatIsGone() {
        var scenario = loaded()
        scenario.press("ctrl-s")
        scenario.press("down")
        scenario.receive(.taskRemoved(a.id))
        guard case .picker(let picker)? = scenario.model.dialogs.current else {
            Issue.record("the switcher has closed")
            return
        }
        #expect(picker.shown.map(\.label) == ["Second"])
        scenario.press("enter")
        #expect(scenario.model.tasks.focused == b.id)
    }
}
