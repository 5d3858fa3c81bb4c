import Foundation
import RichText
import SessionCore
import Settings
import Testing

@testable import ChatUI

/// How a person finds what wants them: the keys through the hotlist, the line above what is new, the counts, and the alerts.
@Suite struct AttentionTests {
    private let a = Scenario.task("a", "First")
    private let b = Scenario.task("b", "Second", minutesAgo: 1)
    private let c = Scenario.task("c", "Third", minutesAgo: 2)

    private func lines(_ count: Int, _ word: String) -> String {
        (1...count).map { "- \(word) \($0)" }.joined(separator: "\n")
    }

    // MARK: What is new

    /// A task with a long reply that was not read.
    private func unreadReply(rows: Int = 60) -> (Scenario, Message) {
        var scenario = Scenario(tasks: [Scenario.task("a", "First", unread: 1, lastRead: 1)])
        let question = scenario.message(.user, "What is there?")
        let reply = scenario.message(.agent, lines(rows, "row"))
        scenario.load([question, reply])
        return (scenario, reply)
    }

    @Test func aReplyThatWasNotSeenOpensAtItsFirstRow() throws {
        var (scenario, reply) = unreadReply()
        let rows = scenario.rows.map(\.line.text)
        let new = try #require(rows.firstIndex { $0.hasPrefix("─── new ───") })
        #expect(rows.prefix(new).contains { $0.contains("What is there?") })
        #expect(rows[(new + 1)...].contains { $0.contains("row 1") })
        #expect(!rows.contains { $0.contains("row 60") })
        #expect(scenario.read.isEmpty)
        scenario.press("alt-end")
        #expect(scenario.rows.contains { $0.line.text.contains("row 60") })
        #expect(scenario.read == [reply.id])
        // The line stays while the task is shown, and a key goes to it.
        scenario.press("alt-e")
        #expect(scenario.rows.contains { $0.line.text.hasPrefix("─── new ───") })
    }

    @Test func aReplyThatFitsIsReadAtOnceBelowTheLine() {
        var (scenario, reply) = unreadReply(rows: 3)
        let rows = scenario.rows.map(\.line.text)
        #expect(rows.contains { $0.hasPrefix("─── new ───") })
        #expect(rows.contains { $0.contains("row 3") })
        #expect(scenario.read == [reply.id])
    }

    /// What is new and has room is shown whole, however much was there before.
    @Test(arguments: [1, 8, 14])
    func aReplyThatFitsIsShownWholeBelowALongConversation(count: Int) {
        var scenario = Scenario(tasks: [Scenario.task("a", "First", unread: 1, lastRead: 2)])
        let before = [scenario.message(.user, "Begin"), scenario.message(.agent, lines(60, "old"))]
        let reply = [scenario.message(.user, "Go on"), scenario.message(.agent, lines(count, "row"))]
        scenario.load(before + reply)
        let rows = scenario.rows.map(\.line.text)
        #expect(rows.contains { $0.hasPrefix("─── new ───") })
        #expect(rows.contains { $0.hasSuffix("row 1") })
        #expect(rows.contains { $0.hasSuffix("row \(count)") })
        #expect(scenario.read == [4])
    }

    @Test func theLineGoesWhenThePersonWritesOrComesBackLater() {
        var (scenario, reply) = unreadReply(rows: 3)
        _ = scenario.screen()
        scenario.receive(.message(scenario.message(.user, "Thanks")))
        #expect(!scenario.rows.contains { $0.line.text.hasPrefix("─── new ───") })
        scenario.press("alt-e")
        #expect(scenario.model.notice?.text == "There is nothing new in this task.")
        #expect(scenario.read == [reply.id])
    }

    @Test func whatIsNewIsLoadedWhereItLiesBeforeTheNewestMessages() throws {
        var scenario = Scenario(tasks: [Scenario.task("a", "First", unread: 70, lastRead: 10)])
        let id = try #require(scenario.model.tasks.focused)
        func reply(_ number: Int64) -> Message {
            Message(id: number, task: id, role: .agent, text: "reply \(number)", at: Scenario.now)
        }
        scenario.load((100...149).map(reply), hasEarlier: true)
        // Nothing counts as read before the page has come.
        _ = scenario.screen()
        #expect(scenario.read.isEmpty)
        #expect(scenario.model.conversation[id]?.pending?.place == .around(10))
        scenario.load((1...60).map(reply), hasLater: true)
        let rows = scenario.rows.map(\.line.text)
        let new = try #require(rows.firstIndex { $0.hasPrefix("─── new ───") })
        #expect(rows[..<new].contains { $0.contains("reply 10") })
        #expect(rows[new...].contains { $0.contains("reply 11") })
        #expect(scenario.read.isEmpty)
    }

    /// A service may have more of the history, which does not hold anything new.
    @Test func thePageIsAskedForOnce() throws {
        var scenario = Scenario(tasks: [Scenario.task("a", "First", unread: 1)])
        let reply = scenario.message(.agent, "hello")
        scenario.load([reply], hasEarlier: true)
        _ = scenario.screen()
        scenario.load([reply], hasEarlier: true)
        #expect(scenario.rows.contains { $0.line.text.hasPrefix("─── new ───") })
        #expect(scenario.read == [reply.id])
    }

    @Test func whatCameWhileTheWindowHadNoFocusIsNew() throws {
        var scenario = Scenario(tasks: [a])
        scenario.load([scenario.message(.user, "Go on")])
        scenario.focus(false)
        let reply = scenario.message(.agent, lines(60, "row"))
        var answered = a
        (answered.unread, answered.lastRead) = (1, 0)
        scenario.receive(.message(reply), .task(answered))
        _ = scenario.screen()
        #expect(scenario.read.isEmpty)
        scenario.focus(true)
        let rows = scenario.rows.map(\.line.text)
        #expect(rows.contains { $0.hasPrefix("─── new ───") })
        #expect(!rows.contains { $0.contains("row 60") })
    }

    // MARK: Failures

    @Test func aFailureThatWasShownLeavesTheHotlist() {
        let failed = Scenario.task("a", "First", state: .failed, lastTurn: 4, lastRead: 3)
        var scenario = Scenario(tasks: [failed, b])
        let turn = Turn(
            id: 4, task: failed.id, mode: .streamed, state: .failed, message: 4,
            failure: ServiceError(.unreachable, "No network."), startedAt: Scenario.now)
        scenario.load(
            [Message(id: 4, task: a.id, turn: 4, role: .user, text: "Hi", at: Scenario.now)], turns: [turn])
        #expect(scenario.model.tasks.attention.contains(a.id))
        _ = scenario.screen()
        #expect(scenario.read == [5])
        #expect(!scenario.model.tasks.attention.contains(a.id))
        scenario.press("ctrl-n")
        scenario.press("f2")
        #expect(scenario.model.notice?.text == "No task needs attention.")
    }

    // MARK: Keys

    @Test func oneGoesForwardAndBack() {
        let asks = Scenario.task("q", "Asks", minutesAgo: 9, state: .waiting)
        let unread = Scenario.task("u", "Unread", minutesAgo: 5, unread: 1)
        let failed = Scenario.task("f", "Failed", minutesAgo: 3, state: .failed)
        var scenario = Scenario(tasks: [a, failed, unread, asks])
        func pressed(_ key: String) -> String? {
            scenario.press(key)
            return scenario.model.tasks.focusedTask?.title
        }
        #expect(pressed("f2") == "Asks")
        #expect(pressed("alt-a") == "Unread")
        #expect(pressed("f2") == "Failed")
        #expect(pressed("alt-A") == "Unread")
        #expect(pressed("shift-f2") == "Asks")
        #expect(pressed("shift-f2") == "First")
        #expect(pressed("shift-f2") == "First")
        #expect(scenario.model.notice?.text == "No task was shown before this one.")
        // What was left undone is visited again.
        #expect(pressed("f2") == "Asks")
    }

    /// What a person does before the messages are here is not undone when they arrive.
    @Test func whoGoesToTheEndBeforeWhatIsNewIsHereStaysThere() {
        var scenario = Scenario(tasks: [Scenario.task("a", "A", unread: 1, lastRead: 1)])
        scenario.press("alt-end")
        let long = (0..<90).map { "row \($0)" }.joined(separator: "\n\n")
        scenario.load([scenario.message(.user, "Go"), scenario.message(.agent, long)])
        #expect(scenario.screen().contains("row 89"))
        scenario.press("alt-e")
        #expect(scenario.screen().contains(" new "))
        #expect(scenario.screen().contains("row 0"))
    }

    @Test func oneGoesToTheTaskThatWasShownBefore() {
        var scenario = Scenario(tasks: [a, b, c])
        scenario.press("alt-3", "ctrl-x b")
        #expect(scenario.model.tasks.focused == a.id)
        scenario.press("ctrl-x b")
        #expect(scenario.model.tasks.focused == c.id)
        scenario.receive(.taskRemoved(a.id))
        scenario.press("alt-1", "alt-`")
        #expect(scenario.model.tasks.focused == c.id)
        scenario.press("alt-`")
        #expect(scenario.model.tasks.focused == b.id)
    }

    // MARK: Counts

    @Test func theStatusBarCountsWhatWantsThePersonElsewhere() {
        var scenario = Scenario(
            columns: 120,
            tasks: [
                a, Scenario.task("q", "Asks", minutesAgo: 9, state: .waiting),
                Scenario.task("u", "Unread", minutesAgo: 5, unread: 3),
                Scenario.task("v", "Unread too", minutesAgo: 6, unread: 1),
                Scenario.task("f", "Failed", minutesAgo: 3, state: .failed),
            ])
        scenario.load()
        #expect(scenario.screen().contains("1 question  2 unread  1 failed"))
        scenario.resize(columns: 50, rows: 20)
        #expect(scenario.screen().contains("streamed ?1 ●2 ✗1 "))
        scenario.resize(columns: 120, rows: 20)
        scenario.press("f2")
        #expect(scenario.screen().contains("streamed  2 unread  1 failed"))
    }

    @Test func aListLongerThanThePaneSaysWhatLiesBeyond() {
        let tasks = (0..<40).map {
            Scenario.task(
                "\($0)", "t\($0)", minutesAgo: Double($0), unread: [1, 30, 35].contains($0) ? 1 : 0)
        }
        var scenario = Scenario(tasks: tasks)
        func last() -> String {
            scenario.screen().split(separator: "\n", omittingEmptySubsequences: false)[21]
                .prefix { $0 != "│" }.trimmingCharacters(in: .whitespaces)
        }
        #expect(last() == "↓ 20, 2 unread")
        for _ in 0..<20 { scenario.press("ctrl-n") }
        #expect(last() == "↑ 10 ●1  ↓ 10 ●2")
        for _ in 0..<19 { scenario.press("ctrl-n") }
        #expect(last() == "↑ 20, 1 unread")
    }

    // MARK: Alerts

    /// What reaches a person when a turn ends in a task.
    private func alerts(_ alerts: Alerts, shown: Bool, hasFocus: Bool?) -> [String] {
        var running = Scenario.task("b", "Second", minutesAgo: 1)
        running.state = .running
        var scenario = Scenario(tasks: [a, running])
        scenario.model.context.alerts = alerts
        if let hasFocus {
            scenario.focus(!hasFocus)
            scenario.focus(hasFocus)
        }
        if shown { scenario.press("alt-2") }
        running.state = .idle
        running.unread = 1
        scenario.receive(.task(running))
        return scenario.effects.compactMap { effect in
            switch effect {
            case .bell: "bell"
            case .notify(let notification, let way): "\(way): \(notification.text)"
            default: nil
            }
        }
    }

    @Test func aTurnThatEndsUnseenRingsAndIsNotified() {
        let all = ["bell", "auto: New reply in “Second”"]
        #expect(alerts(Alerts(), shown: true, hasFocus: true) == [])
        #expect(alerts(Alerts(), shown: false, hasFocus: true) == ["bell"])
        #expect(alerts(Alerts(), shown: false, hasFocus: false) == all)
        #expect(alerts(Alerts(), shown: true, hasFocus: false) == all)
        // A terminal that does not report its focus may be hidden.
        #expect(alerts(Alerts(), shown: false, hasFocus: nil) == all)
        #expect(alerts(Alerts(), shown: true, hasFocus: nil) == [])
    }

    @Test func bellAndNotificationCanBeTurnedOff() {
        #expect(alerts(Alerts(bell: false), shown: false, hasFocus: true) == [])
        #expect(alerts(Alerts(notifications: .off), shown: false, hasFocus: false) == ["bell"])
        #expect(
            alerts(Alerts(bell: false, notifications: .command(["x"])), shown: false, hasFocus: false)
                == ["x: New reply in “Second”"])
    }

    @Test func aWindowWithoutFocusDoesNotPointToTheTaskThatItShows() {
        var running = a
        running.state = .running
        var scenario = Scenario(tasks: [running])
        scenario.focus(false)
        scenario.receive(.task(a))
        #expect(scenario.model.notice == nil)
    }
}
