import SessionCore
import Testing

@testable import ChatUI

/// The turns that the keys for retrying and taking back act on.
struct TurnTargetsTests {
    static func turn(_ id: Turn.ID, _ state: Turn.State) -> Turn {
        Turn(
            id: id, task: ChatTask.ID(rawValue: "a"), mode: .streamed, state: state, message: id,
            startedAt: Scenario.now)
    }

    static func scenario(_ states: Turn.State...) -> Scenario {
        var scenario = Scenario(columns: 120, tasks: [Scenario.task("a", "A")])
        let turns = states.enumerated().map { turn(Turn.ID($0.offset + 1), $0.element) }
        scenario.load(
            turns.map { scenario.message(.user, "Message \($0.id)", turn: $0.id) }, turns: turns)
        return scenario
    }

    @Test func theSelectedMessageIsMeantBeforeTheNewest() {
        var scenario = Self.scenario(.failed, .failed)
        scenario.press("alt-up", "alt-up", "r")
        #expect(scenario.intents.contains { if case .retry(1) = $0 { true } else { false } })
        scenario.press("esc", "alt-r")
        #expect(scenario.intents.contains { if case .retry(2) = $0 { true } else { false } })
    }

    @Test func whatIsHeldBehindAFailureIsSentByAKey() {
        var scenario = Self.scenario(.failed, .queued)
        #expect(scenario.screen().contains("on hold: the turn before it failed; Alt-R sends it"))
        scenario.press("alt-r")
        #expect(scenario.intents.contains { if case .retry(2) = $0 { true } else { false } })
    }

    @Test func whatFollowsARunningTurnIsNotHurried() {
        var scenario = Self.scenario(.streaming, .queued)
        #expect(
            scenario.screen().contains(
                "queued: sent when the turn before it ends; Ctrl-X Ctrl-U takes it back"))
        scenario.press("alt-r")
        #expect(!scenario.intents.contains { if case .retry = $0 { true } else { false } })
    }
}
