import Foundation
import TestSupport
import Testing

@testable import SessionCore

@Suite struct AttentionTests {
    private func task(
        _ id: String, _ state: ChatTask.State = .idle, unread: Int = 0, at seconds: Double = 0,
        archived: Bool = false
    ) -> ChatTask {
        ChatTask(
            id: ChatTask.ID(rawValue: id), account: "acme", agent: Agent(id: "a", name: "A"), state: state,
            createdAt: Date(timeIntervalSince1970: 0), updatedAt: Date(timeIntervalSince1970: seconds),
            unread: unread, isArchived: archived)
    }

    private func ids(_ attention: Attention) -> [String] { attention.tasks.map(\.rawValue) }

    @Test func decisionsComeBeforeReadingAndTheRecentBeforeTheOld() {
        let attention = Attention([
            task("read", at: 100), task("old", unread: 3, at: 1), task("new", unread: 1, at: 9),
            task("failed", .failed, at: 2), task("asks", .waiting, unread: 1, at: 5),
            task("unsure", .unconfirmed, at: 3), task("runs", .running, at: 50),
            task("stopped", .stopped, at: 60),
            task("gone", .failed, at: 70, archived: true),
        ])
        #expect(ids(attention) == ["asks", "unsure", "failed", "new", "old"])
    }

    @Test func oneGoesRoundTheTasksThatWantSomething() {
        let attention = Attention([
            task("a", unread: 1, at: 3), task("b", unread: 1, at: 2), task("c", unread: 1, at: 1),
        ])
        let a = ChatTask.ID(rawValue: "a")
        #expect(attention.next()?.rawValue == "a")
        #expect(attention.next(after: a)?.rawValue == "b")
        #expect(attention.next(after: ChatTask.ID(rawValue: "c")) == a)
        #expect(attention.next(after: ChatTask.ID(rawValue: "elsewhere")) == a)
        #expect(Attention([task("a", unread: 1)]).next(after: a) == nil)
        #expect(Attention().next() == nil)
    }

    @Test func updatingOneByOneComesToTheSameAsSortingAll() throws {
        var random = SeededRandom(seed: 7)
        let states: [ChatTask.State] = [.idle, .running, .waiting, .failed, .stopped, .unconfirmed]
        var tasks: [String: ChatTask] = [:]
        var attention = Attention()
        for _ in 0..<2000 {
            let id = String(Int.random(in: 0..<40, using: &random))
            if Int.random(in: 0..<10, using: &random) == 0 {
                tasks[id] = nil
                attention.remove(ChatTask.ID(rawValue: id))
            } else {
                let state = try #require(states.randomElement(using: &random))
                tasks[id] = task(
                    id, state, unread: Int.random(in: 0...1, using: &random),
                    at: Double(Int.random(in: 0..<20, using: &random)))
                attention.update(try #require(tasks[id]))
            }
            #expect(ids(attention) == ids(Attention(tasks.values)))
        }
    }
}
