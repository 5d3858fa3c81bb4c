import Foundation
import SessionCore
import TestSupport
import Testing

@Suite(.timeLimit(.scaled(minutes: 5))) struct ShutdownTests {
    @Test func aStreamingReplyIsKeptAsFarAsItCame() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Half ")
        try await harness.log.turn(.streaming)
        reply.text("a reply")
        try await reply.delivered()
        await harness.manager.shutdown()
        #expect(try await harness.transcript(task) == ["user: Go", "agent: Half a reply"])
        #expect(try await harness.states(task) == [.truncated])
        #expect(try await harness.store.messages(of: task).last?.state == .partial)
    }

    @Test func aMessageWithoutAnyReplyIsUnconfirmed() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        _ = try await harness.service.replies.next()
        await harness.manager.shutdown()
        #expect(try await harness.states(task) == [.unconfirmed])
        #expect(harness.service.replies.cancelled == 1)
    }

    @Test func aMessageOnItsWayIntoTheBackgroundGetsTimeToArrive() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task, .background)
        let begin = try await harness.service.begins.next()
        async let end = harness.manager.shutdown(grace: .seconds(3))
        begin.answer(Ticket(id: "job", conversation: begin.question.conversation))
        _ = await end
        #expect(try await harness.states(task) == [.running])
        #expect(try await harness.store.turns(of: task).first?.ticket == "job")
    }

    @Test func pollingOnceTimesOut() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task, .background)
        _ = try await harness.service.begins.next()
        async let end = harness.manager.shutdown(grace: .seconds(3))
        #expect(try await harness.clock.advanceToNextWake() == .seconds(3))
        _ = await end
        #expect(try await harness.states(task) == [.unconfirmed])
    }

    @Test func everythingSubmittedBeforeIsCarriedOut() async throws {
        let (harness, task) = try await Harness.started()
        for number in 0..<100 { harness.submit(.setDraft(task, Draft(text: "draft \(number)", cursor: 0))) }
        await harness.manager.shutdown()
        #expect(try await harness.task(task).draft.text == "draft 99")
    }

    @Test func afterTheEndNoCallerIsLeftWaiting() async throws {
        let (harness, task) = try await Harness.started()
        await harness.manager.shutdown()
        await harness.manager.shutdown()
        harness.send("Too late", in: task)
        await harness.manager.settled()
        #expect(try await harness.transcript(task).isEmpty)
    }

    @Test func twoWhoEndItBothReturn() async throws {
        let (harness, _) = try await Harness.started()
        async let one = harness.manager.shutdown()
        async let other = harness.manager.shutdown()
        _ = await (one, other)
    }

    @Test func whatIsQueuedIsSentByTheNextStart() async throws {
        let store = try SessionStore()
        let task: ChatTask.ID
        do {
            let harness = try Harness(store: store)
            await harness.manager.start()
            task = await harness.create()
            harness.send("Job", in: task, .background)
            let begin = try await harness.service.begins.next()
            begin.answer(Ticket(id: "job", conversation: begin.question.conversation))
            try await harness.log.turn(.running)
            harness.send("Next", in: task)
            await harness.manager.shutdown()
            #expect(try await harness.states(task) == [.running, .queued])
        }
        let harness = try Harness(store: store)
        await harness.manager.start()
        try await harness.service.polls.next().answer(PollAnswer(.done, events: [.text("ok")]))
        #expect(try await harness.service.nextReply().request.text == "Next")
        await harness.manager.shutdown()
    }

    @Test func aProgramThatDoesOneThingLeavesTheRestAlone() async throws {
        let store = try SessionStore()
        do {
            let harness = try Harness(store: store)
            await harness.manager.start()
            let task = await harness.create()
            harness.send("Job", in: task, .background)
            let begin = try await harness.service.begins.next()
            begin.answer(Ticket(id: "job", conversation: begin.question.conversation))
            try await harness.log.turn(.running)
            await harness.manager.shutdown()
        }
        let harness = try Harness(store: store)
        await harness.manager.start(resuming: false)
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        #expect(harness.service.polls.count == 0)
        await harness.manager.shutdown()
    }
}
