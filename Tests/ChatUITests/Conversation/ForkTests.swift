import SessionCore
import Testing

@testable import ChatUI

/// Forking a task at a message.
struct ForkTests {
    static func scenario(_ capabilities: Capabilities) -> Scenario {
        var task = Scenario.task("a", "A")
        task.serviceID = "s"
        var scenario = Scenario(
            accounts: [AccountEntry(name: "local", agents: [Scenario.guide], capabilities: capabilities)],
            tasks: [task])
        scenario.load([
            scenario.message(.user, "One"), scenario.message(.agent, "Two"), scenario.message(.user, "Three"),
        ])
        return scenario
    }

    @Test func theSelectedMessageIsWhereTheNewTaskBegins() throws {
        var scenario = Self.scenario([.streams, .forks])
        scenario.press("alt-up", "alt-up", "f")
        let forks = scenario.intents.compactMap { intent in
            if case .fork(let task, let message, let new) = intent { (task, message, new) } else { nil }
        }
        let fork = try #require(forks.first)
        #expect(fork.0.rawValue == "a")
        #expect(fork.1 == 2)
        #expect(scenario.model.tasks.focusedTask?.id.rawValue == "a")
        scenario.receive(.task(Scenario.task(fork.2.rawValue, "A")))
        #expect(scenario.model.tasks.focusedTask?.id == fork.2)
        #expect(scenario.model.pane == .input)
    }

    @Test func whereTheServiceDoesNotForkTheConversationIsAFirstMessage() {
        var scenario = Self.scenario([.streams])
        scenario.press("alt-up", "alt-up", "f")
        #expect(
            scenario.model.notice?.text.hasPrefix("“local” does not support forking: here is a new task")
                == true)
        #expect(!scenario.intents.contains { if case .fork = $0 { true } else { false } })
        #expect(scenario.model.tasks.focused?.rawValue != "a")
        #expect(
            scenario.model.composer.editor.text
                == "This is our conversation so far:\n\nI said:\n\n> One\n\nGuide said:\n\n> Two\n\n")
        // Nothing is sent before the person does.
        #expect(!scenario.intents.contains { if case .send = $0 { true } else { false } })
        scenario.press("ctrl-x b")
        #expect(scenario.model.tasks.focused?.rawValue == "a")
        #expect(scenario.model.composer.isEmpty)
    }
}
