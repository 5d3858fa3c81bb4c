import Foundation
import SessionCore
import TestSupport
import Testing

/// One turn of a task at a time; the others wait in line.
@Suite(.timeLimit(.scaled(minutes: 5))) struct QueueTests {
    /// A task whose first message is being answered and with two more in line.
    private func queued(
        _ capabilities: Capabilities = [.streams, .background]
    ) async throws -> (Harness, ChatTask.ID, ScriptedService.Reply) {
        let (harness, task) = try await Harness.started(capabilities)
        harness.send("One", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("First ")
        try await harness.log.turn(.streaming)
        harness.send("Two", in: task)
        harness.send("Three", in: task)
        await harness.manager.settled()
        return (harness, task, reply)
    }

    @Test func messagesAreSentOneAfterTheOther() async throws {
        let (harness, task, first) = try await queued()
        #expect(harness.service.replies.count == 1)
        #expect(try await harness.states(task) == [.streaming, .queued, .queued])
        first.end()
        for text in ["Two", "Three"] {
            let reply = try await harness.service.nextReply()
            #expect(reply.request.text == text)
            reply.text("re: \(text)")
            reply.end()
        }
        try await harness.log.turn(.done, 6)
        #expect(
            try await harness.transcript(task) == [
                "user: One", "agent: First ", "user: Two", "agent: re: Two", "user: Three",
                "agent: re: Three",
            ], "every reply follows its message")
        await harness.end()
    }

    @Test func otherTasksDoNotWait() async throws {
        let (harness, _, _) = try await queued()
        let other = await harness.create()
        harness.send("Elsewhere", in: other)
        #expect(try await harness.service.nextReply().request.text == "Elsewhere")
        await harness.end()
    }

    @Test(arguments: [ServiceError.Kind.service, .interrupted])
    func afterAFailureTheQueueIsHeldUntilTheRetry(kind: ServiceError.Kind) async throws {
        let (harness, task, first) = try await queued()
        first.fail(ServiceError(kind, "It broke."))
        let over = try await harness.log.turn(kind == .service ? .failed : .truncated)
        await harness.manager.settled()
        #expect(harness.service.replies.count == 1)
        #expect(try await harness.task(task).state == .failed)
        harness.submit(.retry(over.id))
        let again = try await harness.service.nextReply()
        #expect(again.request.text == "One")
        again.end()
        #expect(try await harness.service.nextReply().request.text == "Two")
        await harness.end()
    }

    @Test func aFurtherMessageLetsTheQueueGoOn() async throws {
        let (harness, task, first) = try await queued()
        first.fail(ServiceError(.service, "It broke."))
        try await harness.log.turn(.failed)
        harness.send("Four", in: task)
        for text in ["Two", "Three", "Four"] {
            let reply = try await harness.service.nextReply()
            #expect(reply.request.text == text)
            reply.end()
        }
        await harness.end()
    }

    @Test func aHeldMessageCanBeSentByItself() async throws {
        let (harness, _, first) = try await queued()
        first.fail(ServiceError(.service, "It broke."))
        try await harness.log.turn(.failed)
        harness.submit(.retry(4))
        #expect(try await harness.service.nextReply().request.text == "Two")
        await harness.end()
    }

    @Test func aMessageIsNotSentAgainBeforeTheTimeThatTheServiceNamed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.sqlite")
        let limited = ServiceError(
            .rateLimited, "Too many requests.", status: 429,
            retryAt: ManualClock.origin.addingTimeInterval(30.5))
        do {
            let harness = try Harness(store: SessionStore(path: path))
            await harness.manager.start()
            harness.send("One", in: await harness.create())
            try await harness.service.nextReply().fail(limited)
            try await harness.log.turn(.failed)
            await harness.end()
        }
        let harness = try Harness(store: SessionStore(path: path))
        await harness.manager.start()
        #expect(try await harness.store.turn(2)?.failure == limited)
        harness.submit(.retry(2))
        await harness.manager.settled()
        #expect(harness.log.problems == ["Too early: the service takes this message again in 31 s."])
        #expect(try await harness.store.turn(2)?.state == .failed)
        harness.clock.advance(by: .seconds(31))
        harness.submit(.retry(2))
        #expect(try await harness.service.nextReply().request.text == "One")
        await harness.end()
    }

    @Test func anOlderTurnIsRetriedBehindTheOthers() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("One", in: task)
        try await harness.service.nextReply().fail(ServiceError(.unreachable, "No network."))
        let failed = try await harness.log.turn(.failed)
        harness.send("Two", in: task)
        try await harness.service.nextReply().end()
        try await harness.log.turn(.done)
        harness.submit(.retry(failed.id))
        let again = try await harness.service.nextReply()
        #expect(again.request.text == "One")
        again.text("Late")
        again.end()
        try await harness.log.turn(.done, 6)
        #expect(
            try await harness.transcript(task) == ["user: Two", "agent: ", "user: One", "agent: Late"],
            "in the order in which the service saw them")
        await harness.end()
    }

    @Test func aRetryOfWhatIsOverWellDoesNothing() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("One", in: task)
        try await harness.service.nextReply().end()
        let turn = try await harness.log.turn(.done)
        harness.submit(.retry(turn.id))
        harness.submit(.retry(99))
        await harness.manager.settled()
        #expect(harness.service.replies.count == 1)
        #expect(harness.log.problems.isEmpty)
        await harness.end()
    }

    // MARK: Stopping

    @Test func stoppingClosesTheRequestAndReturnsTheQueue() async throws {
        let (harness, task, reply) = try await queued([.streams, .interrupts])
        reply.send(.accepted(serviceID: "s"))
        reply.text("half")
        try await reply.delivered()
        harness.submit(.setDraft(task, Draft(text: "typing", cursor: 6)))
        harness.submit(.stop(task))
        let stopped = try await harness.log.turn(.stopped)
        #expect(stopped.id == 2)
        try await harness.service.interrupts.next().answer(())
        #expect(try await harness.transcript(task) == ["user: One", "agent: First half"])
        #expect(try await harness.store.messages(of: task).last?.state == .partial)
        let draft = Draft(text: "Two\nThree\ntyping", cursor: 16)
        #expect(harness.log.returned == ["Two\nThree"])
        #expect(try await harness.task(task).draft == draft)
        #expect(try await harness.task(task).state == .stopped)
        await harness.manager.settled()
        #expect(harness.service.replies.count == 1)
        await harness.end()
    }

    @Test func aRequestWithoutAnyReplyIsReallyClosed() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("One", in: task)
        _ = try await harness.service.replies.next()
        harness.submit(.stop(task))
        try await harness.log.turn(.stopped)
        await harness.manager.settled()
        #expect(harness.service.replies.cancelled == 1)
        await harness.end()
    }

    @Test func whatArrivesAfterTheStopIsDropped() async throws {
        let (harness, task, reply) = try await queued()
        harness.submit(.stop(task))
        try await harness.log.turn(.stopped)
        reply.text("too late")
        reply.end()
        await harness.manager.settled()
        #expect(try await harness.transcript(task) == ["user: One", "agent: First "])
        await harness.end()
    }

    @Test func stoppingNothingDoesNothing() async throws {
        let (harness, task) = try await Harness.started()
        harness.log.clear()
        harness.submit(.stop(task))
        harness.submit(.stop(.random()))
        await harness.manager.settled()
        #expect(harness.log.events.isEmpty)
        await harness.end()
    }

    @Test func aQuestionReturnsTheQueue() async throws {
        let (harness, task, reply) = try await queued()
        reply.end(.waiting)
        try await harness.log.turn(.waiting)
        #expect(try await harness.task(task).draft.text == "Two\nThree")
        #expect(try await harness.states(task) == [.waiting])
        await harness.end()
    }

    // MARK: Taking back

    @Test func aQueuedMessageCanBeTakenBack() async throws {
        let (harness, task, reply) = try await queued()
        harness.submit(.takeBack(4))
        await harness.manager.settled()
        #expect(harness.log.returned == ["Two"])
        #expect(harness.log.events.contains { if case .messageRemoved(task, 4) = $0 { true } else { false } })
        reply.end()
        #expect(try await harness.service.nextReply().request.text == "Three")
        harness.submit(.takeBack(2))
        await harness.manager.settled()
        #expect(harness.log.returned.count == 1, "what was answered stays")
        await harness.end()
    }

    @Test func aFailedMessageIsTakenBackAndItsReplyStays() async throws {
        let (harness, task, reply) = try await queued()
        reply.fail(ServiceError(.service, "It broke."))
        try await harness.log.turn(.failed)
        harness.submit(.takeBack(2))
        await harness.manager.settled()
        #expect(try await harness.task(task).draft.text == "One")
        #expect(try await harness.transcript(task).prefix(2) == ["user: One", "agent: First "])
        await harness.end()
    }

    // MARK: A task that is busy elsewhere

    private let busy = ServiceError(.busy, "The task is busy.", status: 409)

    /// A manager whose service has refused a message because the conversation was busy.
    private func refused(store: SessionStore? = nil) async throws -> (Harness, ChatTask.ID) {
        let harness = try Harness([.streams, .reportsBusy], store: store)
        await harness.manager.start()
        let task = await harness.create()
        harness.send("One", in: task)
        try await harness.service.nextReply().fail(busy)
        try await harness.log.first {
            if case .turn(let turn) = $0 { turn.state == .queued && turn.failure == busy } else { false }
        }
        return (harness, task)
    }

    @Test func aBusyConversationIsAskedUntilItIsFreeAndThenSentToOnce() async throws {
        let (harness, task) = try await refused()
        #expect(try await harness.task(task).state == .running)
        harness.send("Two", in: task)
        #expect(try await harness.clock.advanceToNextWake() == .seconds(1))
        try await harness.service.inquiries.next().answer(true)
        #expect(try await harness.clock.advanceToNextWake() == .seconds(2))
        let limited = ServiceError(
            .rateLimited, "Slow down.", retryAt: harness.clock.today.addingTimeInterval(60))
        try await harness.service.inquiries.next().fail(limited)
        #expect(try await harness.clock.advanceToNextWake() == .seconds(60))
        #expect(harness.service.replies.count == 1)
        try await harness.service.inquiries.next().answer(false)
        let reply = try await harness.service.nextReply()
        #expect(reply.request.text == "One")
        reply.text("Now")
        reply.end()
        let done = try await harness.log.turn(.done)
        #expect(done.generation == 2)
        try await harness.service.nextReply().end()
        try await harness.log.turn(.done, 4)
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        #expect(harness.service.inquiries.count == 3)
        await harness.end()
    }

    @Test func aBusyConversationThatIsGoneFailsTheMessage() async throws {
        let (harness, task) = try await refused()
        try await harness.clock.advanceToNextWake()
        let gone = ServiceError(.notFound, "There is no such task.")
        try await harness.service.inquiries.next().fail(gone)
        #expect(try await harness.log.turn(.failed).failure == gone)
        #expect(try await harness.transcript(task) == ["user: One"])
        await harness.end()
    }

    @Test func thePersonCanHaveItLookedAtNow() async throws {
        let (harness, _) = try await refused()
        harness.submit(.retry(2))
        harness.submit(.retry(2))
        try await harness.service.inquiries.next().answer(false)
        #expect(try await harness.service.nextReply().request.text == "One")
        #expect(harness.service.inquiries.count == 1)
        await harness.end()
    }

    @Test func aBusyConversationIsAskedFirstAfterARestart() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.sqlite")
        do {
            let (harness, _) = try await refused(store: SessionStore(path: path))
            await harness.end()
        }
        let harness = try Harness([.streams, .reportsBusy], store: SessionStore(path: path))
        await harness.manager.start()
        let inquiry = try await harness.service.inquiries.next()
        #expect(harness.service.replies.count == 0)
        inquiry.answer(false)
        #expect(try await harness.service.nextReply().request.text == "One")
        await harness.end()
    }

    @Test func aServiceThatRefusesThoughItSaysItIsFreeIsNotSentToEndlessly() async throws {
        let (harness, _) = try await refused()
        for _ in 2...5 {
            try await harness.clock.advanceToNextWake()
            try await harness.service.inquiries.next().answer(false)
            try await harness.service.nextReply().fail(busy)
        }
        #expect(try await harness.log.turn(.failed).failure == busy)
        await harness.manager.settled()
        #expect(harness.service.replies.count == 5)
        await harness.end()
    }

    @Test func aServiceThatCannotBeAskedLeavesItToThePerson() async throws {
        let (harness, task) = try await Harness.started([.streams])
        harness.send("One", in: task)
        try await harness.service.nextReply().fail(busy)
        #expect(try await harness.log.turn(.failed).failure == busy)
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        harness.submit(.retry(2))
        #expect(try await harness.service.nextReply().request.text == "One")
        await harness.end()
    }

    @Test func aBusyMessageThatIsTakenBackIsNotSent() async throws {
        let (harness, task) = try await refused()
        harness.submit(.takeBack(2))
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        #expect(try await harness.task(task).draft.text == "One")
        #expect(try await harness.task(task).state == .idle)
        await harness.end()
    }

    @Test func stoppingABusyTaskReturnsItsMessages() async throws {
        let (harness, task) = try await refused()
        harness.submit(.stop(task))
        await harness.manager.settled()
        #expect(try await harness.task(task).draft.text == "One")
        #expect(harness.clock.sleepers == 0)
        await harness.end()
    }
}
