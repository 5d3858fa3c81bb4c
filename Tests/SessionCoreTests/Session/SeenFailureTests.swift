import TestSupport
import Testing

@testable import SessionCore

/// That a failure was seen is part of what was read: the place of the reply that did not come.
@Suite struct SeenFailureTests {
    @Test func aFailureIsUnseenUntilItsPlaceIsRead() async throws {
        let (harness, id) = try await Harness.started()
        harness.send("Hello", in: id)
        try await harness.service.nextReply().fail(ServiceError(.unreachable, "No network."))
        let turn = try await harness.log.turn(.failed)
        let failed = try await harness.task(id)
        #expect(failed.lastTurn == turn.id)
        #expect(failed.hasUnseenFailure)
        harness.submit(.markRead(id, upTo: Turn.replyID(of: turn.id)))
        await harness.manager.settled()
        #expect(try await !harness.task(id).hasUnseenFailure)

        // A second failure of the same message is new.
        harness.submit(.retry(turn.id))
        let reply = try await harness.service.nextReply()
        #expect(try await !harness.task(id).hasUnseenFailure)
        reply.fail(ServiceError(.unreachable, "No network."))
        try await harness.log.turn(.failed, turn.id)
        await harness.manager.settled()
        #expect(try await harness.task(id).state == .failed)
        #expect(try await harness.task(id).hasUnseenFailure)
        await harness.end()
    }

    @Test func anAnswerAfterAFailureThatWasSeenIsUnread() async throws {
        let (harness, id) = try await Harness.started()
        harness.send("Hello", in: id)
        try await harness.service.nextReply().fail(ServiceError(.unreachable, "No network."))
        let turn = try await harness.log.turn(.failed)
        harness.submit(.markRead(id, upTo: Turn.replyID(of: turn.id)))
        harness.submit(.retry(turn.id))
        let reply = try await harness.service.nextReply()
        reply.text("Hi")
        reply.end()
        try await harness.log.turn(.done)
        await harness.manager.settled()
        #expect(try await harness.task(id).unread == 1)
        #expect(try await !harness.task(id).hasUnseenFailure)
        await harness.end()
    }
}
