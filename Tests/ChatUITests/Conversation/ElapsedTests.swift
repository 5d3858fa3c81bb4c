import Foundation
import SessionCore
import Testing

@testable import ChatUI

/// How long turns run, and what they have cost.
struct ElapsedTests {
    @Test(arguments: [
        (0, "0 s", 1), (59, "59 s", 60), (60, "1 min 0 s", 61), (3599, "59 min 59 s", 3600),
        (3600, "1 h 0 min", 3660), (7_384, "2 h 3 min", 7_440),
    ])
    func labels(seconds: Int, label: String, next: Int) {
        let elapsed = Elapsed(from: Scenario.now, to: Scenario.now + Double(seconds) + 0.5)
        #expect(elapsed.label == label)
        #expect(elapsed.nextChange == next)
        #expect(Elapsed(from: Scenario.now, to: Scenario.now - 5).seconds == 0)
        #expect(Elapsed(from: .distantPast, to: .distantFuture).seconds > 0)
    }

    private static func scenario(_ state: Turn.State, steps: Int = 0, rows: Int = 24) -> Scenario {
        var scenario = Scenario(rows: rows, tasks: [Scenario.task("a", "A", state: .running)])
        let question = scenario.message(.user, "Work", turn: 1)
        let extras = Extras(
            steps: (0..<steps).map { Step(id: "\($0)", kind: .tool, title: "t", state: .completed) })
        let reply = scenario.message(.agent, "So far", turn: 1, state: .streaming, extras: extras)
        let turn = Turn(
            id: 1, task: reply.task, mode: .streamed, state: state, message: question.id, reply: reply.id,
            startedAt: Scenario.now)
        scenario.load([question, reply], turns: [turn])
        return scenario
    }

    @Test func theTimeOfARunningTurnGoesOn() {
        var scenario = Self.scenario(.streaming, steps: 2)
        #expect(scenario.screen().contains("… 2 steps"))
        #expect(scenario.model.nextLabels == Scenario.now + 1)
        scenario.model.clockMoved(to: Scenario.now + 12.3)
        #expect(scenario.screen().contains("… 12 s, 2 steps"))
        #expect(scenario.model.nextLabels == Scenario.now + 13)
        scenario.model.clockMoved(to: Scenario.now + 7_384)
        #expect(scenario.screen().contains("… 2 h 3 min, 2 steps"))
        #expect(scenario.model.nextLabels == Scenario.now + 7_440)
    }

    /// Nothing wakes up for what is not on the screen.
    @Test func onlyWhatIsShownIsCounted() {
        var scenario = Self.scenario(.streaming, rows: 10)
        let reply = scenario.model.conversation[ChatTask.ID(rawValue: "a")]?.messages.last?.id ?? 0
        let text = (1...50).map { "line \($0)\n\n" }.joined()
        scenario.receive(
            .chunk(task: ChatTask.ID(rawValue: "a"), message: reply, offset: 6, text: "\n\n" + text))
        _ = scenario.screen()
        #expect(scenario.model.nextLabels != nil)
        scenario.press("pgup", "pgup")
        _ = scenario.screen()
        #expect(scenario.model.nextLabels == nil)
        scenario.press("alt-end")
        _ = scenario.screen()
        #expect(scenario.model.nextLabels != nil)
    }

    @Test(arguments: [Turn.State.queued, .done, .failed, .waiting])
    func whatDoesNotRunIsNotCounted(state: Turn.State) {
        var scenario = Self.scenario(state)
        scenario.model.clockMoved(to: Scenario.now + 12)
        _ = scenario.screen()
        #expect(scenario.model.nextLabels == nil)
    }

    @Test func whatItHasCostIsBesideItsAuthor() {
        var scenario = Scenario(tasks: [Scenario.task("a", "A")])
        let question = scenario.message(.user, "Work", turn: 1)
        var reply = scenario.message(.agent, "Done", turn: 1)
        reply.usage = TokenUsage(input: 1200, output: 34)
        let turn = Turn(
            id: 1, task: reply.task, mode: .streamed, state: .done, message: question.id, reply: reply.id,
            startedAt: Scenario.now, endedAt: Scenario.now + 75)
        scenario.load([question, reply], turns: [turn])
        #expect(scenario.screen().contains("Guide  15:09  1 min 15 s, 1234 tokens"))
    }
}
