import SessionCore
import Testing

@testable import ChatUI

struct TaskListTests {
    @Test func pinnedComeFirstThenTheMostRecent() {
        var list = TaskList()
        list.replace(with: [
            Scenario.task("a", "old", minutesAgo: 90), Scenario.task("b", "new", minutesAgo: 1),
            Scenario.task("c", "kept", minutesAgo: 500, pinned: true),
        ])
        #expect(list.listed.map(\.title) == ["kept", "new", "old"])
        list.put(Scenario.task("a", "old", minutesAgo: 0))
        #expect(list.listed.map(\.title) == ["kept", "old", "new"])
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
                case .agent(let id): id.rawValue + " agent"
                case .listing(let name): name + "…"
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

    /// After any changes the list equals one made from the tasks at once.
    @Test(arguments: [false, true])
    func changesOneByOneComeToTheSameAsTheWhole(isGrouped: Bool) {
        var random = SystemRandomNumberGenerator()
        var list = TaskList()
        list.group(isGrouped)
        var tasks: [String: ChatTask] = [:]
        for step in 0..<600 {
            let id = "\(Int.random(in: 0..<40, using: &random))"
            if Int.random(in: 0..<4, using: &random) == 0 {
                tasks[id] = nil
                list.remove(ChatTask.ID(rawValue: id))
            } else {
                var task = Scenario.task(
                    id, id, minutesAgo: Double(Int.random(in: 0..<20, using: &random)),
                    account: ["a", "b", "c"].randomElement(using: &random) ?? "a",
                    pinned: Bool.random(using: &random))
                task.isArchived = Int.random(in: 0..<5, using: &random) == 0
                tasks[id] = task
                list.put(task)
            }
            if step % 50 == 49 { list.narrow(to: [nil, "a", "b"].randomElement(using: &random) ?? nil) }
            var whole = TaskList()
            whole.group(isGrouped)
            whole.narrow(to: list.filter)
            whole.replace(with: Array(tasks.values))
            guard list.order == whole.order, list.rows(100) == whole.rows(100) else {
                Issue.record("\(list.order) should be \(whole.order)")
                return
            }
        }
    }

    @Test(arguments: [false, true], [false, true])
    func aWindowOfRowsIsAPartOfAllOfThem(isGrouped: Bool, showsAgents: Bool) throws {
        var list = TaskList()
        list.group(isGrouped)
        list.showsAgents = showsAgents
        let context = Scenario().model.context
        for account in ["b", "d"] { _ = list.apply(.loading, of: account, context) }
        list.replace(
            with: (0..<30).map {
                Scenario.task("\($0)", "t", minutesAgo: Double($0), account: ["a", "b", "c"][$0 % 3])
            })
        let all = list.rows(100)
        #expect(all.count == 30 * (showsAgents ? 2 : 1) + 2 + (isGrouped ? 4 : 0))
        for id in list.order {
            list.focus(id)
            for count in 1...40 {
                let window = list.rows(count)
                #expect(window.count == min(count, all.count))
                #expect(window.contains(.task(id)))
                let first = try #require(window.first.flatMap { all.firstIndex(of: $0) })
                #expect(Array(all[first..<first + window.count]) == window)
            }
        }
    }
}
