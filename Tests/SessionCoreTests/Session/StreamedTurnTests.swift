import Foundation
import TestSupport
import Testing

@testable import SessionCore

@Suite(.timeLimit(.scaled(minutes: 5))) struct StreamedTurnTests {
    @Test func aReplyStreamsInAndIsKept() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("What is **Parley**?\nTell me.", in: task)
        let reply = try await harness.service.nextReply()
        #expect(reply.request.text == "What is **Parley**?\nTell me.")
        #expect(reply.request.conversation.serviceID == nil)
        #expect(try await harness.states(task) == [.sending], "stored before it is sent")
        reply.send(.accepted(serviceID: "s-1"))
        reply.text("A chat ")
        try await harness.log.turn(.streaming)
        reply.text("client.")
        reply.end()
        try await harness.log.turn(.done)
        #expect(
            try await harness.transcript(task)
                == ["user: What is **Parley**?\nTell me.", "agent: A chat client."])
        let stored = try await harness.task(task)
        #expect(stored.title == "What is Parley?")
        #expect(stored.serviceID == "s-1")
        #expect(stored.state == .idle)
        #expect(stored.unread == 1)
        #expect(harness.log.turnStates == [.queued, .sending, .streaming, .done])
        await harness.end()
    }

    @Test func theConversationGoesOnUnderTheServicesName() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("One", in: task)
        let first = try await harness.service.nextReply()
        first.send(.accepted(serviceID: "s-1"))
        first.end()
        try await harness.log.turn(.done)
        harness.send("Two", in: task)
        let second = try await harness.service.nextReply()
        #expect(second.request.conversation.serviceID == "s-1")
        #expect(second.request.conversation.title == "One")
        await harness.end()
    }

    /// What is emitted adds up to what is stored, and no part of the reply is emitted twice.
    @Test func chunksAreEmittedOnceAndInOrder() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        var text = ""
        for number in 0..<500 {
            let piece = "\(number) é\n"
            text += piece
            reply.text(piece)
            if number.isMultiple(of: 50) { try await reply.delivered() }
        }
        reply.end()
        try await harness.log.turn(.done)
        var built: [Message.ID: String] = [:]
        for event in harness.log.events {
            switch event {
            case .message(let message) where message.role == .agent && message.state == .streaming:
                #expect(built[message.id] == nil, "the whole is emitted once")
                built[message.id] = message.text
            case .chunk(let id, let message, let offset, let piece):
                #expect(id == task)
                #expect(offset == built[message]?.utf8.count)
                built[message]? += piece
            default: break
            }
        }
        #expect(Array(built.values) == [text])
        #expect(try await harness.transcript(task).last == "agent: " + text)
        await harness.end()
    }

    /// A reply without an end: the turn ends at the limit, the service is told to stop, and what was kept is whole.
    @Test func aReplyThatDoesNotEndIsCutOff() async throws {
        let harness = try Harness(
            [.streams, .interrupts], limits: ReplyLimits(bytes: 100_000))
        await harness.manager.start()
        let task = await harness.create()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.accepted(serviceID: "s-1"))
        for _ in 0..<30 { reply.text(String(repeating: "endless ", count: 1000)) }
        let turn = try await harness.log.turn(.truncated)
        #expect(turn.failure?.kind == .tooLong)
        #expect(turn.failure?.message.contains("100000 bytes") == true)
        let interrupt = try await harness.service.interrupts.next()
        #expect(interrupt.question.serviceID == "s-1")
        interrupt.answer(())
        let message = try #require(try await harness.store.messages(of: task).last)
        #expect(message.text.utf8.count == 100_000)
        #expect(message.state == .partial)
        // The next message is not held up.
        harness.send("Again", in: task)
        let next = try await harness.service.nextReply()
        next.end()
        try await harness.log.turn(.done)
        await harness.end()
    }

    @Test func stepsAreEmittedWithoutTheText() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Some text.")
        try await harness.log.turn(.streaming)
        let step = Step(id: "1", kind: .tool, title: "look", state: .completed)
        reply.send(.step(Step(id: "1", kind: .tool, title: "look", state: .running)))
        try await reply.delivered()
        reply.send(.step(step))
        _ = try await harness.log.first { event in
            guard case .steps(task, _, let steps) = event else { return false }
            return steps == [step]
        }
        reply.end()
        try await harness.log.turn(.done)
        #expect(try await harness.store.messages(of: task).last?.extras.steps == [step])
        await harness.end()
    }

    @Test func everyEventIsInTheStoreBeforeItIsEmitted() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("parley.sqlite")
        let store = try SessionStore(path: path)
        let reader = try SessionStore(path: path)
        let checks = EventLog<SessionEvent>()
        let service = ScriptedService()
        let manager = SessionManager(store: store, accounts: [Harness.account: service]) { checks.add($0) }
        await manager.start()
        let task = ChatTask.ID.random()
        manager.submit(.create(task, account: Harness.account, agent: Harness.agent))
        manager.submit(.send(task, text: "Hi", mode: .streamed))
        let reply = try await service.nextReply()
        let emitted = try await checks.turn(.sending)
        #expect(try await reader.turn(emitted.id)?.state == .sending)
        reply.text("part")
        let event = try await checks.first {
            if case .message(let message) = $0 { message.role == .agent } else { false }
        }
        let message = try #require({ if case .message(let message) = event { message } else { nil } }())
        #expect(try await reader.message(message.id)?.text == "part")
        reply.end()
        let done = try await checks.turn(.done)
        #expect(try await reader.turn(done.id) == done)
        #expect(try await reader.message(message.id)?.state == .complete)
        await manager.shutdown()
    }

    @Test func whatComesWithAReplyIsKept() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Find an oven", in: task)
        let reply = try await harness.service.nextReply()
        let step = Step(id: "1", kind: .tool, title: "search", state: .running)
        reply.send(.step(step))
        reply.text("Here it is.")
        var finished = step
        finished.state = .completed
        finished.detail = "3 results"
        reply.send(.step(finished))
        reply.send(.cards([Card(title: "Oven", properties: [.init(title: "Price", value: "358")])]))
        reply.send(.suggestions(["Buy it"]))
        reply.send(.messageID("m-9"))
        reply.send(.title("An *oven*\nfor the kitchen"))
        reply.end()
        try await harness.log.turn(.done)
        let message = try #require(try await harness.store.messages(of: task).last)
        #expect(message.extras.steps == [finished])
        #expect(message.extras.cards.map(\.title) == ["Oven"])
        #expect(message.extras.suggestions == ["Buy it"])
        #expect(message.serviceID == "m-9")
        #expect(try await harness.task(task).title == "An oven")
        await harness.end()
    }

    @Test func aPersonsTitleIsNotReplaced() async throws {
        let (harness, task) = try await Harness.started()
        harness.submit(.rename(task, title: " My\ntitle "))
        harness.send("Hello", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.title("A better one"))
        reply.end()
        try await harness.log.turn(.done)
        #expect(try await harness.task(task).title == "My title")
        #expect(try await harness.task(task).titleIsProvisional == false)
        await harness.end()
    }

    @Test func aCumulativeStreamEndsAsItsLastText() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        for text in ["The", "The an", "The answer", "An answer"] {
            reply.send(.wholeText(text))
            try await reply.delivered()
            await harness.manager.settled()
        }
        #expect(try await harness.transcript(task).last == "agent: An answer")
        reply.end()
        try await harness.log.turn(.done)
        #expect(try await harness.transcript(task).last == "agent: An answer")
        #expect(harness.log.chunks == [" an", "swer"])
        await harness.end()
    }

    @Test func anEmptyReplyIsAReply() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Hm", in: task)
        try await harness.service.nextReply().end()
        let turn = try await harness.log.turn(.done)
        #expect(turn.reply == turn.message + 1)
        #expect(try await harness.transcript(task) == ["user: Hm", "agent: "])
        #expect(try await harness.task(task).unread == 1)
        await harness.end()
    }

    @Test func aQuestionWaitsForItsAnswer() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Book a flight", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.question("Where to?"))
        reply.end()
        try await harness.log.turn(.waiting)
        #expect(try await harness.task(task).state == .waiting)
        harness.send("Oslo", in: task)
        let answer = try await harness.service.nextReply()
        #expect(answer.request.text == "Oslo")
        #expect(try await harness.task(task).state == .running)
        await harness.end()
    }

    // MARK: Ends that are not good

    @Test func aFailureKeepsWhatHadArrivedAndCanBeRetried() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Half an ans")
        try await harness.log.turn(.streaming)
        let error = ServiceError(.service, "The agent failed.", status: 500)
        reply.fail(error)
        let failed = try await harness.log.turn(.failed)
        #expect(failed.failure == error)
        #expect(try await harness.store.messages(of: task).last?.state == .partial)
        #expect(try await harness.transcript(task).last == "agent: Half an ans")
        #expect(try await harness.task(task).state == .failed)

        harness.log.clear()
        harness.submit(.retry(failed.id))
        let again = try await harness.service.nextReply()
        #expect(again.request.text == "Go")
        #expect(
            try await harness.transcript(task).last == "agent: Half an ans", "until something better is there"
        )
        again.text("The answer")
        try await harness.log.turn(.streaming)
        #expect(try await harness.transcript(task) == ["user: Go", "agent: The answer"])
        again.end()
        let done = try await harness.log.turn(.done)
        #expect(done.generation == 2)
        #expect(done.failure == nil)
        await harness.end()
    }

    @Test func whatComesOfAnEarlierAttemptIsNotOfTheNextOne() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        try await harness.service.nextReply().fail(ServiceError(.service, "The agent failed.", status: 500))
        let failed = try await harness.log.turn(.failed)
        harness.submit(.retry(failed.id))
        let again = try await harness.service.nextReply()
        again.text("The answer")
        let streaming = try await harness.log.turn(.streaming)
        #expect(streaming.generation == failed.generation + 1)

        let late = ReplyDelta(text: .replace("Too late"))
        let events: [TurnMachine.Event] = [.ended(.complete), .failed(.notStored), .began(ticket: "9")]
        for event in events {
            let advance = try await harness.store.transact {
                try $0.advance(failed.id, by: event, of: failed.generation, with: late) == nil
            }
            #expect(advance, "\(event)")
        }
        let appended = try await harness.store.transact {
            try $0.append(late, to: failed.id, of: failed.generation) == nil
        }
        #expect(appended)
        #expect(try await harness.store.turns(of: task) == [streaming])
        #expect(try await harness.transcript(task) == ["user: Go", "agent: The answer"])
        again.end()
        try await harness.log.turn(.done)
        await harness.end()
    }

    @Test func aConnectionThatBreaksLeavesATruncatedReply() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Half")
        try await harness.log.turn(.streaming)
        reply.fail(ServiceError(.interrupted, "The connection broke."))
        let turn = try await harness.log.turn(.truncated)
        #expect(turn.failure?.kind == .interrupted)
        await harness.end()
    }

    @Test func aReplyThatTheServiceWorksOnByItselfIsPolledWhenTheConnectionBreaks() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.ticket("job"))
        reply.text("Half")
        reply.fail(ServiceError(.interrupted, "The connection broke."))
        #expect(try await harness.log.turn(.running).failure?.kind == .interrupted)
        try await harness.clock.advanceToNextWake()
        let poll = try await harness.service.polls.next()
        #expect(poll.question.id == "job")
        poll.answer(PollAnswer(.done, events: [.text("Half and half")]))
        #expect(try await harness.log.turn(.done).failure == nil)
        #expect(try await harness.transcript(task) == ["user: Go", "agent: Half and half"])
        await harness.end()
    }

    @Test func anEndWithoutTheEndIsTruncated() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Half")
        reply.end(.truncated)
        try await harness.log.turn(.truncated)
        #expect(try await harness.store.messages(of: task).last?.state == .partial)
        await harness.end()
    }

    @Test func aRefusalBeforeAnythingArrivedLeavesNoReply() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        try await harness.service.nextReply().fail(ServiceError(.unauthorized, "The key is wrong."))
        let turn = try await harness.log.turn(.failed)
        #expect(turn.reply == nil)
        #expect(try await harness.transcript(task) == ["user: Go"])
        await harness.end()
    }

    @Test func nothingIsSentAgainByItself() async throws {
        let (harness, task) = try await Harness.started()
        for kind in [ServiceError.Kind.unreachable, .interrupted, .rateLimited, .service] {
            harness.log.clear()
            harness.send("Go", in: task)
            try await harness.service.nextReply().fail(ServiceError(kind, "It broke."))
            try await harness.log.turn(kind == .interrupted ? .unconfirmed : .failed)
        }
        await harness.manager.settled()
        #expect(harness.service.replies.count == 4)
        #expect(harness.clock.sleepers == 0, "and nothing waits for anything")
        await harness.end()
    }

    @Test func anErrorOfAnotherKindIsAFailureToo() async throws {
        struct Odd: Error {}
        let (harness, task) = try await Harness.started()
        harness.send("Go", in: task)
        try await harness.service.nextReply().fail(Odd())
        #expect(try await harness.log.turn(.failed).failure?.kind == .service)
        await harness.end()
    }

    @Test func sendingThroughAnAccountThatIsGoneFailsClearly() async throws {
        let store = try SessionStore()
        let task: ChatTask.ID
        do {
            let harness = try Harness(store: store)
            await harness.manager.start()
            task = await harness.create()
            harness.send("Hello", in: task)
            try await harness.service.nextReply().end()
            try await harness.log.turn(.done)
            await harness.end()
        }
        let harness = try Harness(store: store, vanished: true)
        await harness.manager.start()
        harness.submit(.load(PageRequest(task: task, place: .newest)))
        try await harness.log.first {
            if case .page(let page) = $0 { page.messages.count == 2 } else { false }
        }
        harness.send("Still there?", in: task)
        let turn = try await harness.log.turn(.failed)
        #expect(turn.failure?.message.contains("no account “acme”") == true)
        await harness.end()
    }

    // MARK: Speed

    /// While one write is under way the chunks behind it gather, and go out as one transaction and one event.
    @Test func chunksThatComeWhileTheStoreIsBusyAreWrittenTogether() async throws {
        let folder = try TemporaryFolder()
        let harness = try Harness(store: SessionStore(path: folder.file("parley.sqlite")))
        await harness.manager.start()
        let task = await harness.create()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("first ")
        try await harness.log.turn(.streaming)

        let other = try SessionStore(path: folder.file("parley.sqlite"))
        let blocker = Blocker()
        let blocking = Task { try await other.write { _ in blocker.block() } }
        await blocker.isBlocking()
        var text = "first "
        for number in 0..<2000 {
            let chunk = "chunk number \(number)\n"
            text += chunk
            reply.text(chunk)
        }
        try await reply.delivered()
        blocker.release()
        try await blocking.value
        reply.end()
        try await harness.log.turn(.done)
        #expect(harness.log.chunks.count <= 2)
        #expect(try await harness.transcript(task).last == "agent: " + text)
        await harness.end()
    }
}
