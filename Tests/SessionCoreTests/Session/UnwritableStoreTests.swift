import Foundation
import GRDB
import TestSupport
import Testing

@testable import SessionCore

/// What becomes of writes that fail: they are kept, shown and done again.
@Suite(.timeLimit(.scaled(minutes: 5))) struct UnwritableStoreTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func store() throws -> SessionStore {
        try SessionStore(path: folder.file("parley.sqlite"), busyTimeout: .zero)
    }

    private func started(
        _ capabilities: Capabilities = [.streams, .background]
    ) async throws -> (Harness, ChatTask.ID) {
        let harness = try Harness(capabilities, store: store())
        await harness.manager.start()
        return (harness, await harness.create())
    }

    /// A reply that streams, and of which the first word is stored.
    private func streaming(
        _ capabilities: Capabilities = [.streams]
    ) async throws -> (Harness, ChatTask.ID, ScriptedService.Reply) {
        let (harness, task) = try await started(capabilities)
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("First ")
        try await harness.log.turn(.streaming)
        await harness.manager.settled()
        return (harness, task, reply)
    }

    /// Text that does not fit into the pages that the file has.
    private let long = String(repeating: "word ", count: 20_000)

    private func fillDisk(of store: SessionStore) async throws {
        try await store.write { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    private func makeRoom(for store: SessionStore) async throws {
        try await store.write { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
    }

    /// Another program that writes until it is told to stop.
    private struct OtherProgram {
        let blocker = Blocker()
        let work: Task<Void, any Error>

        init(_ store: SessionStore) async {
            let blocker = blocker
            work = Task { try await store.write { _ in blocker.block() } }
            await blocker.isBlocking()
        }

        func end() async throws {
            blocker.release()
            try await work.value
        }
    }

    /// Lets time pass until something was emitted.
    private func pass(
        _ harness: Harness, until isMet: @Sendable (SessionEvent) -> Bool
    ) async throws {
        try await eventually {
            harness.clock.advance(by: .seconds(10))
            return harness.log.events.contains(where: isMet)
        }
    }

    private func passUntilStored(_ harness: Harness) async throws {
        try await pass(harness) { if case .unstored(nil) = $0 { true } else { false } }
    }

    private func page(of task: ChatTask.ID, _ harness: Harness) async throws -> MessagePage? {
        let request = PageRequest(task: task, place: .newest, limit: 7)
        harness.submit(.load(request))
        let event = try await harness.log.first {
            if case .page(let page) = $0 { page.request == request } else { false }
        }
        guard case .page(let page) = event else { return nil }
        return page
    }

    // MARK: Replies

    @Test func aReplyThatDoesNotFitOnTheDiskIsShownAndStoredWhenThereIsRoomAgain() async throws {
        let (harness, task, reply) = try await streaming()
        try await fillDisk(of: harness.store)
        reply.text(long)
        try await reply.delivered()
        let first = try await harness.log.unstored { $0 != nil }
        #expect(first?.reason == "the disk is full")
        #expect(harness.log.text(of: 3) == "First " + long)
        reply.text("The end.")
        reply.end()
        let second = try await harness.log.unstored { $0?.turns.first?.state == .done }
        #expect(second?.reason == "the disk is full")
        let whole = "First " + long + "The end."
        #expect(harness.log.text(of: 3) == whole)
        #expect(try await page(of: task, harness)?.messages.last?.text == whole)
        #expect(try await harness.transcript(task).last == "agent: First ")
        #expect(!harness.log.turnStates.contains(.done), "what is not stored is not done")
        #expect(harness.log.problems == [], "it is said once")

        harness.clock.advance(by: .seconds(10))
        await harness.manager.settled()
        try await makeRoom(for: harness.store)
        try await passUntilStored(harness)
        try await harness.log.turn(.done)
        #expect(try await harness.transcript(task).last == "agent: " + whole)
        #expect(harness.log.text(of: 3) == whole)
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0, "nothing is tried any more")
        harness.send("And now?", in: task)
        #expect(try await harness.service.nextReply().request.text == "And now?")
        await harness.end()
    }

    @Test func theFirstWordsOfAReplyAreShownWithTheirMessage() async throws {
        let (harness, task) = try await started()
        harness.send("Go", in: task)
        let reply = try await harness.service.nextReply()
        let other = await OtherProgram(try store())
        reply.send(.accepted(serviceID: "s-1"))
        reply.text("Hello")
        reply.send(.step(Step(id: "1", kind: .tool, title: "look", state: .running)))
        reply.text(" you")
        reply.end()
        try await harness.log.unstored { $0?.turns.first?.state == .done }
        #expect(harness.log.text(of: 3) == "Hello you")
        #expect(try await page(of: task, harness)?.messages.last?.extras.steps.map(\.title) == ["look"])
        try await other.end()
        try await passUntilStored(harness)
        let done = try await harness.log.turn(.done)
        #expect(done.reply == 3)
        let stored = try #require(try await harness.store.messages(of: task).last)
        #expect(stored.text == "Hello you")
        #expect(stored.extras.steps.map(\.title) == ["look"])
        #expect(try await harness.task(task).serviceID == "s-1")
        await harness.end()
    }

    @Test func anotherProgramThatHoldsTheStoreIsWaitedFor() async throws {
        let (harness, task, reply) = try await streaming()
        let other = await OtherProgram(try store())
        reply.text("and last.")
        reply.end()
        let work = try await harness.log.unstored { $0?.turns.first?.state == .done }
        #expect(work?.reason == "another program holds the store")
        for _ in 0..<5 { try await harness.clock.advanceToNextWake() }
        try await other.end()
        try await passUntilStored(harness)
        try await harness.log.turn(.done)
        #expect(try await harness.transcript(task).last == "agent: First and last.")
        await harness.end()
    }

    @Test func theTicketOfAJobIsKept() async throws {
        let (harness, task) = try await started()
        harness.send("Job", in: task, .background)
        let begin = try await harness.service.begins.next()
        let other = await OtherProgram(try store())
        begin.answer(Ticket(id: "job", conversation: begin.question.conversation))
        try await harness.log.unstored { $0?.turns.first?.state == .running }
        #expect(try await harness.states(task) == [.sending])
        try await other.end()
        try await passUntilStored(harness)
        try await harness.log.turn(.running)
        try await eventually {
            harness.clock.advance(by: .seconds(10))
            return harness.service.polls.count > 0
        }
        #expect(try await harness.service.polls.next().question.id == "job")
        await harness.end()
    }

    @Test func whatAPollBringsIsKeptAndNotAskedForAgain() async throws {
        let (harness, task) = try await started()
        harness.send("Job", in: task, .background)
        let begin = try await harness.service.begins.next()
        begin.answer(Ticket(id: "job", conversation: begin.question.conversation))
        try await harness.log.turn(.running)
        try await harness.clock.advanceToNextWake()
        let poll = try await harness.service.polls.next()
        let other = await OtherProgram(try store())
        poll.answer(PollAnswer(.running, events: [.text("Half")]))
        try await harness.log.first {
            if case .message(let message) = $0 { message.text == "Half" } else { false }
        }
        try await eventually {
            harness.clock.advance(by: .seconds(10))
            return harness.service.polls.count == 2
        }
        try await harness.service.polls.next().answer(PollAnswer(.done, events: [.text("Half and half")]))
        try await harness.log.unstored { $0?.turns.first?.state == .done }
        #expect(harness.log.text(of: 3) == "Half and half")
        try await other.end()
        try await passUntilStored(harness)
        try await harness.log.turn(.done)
        #expect(try await harness.transcript(task).last == "agent: Half and half")
        #expect(harness.service.polls.count == 2)
        await harness.end()
    }

    @Test func aReplyIsStoppedWhileTheStoreCannotBeWritten() async throws {
        let (harness, task, reply) = try await streaming([.streams, .interrupts])
        reply.send(.accepted(serviceID: "s-1"))
        try await reply.delivered()
        await harness.manager.settled()
        let other = await OtherProgram(try store())
        harness.submit(.stop(task))
        try await harness.log.turn(.stopped)
        try await harness.service.interrupts.next().answer(())
        #expect(try await harness.states(task) == [.streaming])
        try await other.end()
        try await passUntilStored(harness)
        try await harness.log.unstored { $0 == nil }
        #expect(try await harness.states(task) == [.stopped])
        #expect(try await harness.store.messages(of: task).last?.state == .partial)
        #expect(harness.service.interrupts.count == 1)
        await harness.end()
    }

    @Test func whatIsKeptOfADeletedTaskIsForgotten() async throws {
        let (harness, task, reply) = try await streaming()
        try await fillDisk(of: harness.store)
        reply.text(long)
        try await harness.log.unstored { $0 != nil }
        harness.submit(.delete(task))
        try await harness.log.first { if case .taskRemoved = $0 { true } else { false } }
        try await harness.log.unstored { $0 == nil }
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        #expect(try await harness.store.task(task) == nil)
        await harness.end()
    }

    // MARK: What the person does

    @Test func aMessageWaitsForABusyStoreAndKeepsItsPlace() async throws {
        let (harness, _) = try await started()
        let other = await OtherProgram(try store())
        let task = ChatTask.ID.random()
        harness.submit(.create(task, account: Harness.account, agent: Harness.agent))
        harness.submit(.setDraft(task, Draft(text: "Hel", cursor: 3)))
        harness.submit(.setDraft(task, Draft(text: "Hello", cursor: 5)))
        harness.send("Hello", in: task)
        harness.submit(.setPinned(task, true))
        await harness.manager.settled()
        #expect(harness.log.problems == [])
        try await other.end()
        try await passUntilStored(harness)
        #expect(try await harness.service.nextReply().request.text == "Hello")
        try await harness.log.unstored { $0 == nil }
        let stored = try await harness.task(task)
        #expect(stored.draft.text == "", "the draft was there before the message")
        #expect(stored.isPinned)
        #expect(try await harness.transcript(task) == ["user: Hello"])
        await harness.end()
    }

    @Test func aDraftIsStoredWhenThereIsRoomAgain() async throws {
        let (harness, task) = try await started()
        try await fillDisk(of: harness.store)
        harness.submit(.setDraft(task, Draft(text: long, cursor: 0)))
        harness.submit(.setDraft(task, Draft(text: long + "more", cursor: 0)))
        try await harness.log.unstored { $0 != nil }
        // A message that does not fit either is the person's to send again.
        harness.send(long, in: task)
        await harness.manager.settled()
        #expect(harness.log.returned == [long])
        try await makeRoom(for: harness.store)
        try await passUntilStored(harness)
        #expect(try await harness.task(task).draft.text == long + "more")
        await harness.end()
    }

    @Test func aQueuedMessageLeavesWhenTheStoreIsFree() async throws {
        let (harness, task) = try await started([.streams, .reportsBusy])
        harness.send("One", in: task)
        try await harness.service.nextReply().fail(ServiceError(.busy, "The task is busy."))
        try await harness.log.first {
            if case .turn(let turn) = $0 { turn.state == .queued && turn.failure != nil } else { false }
        }
        try await harness.clock.advanceToNextWake()
        let inquiry = try await harness.service.inquiries.next()
        let other = await OtherProgram(try store())
        inquiry.answer(false)
        try await harness.log.unstored { $0 != nil }
        #expect(harness.service.replies.count == 1)
        try await other.end()
        try await passUntilStored(harness)
        #expect(try await harness.service.nextReply().request.text == "One")
        try await harness.log.unstored { $0 == nil }
        await harness.end()
    }

    // MARK: Quitting

    @Test func quittingSaysWhatCouldNotBeStored() async throws {
        let (harness, task, reply) = try await streaming()
        try await fillDisk(of: harness.store)
        reply.text(long)
        try await harness.log.unstored { $0 != nil }
        let lost = await harness.manager.shutdown(grace: .zero)
        #expect(lost?.reason == "the disk is full")
        let next = try store()
        #expect(try await next.messages(of: task).last?.text == "First ")
        #expect(try await next.messages(of: task).last?.state == .partial)
    }

    @Test func quittingStoresWhatItCan() async throws {
        let (harness, task, reply) = try await streaming()
        let other = await OtherProgram(try store())
        reply.text("and last.")
        reply.end()
        try await harness.log.unstored { $0?.turns.first?.state == .done }
        async let lost = harness.manager.shutdown(grace: .seconds(3600))
        await harness.manager.settled()
        try await other.end()
        try await passUntilStored(harness)
        #expect(await lost == nil)
        #expect(try await harness.transcript(task).last == "agent: First and last.")
        #expect(try await harness.states(task) == [.done])
    }

    // MARK: A store that cannot be read

    private func rename(_ table: String, to name: String, in store: SessionStore) async throws {
        try await store.write { try $0.execute(sql: "ALTER TABLE \(table) RENAME TO \(name)") }
    }

    @Test func aBusyTaskIsCheckedAgainAfterAnErrorOfTheStore() async throws {
        let (harness, task) = try await started([.streams, .reportsBusy])
        harness.send("One", in: task)
        try await harness.service.nextReply().fail(ServiceError(.busy, "The task is busy."))
        try await harness.log.first {
            if case .turn(let turn) = $0 { turn.state == .queued && turn.failure != nil } else { false }
        }
        let other = try store()
        try await rename("task", to: "away", in: other)
        try await harness.clock.advanceToNextWake()
        try await harness.log.first { if case .problem = $0 { true } else { false } }
        try await rename("away", to: "task", in: other)
        try await harness.clock.advanceToNextWake()
        try await harness.service.inquiries.next().answer(false)
        #expect(try await harness.service.nextReply().request.text == "One")
        await harness.end()
    }

    @Test func aHistoryIsFetchedAgainAfterAnErrorOfTheStore() async throws {
        let store = try store()
        let harness = try Harness([.streams, .listsTasks, .history], store: store)
        await harness.manager.start()
        harness.submit(.refresh)
        let listed = RemoteTask(serviceID: "s-1", agent: Harness.agent, title: "Elsewhere")
        try await harness.service.listings.next().answer(Page([listed]))
        let event = try await harness.log.first { if case .task = $0 { true } else { false } }
        guard case .task(let task) = event else { return }
        harness.submit(.load(PageRequest(task: task.id, place: .newest)))
        let fetch = try await harness.service.histories.next()
        let other = await OtherProgram(try self.store())
        fetch.answer(Page([RemoteMessage(role: .user, text: "Hi")]))
        try await harness.log.first { if case .history(_, .waiting) = $0 { true } else { false } }
        try await other.end()
        try await rename("task", to: "away", in: store)
        harness.log.clear()
        try await harness.clock.advanceToNextWake()
        try await harness.log.first { if case .history(_, .waiting) = $0 { true } else { false } }
        try await rename("away", to: "task", in: store)
        try await harness.clock.advanceToNextWake()
        try await harness.service.histories.next().answer(Page([RemoteMessage(role: .user, text: "Hi")]))
        try await harness.log.first { if case .history(_, .complete) = $0 { true } else { false } }
        #expect(try await harness.transcript(task.id) == ["user: Hi"])
        await harness.end()
    }
}

extension EventLog<SessionEvent> {
    /// The first time that what is not stored is emitted so.
    @discardableResult
    fileprivate func unstored(_ isMet: @escaping @Sendable (UnstoredWork?) -> Bool) async throws
        -> UnstoredWork?
    {
        let event = try await first { if case .unstored(let work) = $0 { isMet(work) } else { false } }
        guard case .unstored(let work) = event else { return nil }
        return work
    }

    /// The text of a message, put together from what was emitted as the interface does it.
    fileprivate func text(of id: Message.ID) -> String {
        var text = ""
        for event in events {
            switch event {
            case .message(let message) where message.id == id: text = message.text
            case .chunk(_, id, let offset, let piece):
                let known = text.utf8.count - offset
                if known >= 0 { text += String(decoding: piece.utf8.dropFirst(known), as: UTF8.self) }
            default: break
            }
        }
        return text
    }
}
