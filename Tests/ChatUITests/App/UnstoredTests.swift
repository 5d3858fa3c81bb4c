import SessionCore
import Testing

@testable import ChatUI

/// What the person sees while the store cannot be written.
struct UnstoredTests {
    private let work = UnstoredWork(reason: "the disk is full", turns: [])

    private func scenario() -> Scenario {
        var scenario = Scenario(tasks: [Scenario.task("a", "First")])
        scenario.load()
        return scenario
    }

    private func hasQuit(_ scenario: Scenario) -> Bool {
        scenario.effects.contains { if case .quit = $0 { true } else { false } }
    }

    @Test func itIsSaidAsLongAsItIsSo() {
        var scenario = scenario()
        scenario.receive(.unstored(work))
        #expect(scenario.screen().contains("Not stored yet: the disk is full."))
        scenario.type("more")
        #expect(scenario.screen().contains("Not stored yet: the disk is full."))
        scenario.receive(.unstored(nil))
        #expect(!scenario.screen().contains("Not stored"))
    }

    @Test func quittingTakesASecondWord() {
        var scenario = scenario()
        scenario.receive(.unstored(work))
        scenario.press("ctrl-q")
        #expect(!hasQuit(scenario))
        #expect(scenario.screen().contains("Quit again to discard it."))
        scenario.press("f1")
        scenario.press("esc")
        scenario.press("ctrl-q")
        #expect(!hasQuit(scenario), "the person did something else meanwhile")
        scenario.press("ctrl-q")
        #expect(hasQuit(scenario))
    }

    @Test func quittingWaitsForNothingThatIsStored() {
        var scenario = scenario()
        scenario.receive(.unstored(work))
        scenario.receive(.unstored(nil))
        scenario.press("ctrl-q")
        #expect(hasQuit(scenario))
    }
}
