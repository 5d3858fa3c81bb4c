import Testing

@testable import ChatUI

struct TaskListTests {
    @Test func pinnedComeFirstThenTheMostRecent() {
        var list = TaskList()
        list.replace(with: [
            Scenario.task("a", "old", minutesAgo: 90), Scenario.task("b", "new", minutesAgo: 1),
            Scenario.task("c", "kept", minutesAgo: 500, pinned: true),
        ])
        #expect(list.all.map(\.title) == ["kept", "new", "old"])
        list.put(Scenario.task("a", "old", minutesAgo: 0))
        #expect(list.all.map(\.title) == ["kept", "old", "new"])
    }

    @Test func theFocusGoesToTheNeighbourOfATaskThatIsRemoved() {
        var list = TaskList()
        list.replace(with: [
            Scenario.task("a", "1"), Scenario.task("b", "2", minutesAgo: 1),
            Scenario.task("c", "3", minutesAgo: 2),
        ])
        list.focus(list.order[1])
        list.remove(list.order[1])
        #expect(list.focusedTask?.title == "3")
        list.remove(list.order[1])
        #expect(list.focusedTask?.title == "1")
        list.remove(list.order[0])
        #expect(list.focused == nil)
    }

    @Test func theNeighbourGoesAroundTheEnds() {
        var list = TaskList()
        list.replace(with: [Scenario.task("a", "1"), Scenario.task("b", "2", minutesAgo: 1)])
        list.focus(list.order[1])
        #expect(list.neighbour(1)?.rawValue == "a")
        list.focus(list.order[0])
        #expect(list.neighbour(-1)?.rawValue == "b")
    }

    @Test func whatRunsAndWhatIsUnreadIsKnownWithoutLookingThroughTheList() {
        var list = TaskList()
        list.replace(with: [Scenario.task("a", "1", state: .running), Scenario.task("b", "2", unread: 2)])
        #expect(list.running.map(\.rawValue) == ["a"])
        #expect(list.unread.map(\.rawValue) == ["b"])
        list.put(Scenario.task("a", "1", unread: 1))
        list.put(Scenario.task("b", "2"))
        #expect(list.running.isEmpty)
        #expect(list.unread.map(\.rawValue) == ["a"])
    }

    @Test func theListIsNarrowedToAnAccountAndGroupedByAccount() {
        var list = TaskList()
        list.replace(with: [
            Scenario.task("a", "1", account: "work"), Scenario.task("b", "2", minutesAgo: 1, account: "home"),
            Scenario.task("c", "3", minutesAgo: 2, account: "work"),
        ])
        list.group(true)
        #expect(
            list.rows(10).map { row in
                switch row {
                case .account(let name): name
                case .task(let id): id.rawValue
                }
            } == ["home", "b", "work", "a", "c"])
        list.group(false)
        list.narrow(to: "work")
        #expect(list.order.map(\.rawValue) == ["a", "c"])
        list.put(Scenario.task("d", "4", account: "home"))
        #expect(list.order.map(\.rawValue) == ["a", "c"])
        list.narrow(to: nil)
        #expect(list.count == 4)
    }
}
