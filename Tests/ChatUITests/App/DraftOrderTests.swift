import SessionCore
import TestSupport
import Testing

@testable import ChatUI

/// Typing, going from task to task, and messages that come back while the store lags behind: no word is lost or doubled.
@Suite struct DraftOrderTests {
    private let tasks = (0..<3).map { Scenario.task("t\($0)", "Task \($0)", minutesAgo: Double($0)) }

    /// What the session manager would store, and what it has emitted and the interface has not seen.
    private struct Store {
        var drafts: [ChatTask.ID: Draft] = [:]
        var events: [SessionEvent] = []
        /// How many intents it has carried out.
        var carriedOut = 0

        mutating func carryOut(_ intent: Intent) {
            if case .setDraft(let task, let draft) = intent { drafts[task] = draft }
        }

        mutating func returnMessage(_ text: String, to task: ChatTask) {
            drafts[task.id] = drafts[task.id, default: .empty].returning(text)
            var task = task
            task.draft = drafts[task.id, default: .empty]
            events += [.returned(task.id, text: text), .task(task)]
        }
    }

    @Test(arguments: 0..<UInt64(200))
    func everyWordIsKeptOnce(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var scenario = Scenario(tasks: tasks)
        var store = Store()
        var words: [ChatTask.ID: [String]] = [:]
        for number in 0..<80 {
            switch Int.random(in: 0..<9, using: &random) {
            case 0...2:
                let task = try #require(scenario.model.tasks.focused)
                scenario.type("w\(number) ")
                words[task, default: []].append("w\(number)")
            case 3: scenario.press("ctrl-n")
            case 4:
                let task = try #require(tasks.randomElement(using: &random))
                store.returnMessage("r\(number)", to: task)
                words[task.id, default: []].append("r\(number)")
            case 5: save(&scenario)
            case 6...7: settle(&store, &scenario, intents: 1, events: 0)
            default: settle(&store, &scenario, intents: 0, events: 1)
            }
        }
        save(&scenario)
        settle(&store, &scenario, intents: .max, events: .max)
        for task in tasks {
            let stored = store.drafts[task.id, default: .empty].text
            // A word may be typed right behind a message that has come back.
            let kept = stored.matches(of: /[rw][0-9]+/).map { String($0.output) }.sorted()
            #expect(kept == (words[task.id] ?? []).sorted(), "seed \(seed): \(stored)")
            scenario.perform(.task((tasks.firstIndex { $0.id == task.id } ?? 0) + 1))
            #expect(scenario.model.tasks.focused == task.id)
            #expect(scenario.model.composer.draft.text == stored, "seed \(seed)")
        }
    }

    private func save(_ scenario: inout Scenario) {
        for case .submit(let intent) in scenario.model.saveDraft() { scenario.intents.append(intent) }
    }

    /// Lets the store carry out so many intents, and the interface see so many events.
    private func settle(_ store: inout Store, _ scenario: inout Scenario, intents: Int, events: Int) {
        var (intents, events) = (intents, events)
        while true {
            if intents > 0, store.carriedOut < scenario.intents.count {
                store.carryOut(scenario.intents[store.carriedOut])
                store.carriedOut += 1
                intents -= 1
            } else if events > 0, !store.events.isEmpty {
                scenario.receive(store.events.removeFirst())
                events -= 1
            } else {
                return
            }
        }
    }
}
