import Foundation
import TestSupport
import Testing

@testable import SessionCore

/// A deletion can be taken back for some time; then it is carried out, here and at the service, by whichever program runs.
@Suite(.timeLimit(.scaled(minutes: 5))) struct UndoneDeletionTests {
    /// A task of which the service has a conversation.
    private func harness(
        _ store: SessionStore? = nil, service: ScriptedService? = nil
    ) async throws -> (Harness, ChatTask.ID) {
        let harness = try Harness([.streams, .deletes], store: store, service: service)
        await harness.manager.start()
        let task = await harness.create()
        harness.send("Hello", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.accepted(serviceID: "s-1"))
        reply.text("Hi")
        reply.end()
        try await harness.log.turn(.done)
        await harness.manager.settled()
        return (harness, task)
    }

    @Test func aDeletedTaskIsHiddenAndComesBack() async throws {
        let (harness, task) = try await harness()
        harness.submit(.setDeleted(task, true))
        await harness.manager.settled()
        #expect(try await harness.store.tasks(includingArchived: true).isEmpty)
        #expect(try await harness.store.search(SearchRequest(words: "Hello")).hits.isEmpty)
        await #expect(throws: TaskLookupError.self) { try await harness.store.task(matching: "Hello") }
        #expect(try await harness.task(task).deletedAt == harness.clock.today)

        harness.submit(.setDeleted(task, false))
        await harness.manager.settled()
        #expect(try await harness.store.tasks().map(\.id) == [task])
        harness.clock.advance(by: .seconds(3600))
        await harness.manager.settled()
        #expect(try await harness.transcript(task) == ["user: Hello", "agent: Hi"])
        await harness.end()
    }

    @Test func afterSomeTimeItIsDeletedHereAndAtTheService() async throws {
        let (harness, task) = try await harness()
        harness.submit(.setDeleted(task, true))
        await harness.manager.settled()
        harness.clock.advance(by: .seconds(599))
        await harness.manager.settled()
        #expect(try await harness.store.task(task) != nil)
        harness.clock.advance(by: .seconds(1))
        let deletion = try await harness.service.deletions.next()
        #expect(deletion.question.serviceID == "s-1")
        deletion.answer(())
        try await harness.log.first { if case .taskRemoved(task, _) = $0 { true } else { false } }
        await harness.manager.shutdown(grace: .seconds(3600))
        #expect(try await harness.store.task(task) == nil)
        #expect(try await harness.store.owedDeletions().isEmpty)
    }

    @Test func whatRunsInItIsStoppedAndTheQueueComesBackAsDraft() async throws {
        let (harness, task) = try await harness()
        harness.send("One", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Half")
        try await reply.delivered()
        harness.send("Two", in: task)
        harness.submit(.setDeleted(task, true))
        try await harness.log.turn(.stopped)
        await harness.manager.settled()
        #expect(try await harness.states(task) == [.done, .stopped])
        harness.submit(.setDeleted(task, false))
        await harness.manager.settled()
        #expect(try await harness.task(task).draft.text == "Two")
        await harness.end()
    }

    @Test func aDeletionOutlastsAQuit() async throws {
        let (first, task) = try await harness()
        first.submit(.setDeleted(task, true))
        await first.manager.settled()
        await first.end()

        // The next program can take it back.
        let second = try Harness([.streams, .deletes], store: first.store)
        await second.manager.start()
        try await second.log.first { event in
            guard case .tasks(let tasks) = event else { return false }
            return tasks.contains { $0.id == task && $0.deletedAt != nil }
        }
        second.submit(.setDeleted(task, false))
        second.submit(.setDeleted(task, true))
        await second.manager.settled()
        await second.end()

        // One that starts later deletes it.
        let third = try Harness([.streams, .deletes], store: first.store)
        third.clock.advance(by: .seconds(3600))
        await third.manager.start(resuming: false)
        let deletion = try await third.service.deletions.next()
        #expect(deletion.question.serviceID == "s-1")
        deletion.answer(())
        await third.manager.shutdown(grace: .seconds(3600))
        #expect(try await first.store.task(task) == nil)
    }

    /// A program without the account cannot ask the service, and leaves it to others.
    @Test func aProgramWithoutAccountsLeavesItAlone() async throws {
        let (first, task) = try await harness()
        first.submit(.setDeleted(task, true))
        await first.manager.settled()
        await first.end()
        let other = try Harness(store: first.store, vanished: true)
        other.clock.advance(by: .seconds(3600))
        await other.manager.start()
        await other.manager.settled()
        #expect(try await first.store.task(task) != nil)
        await other.end()
    }

    /// A program with other accounts deletes it here, and leaves asking the service to one that has the account.
    @Test func aProgramWithOtherAccountsLeavesTheServiceToOthers() async throws {
        let (first, task) = try await harness()
        first.submit(.setDeleted(task, true))
        await first.manager.settled()
        await first.end()
        let clock = ManualClock()
        clock.advance(by: .seconds(3600))
        let other = SessionManager(
            store: first.store, accounts: ["other": ScriptedService([.streams, .deletes])], clock: clock.clock
        ) { _ in }
        await other.start(resuming: false)
        await other.shutdown(grace: .seconds(3600))
        #expect(try await first.store.task(task) == nil)
        #expect(try await first.store.owedDeletions().map(\.serviceID) == ["s-1"])
    }

    /// What the service could not be asked for is asked for at the next start, until it answers.
    @Test(arguments: [
        (ServiceError(.unreachable, "No network."), true), (ServiceError(.forbidden, "No."), false),
        (ServiceError(.notFound, "Gone."), false),
    ])
    func theServiceIsAskedAgain(error: ServiceError, isAskedAgain: Bool) async throws {
        let (first, task) = try await harness()
        first.submit(.delete(task))
        try await first.service.deletions.next().fail(error)
        await first.manager.shutdown(grace: .seconds(3600))
        #expect(first.log.problems.count == (error.kind == .notFound ? 0 : 1))
        #expect(try await first.store.owedDeletions().count == (isAskedAgain ? 1 : 0))
        guard isAskedAgain else { return }

        let second = try Harness([.streams, .deletes], store: first.store)
        await second.manager.start()
        let deletion = try await second.service.deletions.next()
        #expect(deletion.question.serviceID == "s-1")
        #expect(deletion.question.agent == Harness.agent)
        deletion.answer(())
        await second.manager.shutdown(grace: .seconds(3600))
        #expect(try await first.store.owedDeletions().isEmpty)
    }

    @Test func takingARenameBackLetsTheServiceNameTheTaskAgain() async throws {
        let (harness, task) = try await harness()
        let before = try await harness.task(task)
        #expect(before.titleIsProvisional)
        harness.submit(.rename(task, title: "Mine"))
        harness.submit(.rename(task, title: before.title, isProvisional: true))
        await harness.manager.settled()
        #expect(try await harness.task(task).title == before.title)
        #expect(try await harness.task(task).titleIsProvisional)
        await harness.end()
    }
}
