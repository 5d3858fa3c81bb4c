import Foundation
import TestSupport
import Testing

@testable import SessionCore

@Suite struct AttentionTests {
    private func task(
        _ id: String, _ state: ChatTask.State = .idle, unread: Int = 0, at seconds: Double = 0,
        archived: Bool = false, lastRead: Message.ID? = nil
    ) -> ChatTask {
        ChatTask(
            id: ChatTask.ID(rawValue: id), account: "acme", agent: Agent(id: "a", name: "A"), state: state,
            createdAt: Date(timeIntervalSince1970: 0), updatedAt: Date(timeIntervalSince1970: seconds),
            lastTurn: 4, lastRead: lastRead, unread: unread, isArchived: archived)
    }

    private func ids(_ attention: Attention) -> [String] { attention.tasks.map(\.rawValue) }
    private func id(_ name: String) -> ChatTask.ID { ChatTask.ID(rawValue: name) }

    @Test func questionsComeBeforeAnswersAndThoseBeforeFailures() {
        let attention = Attention([
            task("read", at: 100), task("old", unread: 3, at: 1), task("new", unread: 1, at: 9),
            task("failed", .failed, at: 2), task("asks", .waiting, unread: 1, at: 5),
            task("unsure", .unconfirmed, at: 3), task("runs", .running, at: 50),
            task("stopped", .stopped, at: 60), task("part", .failed, unread: 1, at: 4),
            task("gone", .failed, at: 70, archived: true),
        ])
        #expect(ids(attention) == ["asks", "new", "part", "old", "unsure", "failed"])
        #expect(Attention.Kind.allCases.map { attention.count($0) } == [1, 3, 2])
        #expect(attention.count(.answer, except: id("new")) == 2)
        #expect(attention.count(.answer, except: id("asks")) == 3)
    }

    /// Seen is what lies behind the mark of what was read, the place of the reply that did not come included.
    @Test func aFailureThatWasSeenIsNoLongerAmongThem() {
        var attention = Attention([task("a", .failed, lastRead: 4), task("b", .unconfirmed, lastRead: 5)])
        #expect(ids(attention) == ["a"])
        attention.update(task("a", .failed, lastRead: 5))
        #expect(ids(attention) == [])
        #expect(attention.count(.failure) == 0)
    }

    @Test func oneGoesThroughTheTasksThatWantSomething() {
        var attention = Attention([
            task("a", unread: 1, at: 3), task("b", unread: 1, at: 2), task("c", unread: 1, at: 1),
        ])
        #expect(attention.next(from: id("elsewhere")) == id("a"))
        #expect(attention.next(from: id("a")) == id("b"))
        #expect(attention.next(from: id("b")) == id("c"))
        #expect(attention.next(from: id("c")) == id("a"))
        var one = Attention([task("a", unread: 1)])
        #expect(one.next(from: id("a")) == nil)
        #expect(one.next(from: nil) == id("a"))
        var none = Attention()
        #expect(none.next(from: nil) == nil)
    }

    /// A question stays until it is answered; one goes on behind it all the same, as answers that were read leave.
    @Test func aQuestionThatWasVisitedDoesNotComeBackBeforeTheRest() {
        var attention = Attention([
            task("asks", .waiting, at: 9), task("a", unread: 1, at: 3), task("b", unread: 1, at: 2),
        ])
        #expect(attention.next(from: nil) == id("asks"))
        #expect(attention.next(from: id("asks")) == id("a"))
        attention.update(task("a", at: 3))
        #expect(attention.next(from: id("a")) == id("b"))
        // A new question comes first.
        attention.update(task("d", .waiting, at: 20))
        attention.update(task("b", at: 2))
        #expect(attention.next(from: id("b")) == id("d"))
        #expect(attention.next(from: id("d")) == id("asks"))
    }

    @Test func aTaskThatIsLeftUndoneIsVisitedAgain() {
        var attention = Attention([task("a", unread: 1, at: 3), task("b", unread: 1, at: 2)])
        #expect(attention.next(from: id("a")) == id("b"))
        attention.unvisit(id("a"))
        #expect(attention.next(from: id("b")) == id("a"))
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
            let whole = Attention(tasks.values)
            #expect(Attention.Kind.allCases.allSatisfy { attention.count($0) == whole.count($0) })
            #expect(ids(attention) == ids(Attention(tasks.values)))
        }
    }
}
