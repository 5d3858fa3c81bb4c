import RichText
import SessionCore
import Testing

@testable import ChatUI

/// What the size decides comes out of the layout, and drawing only reads.
struct LayoutTests {
    @Test func drawingTwiceGivesTheSameCanvasAndChangesNothing() {
        var scenario = ScreenTests.talking()
        scenario.type("/re")
        scenario.receive(.listing("local", .more))
        let effects = scenario.model.layout()
        #expect(!effects.isEmpty)
        let model = scenario.model
        let first = model.view().canvas()
        #expect(model.view().canvas() == first)
        // Nothing is left to settle.
        let more = scenario.model.layout()
        #expect(more.isEmpty)
        #expect(scenario.model.view().canvas() == first)
    }

    @Test func aPageIsWantedBeforeTheReaderGetsThere() throws {
        var scenario = Scenario(tasks: [Scenario.task("a", "A")])
        scenario.load((1...5).map { scenario.message(.user, "message \($0)") }, hasEarlier: true)
        let pages = scenario.model.layout().intents.compactMap { intent -> PageRequest? in
            if case .load(let request) = intent { request } else { nil }
        }
        #expect(pages.map(\.place) == [.before(1)])
    }

    @Test func moreTasksAreWantedWhereTheListEnds() {
        var scenario = Scenario(tasks: [Scenario.task("a", "A")])
        scenario.receive(.listing("local", .more))
        let accounts = scenario.model.layout().intents.compactMap { intent -> AccountName? in
            if case .moreTasks(let account) = intent { account } else { nil }
        }
        #expect(accounts == ["local"])
    }

    @Test func aReplyShownToItsEndIsMarkedAsRead() {
        var scenario = Scenario(tasks: [Scenario.task("a", "A", unread: 1)])
        let reply = scenario.message(.agent, "answer")
        scenario.load([reply])
        let read = scenario.model.layout().intents.compactMap { intent -> Message.ID? in
            if case .markRead(_, let message) = intent { message } else { nil }
        }
        #expect(read == [reply.id])
        #expect(scenario.model.tasks.focusedTask?.unread == 0)
    }

    @Test func aNewSizeTakesEffectInTheLayout() {
        var scenario = ScreenTests.talking()
        _ = scenario.screen()
        scenario.resize(columns: 50, rows: 20)
        #expect(scenario.canvas().size == Size(columns: 50, rows: 20))
        #expect(scenario.model.screen.list == nil)
    }
}

extension [Effect] {
    fileprivate var intents: [Intent] {
        compactMap { if case .submit(let intent) = $0 { intent } else { nil } }
    }
}
