import Foundation
import TestSupport
import Testing

@testable import SessionCore

@Suite(.timeLimit(.scaled(minutes: 5))) struct BackgroundTurnTests {
    /// A task whose message runs in the background.
    private func running(_ capabilities: Capabilities = [.streams, .background]) async throws -> (
        Harness, ChatTask.ID
    ) {
        let (harness, task) = try await Harness.started(capabilities)
        harness.send("Long job", in: task, .background)
        let begin = try await harness.service.begins.next()
        var conversation = begin.question.conversation
        conversation.serviceID = "s-7"
        begin.answer(Ticket(id: "job-1", conversation: conversation))
        try await harness.log.turn(.running)
        await harness.manager.settled()
        return (harness, task)
    }

    private func poll(_ harness: Harness, _ answer: PollAnswer) async throws -> Duration {
        let waited = try await harness.clock.advanceToNextWake()
        try await harness.service.polls.next().answer(answer)
        return waited
    }

    @Test func itIsPolledUntilItHasEnded() async throws {
        let (harness, task) = try await running()
        let turn = try #require(try await harness.store.turns(of: task).first)
        #expect(turn.ticket == "job-1", "stored before it is polled")
        #expect(try await harness.task(task).serviceID == "s-7")
        var waits: [Duration] = []
        for _ in 0..<6 { waits.append(try await poll(harness, PollAnswer(.running))) }
        #expect(
            waits == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10),
            ])
        _ = try await poll(harness, PollAnswer(.done, events: [.text("All "), .text("done")]))
        try await harness.log.turn(.done)
        #expect(try await harness.transcript(task) == ["user: Long job", "agent: All done"])
        #expect(try await harness.task(task).unread == 1)
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0, "nothing is left to wait for")
        await harness.end()
    }

    @Test func anAnswerThatSaysNothingNewWritesNothing() async throws {
        let (harness, _) = try await running()
        harness.log.clear()
        for _ in 0..<5 { _ = try await poll(harness, PollAnswer(.running)) }
        try await harness.clock.advanceToNextWake()
        _ = try await harness.service.polls.next()
        #expect(harness.log.events.isEmpty)
        await harness.end()
    }

    @Test func whatIsKnownMeanwhileIsShown() async throws {
        let (harness, task) = try await running()
        let step = Step(id: "1", kind: .tool, title: "search", state: .running)
        _ = try await poll(harness, PollAnswer(.running, events: [.step(step), .text("So far")]))
        try await harness.log.first {
            if case .message(let message) = $0 { message.text == "So far" } else { false }
        }
        #expect(try await harness.store.messages(of: task).last?.state == .streaming)
        #expect(try await harness.task(task).unread == 0, "it is not whole")
        _ = try await poll(harness, PollAnswer(.running, events: [.step(step), .text("So far, so")]))
        _ = try await poll(harness, PollAnswer(.done, events: [.step(step), .text("So far, so good")]))
        try await harness.log.turn(.done)
        #expect(harness.log.chunks == [", so", " good"])
        #expect(try await harness.transcript(task).last == "agent: So far, so good")
        await harness.end()
    }

    @Test func troubleIsShownAndWaitedOut() async throws {
        let (harness, task) = try await running()
        let limited = ServiceError(
            .rateLimited, "Too many requests.", retryAt: harness.clock.today.addingTimeInterval(120))
        try await harness.clock.advanceToNextWake()
        try await harness.service.polls.next().fail(limited)
        try await harness.log.first {
            if case .turn(let turn) = $0 { turn.failure == limited } else { false }
        }
        #expect(try await harness.states(task) == [.running])
        let waited = try await poll(harness, PollAnswer(.running))
        #expect(waited == .milliseconds(119_500))
        harness.log.clear()
        await harness.manager.settled()
        _ = try await poll(harness, PollAnswer(.done, events: [.text("ok")]))
        let done = try await harness.log.turn(.done)
        #expect(done.failure == nil)
        await harness.end()
    }

    @Test func whatCannotGetBetterFailsTheTurn() async throws {
        let (harness, task) = try await running()
        try await harness.clock.advanceToNextWake()
        let gone = ServiceError(.notFound, "The task is gone.")
        try await harness.service.polls.next().fail(gone)
        #expect(
            try await harness.clock.advanceToNextWake() == .seconds(10),
            "a service that is updated says so too")
        #expect(try await harness.states(task) == [.running])
        try await harness.service.polls.next().fail(gone)
        #expect(try await harness.log.turn(.failed).failure?.kind == .notFound)
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        #expect(try await harness.task(task).state == .failed)
        await harness.end()
    }

    @Test func theAgentsFailureFailsTheTurn() async throws {
        let (harness, _) = try await running()
        let error = ServiceError(.service, "The agent gave up.")
        _ = try await poll(harness, PollAnswer(.failed(error), events: [.text("I tried")]))
        #expect(try await harness.log.turn(.failed).failure == error)
        await harness.end()
    }

    @Test func aQuestionIsAskedAndAnswered() async throws {
        let (harness, task) = try await running()
        _ = try await poll(harness, PollAnswer(.waiting, events: [.question("Where to?")]))
        try await harness.log.turn(.waiting)
        #expect(try await harness.transcript(task).last == "agent: Where to?")
        #expect(try await harness.store.messages(of: task).last?.state == .complete)
        await harness.end()
    }

    @Test func stoppingEndsThePollsAndInterruptsTheService() async throws {
        let (harness, task) = try await running([.streams, .background, .interrupts])
        try await harness.clock.advanceToNextWake()
        let late = try await harness.service.polls.next()
        harness.submit(.stop(task))
        let interrupt = try await harness.service.interrupts.next()
        #expect(interrupt.question.serviceID == "s-7")
        interrupt.answer(())
        try await harness.log.turn(.stopped)
        late.answer(PollAnswer(.done, events: [.text("too late")]))
        await harness.manager.settled()
        #expect(try await harness.transcript(task) == ["user: Long job"])
        #expect(harness.clock.sleepers == 0)
        await harness.end()
    }

    @Test func anAnswerToAnEarlierAttemptIsDropped() async throws {
        let (harness, task) = try await running()
        try await harness.clock.advanceToNextWake()
        let stale = try await harness.service.polls.next()
        harness.submit(.stop(task))
        let stopped = try await harness.log.turn(.stopped)
        harness.submit(.retry(stopped.id))
        let begin = try await harness.service.begins.next()
        begin.answer(Ticket(id: "job-2", conversation: begin.question.conversation))
        try await harness.log.first { if case .turn(let turn) = $0 { turn.ticket == "job-2" } else { false } }
        stale.answer(PollAnswer(.done, events: [.text("from the first attempt")]))
        await harness.manager.settled()
        #expect(try await harness.states(task) == [.running])
        await harness.end()
    }

    @Test func manyRunWithFewRequestsUnderWay() async throws {
        let harness = try Harness()
        await harness.manager.start()
        for number in 1...20 {
            let task = await harness.create()
            harness.send("Job \(number)", in: task, .background)
            let begin = try await harness.service.begins.next()
            begin.answer(Ticket(id: "job-\(number)", conversation: begin.question.conversation))
        }
        try await harness.log.turn(.running, 40)
        await harness.manager.settled()
        harness.clock.advance(by: .seconds(1))
        var asked: Set<String> = []
        for _ in 0..<20 {
            let poll = try await harness.service.polls.next()
            #expect(harness.service.polls.open <= 4)
            asked.insert(poll.question.id)
            poll.answer(PollAnswer(.running))
        }
        #expect(asked.count == 20, "each of them in its turn")
        await harness.end()
    }

    @Test func aServiceWithoutBackgroundStreams() async throws {
        let (harness, task) = try await Harness.started([.streams])
        harness.send("Go", in: task, .background)
        try await harness.service.nextReply().end()
        #expect(try await harness.log.turn(.done).mode == .streamed)
        await harness.end()
    }

    @Test func aServiceWithoutStreamsRunsInTheBackground() async throws {
        let (harness, task) = try await Harness.started([.background])
        #expect(try await harness.task(task).mode == .background)
        harness.send("Go", in: task, .streamed)
        let begin = try await harness.service.begins.next()
        begin.answer(Ticket(id: "job", conversation: begin.question.conversation))
        #expect(try await harness.log.turn(.running).mode == .background)
        await harness.end()
    }

    @Test func anAccountThatComesBackIsPolledAgain() async throws {
        let (harness, _) = try await running()
        harness.manager.use([:])
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        harness.manager.use([Harness.account: harness.service])
        try await harness.service.polls.next().answer(PollAnswer(.done, events: [.text("ok")]))
        try await harness.log.turn(.done)
        await harness.end()
    }

    @Test func accountsThatChangeDoNotAskTwiceAtOnce() async throws {
        let (harness, _) = try await running()
        try await harness.clock.advanceToNextWake()
        let poll = try await harness.service.polls.next()
        for _ in 0..<8 {
            harness.manager.use([Harness.account: harness.service])
            await harness.manager.settled()
        }
        #expect(harness.service.polls.open == 1)
        poll.answer(PollAnswer(.running))
        await harness.manager.settled()
        _ = try await self.poll(harness, PollAnswer(.done, events: [.text("ok")]))
        try await harness.log.turn(.done)
        #expect(harness.service.polls.count == 2)
        await harness.end()
    }

    // MARK: For a program that only looks

    /// The file of a program that has left a background turn running.
    private func left(_ folder: TemporaryFolder) async throws -> ChatTask.ID {
        let harness = try Harness(store: SessionStore(path: folder.file("parley.sqlite")))
        await harness.manager.start()
        let task = await harness.create()
        harness.send("Long job", in: task, .background)
        let begin = try await harness.service.begins.next()
        begin.answer(Ticket(id: "job", conversation: begin.question.conversation))
        try await harness.log.turn(.running)
        harness.send("And then", in: task)
        await harness.manager.settled()
        await harness.end()
        return task
    }

    @Test func orphanedTurnsArePolledOnce() async throws {
        let folder = try TemporaryFolder()
        let task = try await left(folder)
        let harness = try Harness(store: SessionStore(path: folder.file("parley.sqlite")))
        #expect(try await harness.store.hasUnattendedTurns())
        await harness.manager.start(resuming: false)
        async let answered: Void = harness.manager.pollOnce()
        try await harness.service.polls.next().answer(PollAnswer(.running, events: [.text("Half")]))
        await answered
        await harness.end()
        #expect(try await harness.transcript(task) == ["user: Long job", "agent: Half", "user: And then"])
        #expect(harness.service.replies.count == 0, "what waits is left to a program that stays")
        #expect(try await harness.store.hasUnattendedTurns(), "and the turn to the next program")
    }

    @Test func aServiceThatDoesNotAnswerIsNotWaitedForLonger() async throws {
        let folder = try TemporaryFolder()
        _ = try await left(folder)
        let harness = try Harness(store: SessionStore(path: folder.file("parley.sqlite")))
        await harness.manager.start(resuming: false)
        async let answered: Void = harness.manager.pollOnce(timeout: .seconds(5))
        _ = try await harness.service.polls.next()
        try await harness.clock.advanceToNextWake()
        await answered
        #expect(harness.clock.uptime == .seconds(5))
        await harness.end()
    }

    @Test func pollingOnceReturnsAtOnceWithoutOrphans() async throws {
        let harness = try Harness()
        await harness.manager.pollOnce()
        await harness.manager.start(resuming: false)
        await harness.manager.pollOnce()
        #expect(try await !harness.store.hasUnattendedTurns())
        await harness.end()
        await harness.manager.pollOnce()
    }
}
