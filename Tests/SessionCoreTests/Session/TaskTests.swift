import Foundation
import SessionCore
import TestSupport
import Testing

@Suite(.timeLimit(.scaled(minutes: 5))) struct TaskTests {
    @Test func anIdleManagerWaitsForNothing() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Hi", in: task)
        try await harness.service.nextReply().end()
        try await harness.log.turn(.done)
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        await harness.end()
    }

    @Test func theListIsEmittedFirst() async throws {
        let harness = try Harness()
        harness.submit(.create(.random(), account: Harness.account, agent: Harness.agent))
        await harness.manager.start()
        await harness.manager.settled()
        let kinds = harness.log.events.map {
            if case .tasks = $0 { "tasks" } else if case .task = $0 { "task" } else { "?" }
        }
        #expect(kinds == ["tasks", "task"])
        await harness.end()
    }

    @Test func intentsAreCarriedOutInOrder() async throws {
        let (harness, task) = try await Harness.started()
        for number in 0..<200 { harness.submit(.rename(task, title: "title \(number)")) }
        await harness.manager.settled()
        let titles = harness.log.events.compactMap {
            if case .task(let task) = $0 { task.title } else { nil }
        }
        #expect(titles.dropFirst() == ArraySlice((0..<200).map { "title \($0)" }))
        await harness.end()
    }

    @Test func sendingClearsTheDraftAndBringsATaskBack() async throws {
        let (harness, task) = try await Harness.started()
        harness.submit(.setDraft(task, Draft(text: "Hello", cursor: 5)))
        harness.submit(.setArchived(task, true))
        harness.send("Hello", in: task)
        await harness.manager.settled()
        let stored = try await harness.task(task)
        #expect(stored.draft == .empty)
        #expect(!stored.isArchived)
        await harness.end()
    }

    @Test func blankTextIsNotSent() async throws {
        let (harness, task) = try await Harness.started()
        harness.send(" \n\t ", in: task)
        await harness.manager.settled()
        #expect(try await harness.transcript(task).isEmpty)
        await harness.end()
    }

    @Test func aMessageForATaskThatIsGoneIsNotLost() async throws {
        let (harness, task) = try await Harness.started()
        harness.submit(.delete(task))
        harness.send("Hello", in: task)
        await harness.manager.settled()
        #expect(harness.log.problems.count == 1)
        #expect(harness.log.returned == ["Hello"])
        await harness.end()
    }

    @Test func aReplyIsReadWhenItIsWhole() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Half")
        try await harness.log.turn(.streaming)
        harness.submit(.markRead(task, upTo: 3))
        await harness.manager.settled()
        #expect(try await harness.task(task).lastRead == 2)
        reply.end()
        try await harness.log.turn(.done)
        #expect(try await harness.task(task).unread == 1)
        harness.submit(.markRead(task, upTo: 3))
        await harness.manager.settled()
        #expect(try await harness.task(task).unread == 0)
        await harness.end()
    }

    @Test func aRetriedReplyIsUnreadAgain() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Half")
        reply.fail(ServiceError(.service, "It broke."))
        let failed = try await harness.log.turn(.failed)
        harness.submit(.markRead(task, upTo: 3))
        harness.submit(.retry(failed.id))
        let again = try await harness.service.nextReply()
        again.text("Whole")
        again.end()
        try await harness.log.turn(.done)
        #expect(try await harness.task(task).unread == 1)
        await harness.end()
    }

    @Test func deletingARunningTaskClosesItsRequest() async throws {
        let (harness, task) = try await Harness.started([.streams, .deletes])
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.accepted(serviceID: "s-1"))
        reply.text("Half")
        try await harness.log.turn(.streaming)
        harness.submit(.delete(task))
        let deletion = try await harness.service.deletions.next()
        #expect(deletion.question.serviceID == "s-1")
        reply.text("more")
        reply.end()
        deletion.fail(ServiceError(.service, "Not today."))
        try await harness.log.first {
            if case .problem(let text) = $0 { text.contains("Not today.") } else { false }
        }
        #expect(harness.log.events.contains { if case .taskRemoved(task, _) = $0 { true } else { false } })
        #expect(try await harness.store.task(task) == nil)
        await harness.end()
    }

    @Test func renamingIsMirroredToTheService() async throws {
        let (harness, task) = try await Harness.started([.streams, .renames])
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.accepted(serviceID: "s-1"))
        reply.end()
        try await harness.log.turn(.done)
        harness.submit(.rename(task, title: "Better"))
        let rename = try await harness.service.renames.next()
        #expect(rename.question == "Better")
        rename.answer(())
        await harness.end()
    }

    @Test func pagesAndSearchesAreAnswered() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("needle", in: task)
        try await harness.service.nextReply().end()
        try await harness.log.turn(.done)
        harness.submit(.load(PageRequest(task: task, place: .newest)))
        let event = try await harness.log.first { if case .page = $0 { true } else { false } }
        let page = try #require({ if case .page(let page) = event { page } else { nil } }())
        #expect(page.messages.map(\.text) == ["needle", ""])
        #expect(page.turns.map(\.state) == [.done])
        harness.submit(.search(SearchRequest(words: "need")))
        let found = try await harness.log.first { if case .found = $0 { true } else { false } }
        let answer = try #require({ if case .found(let answer) = found { answer } else { nil } }())
        #expect(answer.hits.map(\.message) == [2])
        await harness.end()
    }
}
