import Foundation
import RichText
import SessionCore
import Testing

@testable import ChatUI

/// Searching in a task and everywhere, and finding a task.
@Suite struct FindingTests {
    private let a = Scenario.task("a", "First")
    private let b = Scenario.task("b", "Second", minutesAgo: 1)

    /// Where the words stand in the texts, as the store says it.
    private func places(_ words: String, _ messages: [Message], in task: ChatTask.ID) -> SearchPlaces {
        let matches = messages.flatMap { message in
            message.text.ranges(of: words).map { range in
                SearchMatch(
                    message: message.id,
                    offset: message.text.utf8.distance(from: message.text.startIndex, to: range.lowerBound))
            }
        }
        return SearchPlaces(request: SearchRequest(words: words, task: task, limit: 1000), matches: matches)
    }

    /// Chooses a hit of a search in the shown task, and says where its words are.
    private func search(
        _ words: String, choosing chosen: Message, of messages: [Message], in scenario: inout Scenario
    ) {
        let task = chosen.task
        scenario.press("alt-/")
        scenario.type(words)
        let hit = SearchHit(
            task: task, taskTitle: "First", message: chosen.id, role: .agent, at: Scenario.now,
            snippet: words,
            matches: [])
        scenario.receive(.found(SearchAnswer(request: SearchRequest(words: words, task: task), hits: [hit])))
        scenario.press("enter")
        scenario.receive(.places(places(words, messages, in: task)))
    }

    private func code(_ count: Int) -> String {
        "```\n" + (0..<count).map { "def function_\($0)(): pass" }.joined(separator: "\n") + "\n```"
    }

    @Test func aSearchGoesToTheMatchingRow() throws {
        var scenario = Scenario(tasks: [a])
        let messages = [scenario.message(.user, "Code?"), scenario.message(.agent, code(5000))]
        scenario.load(messages)
        search("function_4000", choosing: messages[1], of: messages, in: &scenario)
        let rows = scenario.rows.map(\.line.text)
        let row = try #require(rows.firstIndex { $0.contains("function_4000(") })
        #expect((rows.count / 4...rows.count / 2).contains(row), "there are rows before and behind it")
        #expect(scenario.model.notice?.text == "match 1 of 1")
        #expect(scenario.screen().contains("match 1 of 1"))
    }

    /// Match by match, within a message and from one to the next, with the ends joined.
    @Test func oneGoesFromMatchToMatch() {
        var scenario = Scenario(rows: 12, tasks: [a])
        func text(_ name: String) -> String {
            (0..<60).map { $0 % 20 == 10 ? "needle \(name)\($0)" : "line \($0)" }.joined(separator: "\n\n")
        }
        let messages = [
            scenario.message(.agent, text("a")), scenario.message(.user, "nothing"),
            scenario.message(.agent, text("b")),
        ]
        scenario.load(messages)
        search("needle", choosing: messages[2], of: messages, in: &scenario)
        func shown(_ text: String) -> Bool {
            scenario.rows.contains { $0.line.text.contains("needle \(text)") }
        }
        #expect(shown("b10"))
        #expect(scenario.model.notice?.text == "match 4 of 6")
        for (key, row, notice) in [
            ("n", "b30", "match 5 of 6"), ("n", "b50", "match 6 of 6"),
            ("n", "a10", "match 1 of 6, wrapped to the first"),
            ("N", "b50", "match 6 of 6, wrapped to the last"),
            ("N", "b30", "match 5 of 6"), ("N", "b10", "match 4 of 6"), ("N", "a50", "match 3 of 6"),
        ] {
            scenario.press(key)
            #expect(shown(row), "\(row)")
            #expect(scenario.model.notice?.text == notice)
        }
    }

    @Test func aMatchOutsideOfTheWindowIsLoaded() throws {
        var scenario = Scenario(tasks: [a])
        let late = Message(id: 200, task: a.id, role: .agent, text: "late", at: Scenario.now)
        let early = Message(
            id: 2, task: a.id, role: .agent, text: code(100) + "\n\nthe needle", at: Scenario.now)
        scenario.load([late], hasEarlier: true)
        search("needle", choosing: early, of: [early], in: &scenario)
        #expect(scenario.model.conversation[a.id]?.pending?.place == .around(2))
        scenario.load([early], hasLater: true)
        #expect(scenario.rows.contains { $0.line.text.contains("the needle") })
    }

    /// What is in the text and not on the screen, such as an address, is shown by the nearest match.
    @Test func aMatchThatIsNotShownLeadsToItsMessage() {
        var scenario = Scenario(tasks: [a])
        let messages = [
            scenario.message(.agent, code(100) + "\n\n[here](https://example.org/needle)\n\n" + code(100))
        ]
        scenario.load(messages)
        search("needle", choosing: messages[0], of: messages, in: &scenario)
        #expect(scenario.model.notice?.text == "match 1 of 1")
        #expect(!scenario.rows.isEmpty)
    }

    @Test func aHitElsewhereIsShownInItsTask() {
        var scenario = Scenario(tasks: [a, b])
        scenario.load([scenario.message(.user, "hi")])
        scenario.press("alt-g")
        scenario.type("needle")
        let found = Message(id: 50, task: b.id, role: .agent, text: "a needle", at: Scenario.now)
        let hit = SearchHit(
            task: b.id, taskTitle: "Second", message: 50, role: .agent, at: Scenario.now, snippet: "a needle",
            matches: [])
        scenario.receive(.found(SearchAnswer(request: SearchRequest(words: "needle"), hits: [hit])))
        scenario.press("enter")
        #expect(scenario.model.tasks.focused == b.id)
        scenario.receive(.places(places("needle", [found], in: b.id)))
        #expect(scenario.model.notice?.text == "match 1 of 1")
    }

    @Test func whatIsNotFoundIsSaid() {
        var scenario = Scenario(tasks: [a])
        scenario.load()
        scenario.press("alt-g")
        #expect(scenario.screen().contains("Words, \"a phrase\", -without"))
        scenario.type("zzzz")
        scenario.receive(.found(SearchAnswer(request: SearchRequest(words: "zzzz"), hits: [])))
        #expect(scenario.screen().contains("Nothing found for “zzzz”."))
        scenario.type(" before:x")
        scenario.receive(
            .found(
                SearchAnswer(
                    request: SearchRequest(words: "zzzz before:x"), hits: [], problem: "“x” is not a day.")))
        #expect(scenario.screen().contains("“x” is not a day."))
    }

    // MARK: Tasks

    @Test func theSwitcherFindsByAgentAndAccountAndShowsTheEnd() {
        let bob = Agent(id: "2", name: "Bob")
        var scenario = Scenario(
            accounts: [
                AccountEntry(name: "home", agents: [Scenario.guide], capabilities: [.streams]),
                AccountEntry(name: "work", agents: [bob], capabilities: [.streams]),
            ],
            tasks: [
                Scenario.task("a", "First", account: "home"),
                Scenario.task("b", "Second", minutesAgo: 1, agent: bob, account: "work"),
            ])
        scenario.press("ctrl-s")
        scenario.type("bob")
        _ = scenario.screen()
        #expect(scenario.intents.contains { if case .preview(b.id) = $0 { true } else { false } })
        scenario.receive(
            .preview(
                b.id,
                [
                    Message(id: 1, task: b.id, role: .user, text: "What is\nnew?", at: Scenario.now),
                    Message(id: 2, task: b.id, role: .agent, text: "Not much.", at: Scenario.now),
                ]))
        let screen = scenario.screen()
        #expect(screen.contains("You  What is new?"))
        #expect(screen.contains("Agent  Not much."))
        // It is asked for once.
        let count = scenario.intents.count
        _ = scenario.screen()
        #expect(scenario.intents.count == count)
        scenario.press("enter")
        #expect(scenario.model.tasks.focused == b.id)
        scenario.press("ctrl-s")
        scenario.type("home")
        scenario.press("enter")
        #expect(scenario.model.tasks.focused == a.id)
    }

    @Test func tasksOfTheSameTitleAreToldApart() {
        let bob = Agent(id: "2", name: "Bob")
        var list = TaskList()
        let tasks = [
            Scenario.task("a", "go", minutesAgo: 9), Scenario.task("b", "go", minutesAgo: 5),
            Scenario.task("c", "go", minutesAgo: 7, agent: bob), Scenario.task("d", "stop", minutesAgo: 1),
            Scenario.task("e", "stop", minutesAgo: 2),
        ]
        list.replace(with: tasks)
        func titles() -> [String] { tasks.map { list.distinction(of: list[$0.id] ?? $0) } }
        #expect(titles() == [" · Guide", " · Guide · 2", " · Bob", " · 2", ""])
        list.remove(tasks[0].id)
        var renamed = tasks[4]
        renamed.title = "go"
        list.put(renamed)
        #expect(titles().dropFirst() == [" · Guide", " · Bob", "", " · Guide · 2"])
    }
}
