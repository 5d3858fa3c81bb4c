import Foundation
import GRDB
import TestSupport
import Testing

@testable import SessionCore

/// What the next start finds when the program was killed: the files are copied while it runs, and the copy is opened.
@Suite(.timeLimit(.scaled(minutes: 5))) struct RecoveryTests {
    private let folder: TemporaryFolder
    private let harness: Harness

    init() async throws {
        folder = try TemporaryFolder()
        harness = try Harness(store: SessionStore(path: folder.file("parley.sqlite")))
        await harness.manager.start()
    }

    private func reopened() throws -> (SessionStore, TemporaryFolder) {
        let copy = try folder.copy()
        return (try SessionStore(path: copy.file("parley.sqlite")), copy)
    }

    @Test func whatHadArrivedOfAReplyIsKept() async throws {
        let task = await harness.create()
        harness.send("Tell me a story", in: task)
        let reply = try await harness.service.nextReply()
        reply.text("Once upon ")
        try await harness.log.turn(.streaming)
        reply.text("a ")
        reply.send(.step(Step(id: "s", kind: .thinking, title: "Thinking", state: .running)))
        reply.text("time")
        try await reply.delivered()
        await harness.manager.settled()
        let (store, copy) = try reopened()
        defer { withExtendedLifetime(copy) {} }

        let messages = try await store.messages(of: task)
        #expect(messages.map(\.text) == ["Tell me a story", "Once upon a time"])
        #expect(messages.last?.state == .partial)
        #expect(messages.last?.extras.steps.map(\.id) == ["s"])
        let turn = try #require(try await store.turns(of: task).first)
        #expect(turn.state == .truncated)
        #expect(turn.reply == messages.last?.id)
        #expect(turn.endedAt != nil)
        #expect(try await store.search(SearchRequest(words: "once time")).hits.map(\.message) == [turn.reply])
        let chunks = try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM chunk") }
        #expect(chunks == 0)
        await harness.end()
    }

    @Test func aMessageOnItsWayIsUnconfirmedAndNotSentAgain() async throws {
        let task = await harness.create()
        harness.send("Pay the bill", in: task)
        _ = try await harness.service.nextReply()
        let (store, copy) = try reopened()
        defer { withExtendedLifetime(copy) {} }
        #expect(try await store.turns(of: task).map(\.state) == [.unconfirmed])
        #expect(try await store.task(task)?.state == .unconfirmed)

        let next = try Harness(store: store)
        await next.manager.start()
        await next.manager.settled()
        #expect(next.service.replies.count == 0)
        let turn = try #require(try await store.turns(of: task).first)
        next.submit(.retry(turn.id))
        let reply = try await next.service.nextReply()
        #expect(reply.request.text == "Pay the bill")
        reply.text("Paid.")
        reply.end()
        try await next.log.turn(.done)
        #expect(try await next.transcript(task) == ["user: Pay the bill", "agent: Paid."])
        await next.end()
        await harness.end()
    }

    @Test func aReplyThatTheServiceWorksOnByItselfIsFetchedAfterwards() async throws {
        let task = await harness.create()
        harness.send("Tell me a story", in: task)
        let reply = try await harness.service.nextReply()
        reply.send(.accepted(serviceID: "s-1"))
        reply.send(.ticket("job"))
        reply.text("Once upon ")
        try await reply.delivered()
        await harness.manager.settled()
        let (store, copy) = try reopened()
        defer { withExtendedLifetime(copy) {} }
        #expect(try await store.turns(of: task).map(\.state) == [.running])

        let next = try Harness(store: store)
        await next.manager.start()
        let poll = try await next.service.polls.next()
        #expect(poll.question.id == "job")
        poll.answer(PollAnswer(.done, events: [.wholeText("Once upon a time.")]))
        try await next.log.turn(.done)
        #expect(try await next.transcript(task) == ["user: Tell me a story", "agent: Once upon a time."])
        await next.end()
        await harness.end()
    }

    @Test func aRunningTurnIsPolledAndAQueuedOneGoesOut() async throws {
        let task = await harness.create()
        harness.send("Long job", in: task, .background)
        let begin = try await harness.service.begins.next()
        begin.answer(Ticket(id: "job-1", conversation: begin.question.conversation))
        try await harness.log.turn(.running)
        harness.send("And then this", in: task)
        await harness.manager.settled()
        let (store, copy) = try reopened()
        defer { withExtendedLifetime(copy) {} }
        #expect(try await store.turns(of: task).map(\.state) == [.running, .queued])

        let next = try Harness(store: store)
        await next.manager.start()
        let poll = try await next.service.polls.next()
        #expect(poll.question.id == "job-1")
        #expect(next.clock.uptime == .zero, "it is asked at once")
        poll.answer(PollAnswer(.done, events: [.text("Finished")]))
        let reply = try await next.service.nextReply()
        #expect(reply.request.text == "And then this")
        #expect(
            try await next.transcript(task)
                == ["user: Long job", "agent: Finished", "user: And then this"])
        await next.end()
        await harness.end()
    }

    @Test func aPolledReplyThatHadPartlyArrivedIsNotDoubled() async throws {
        let task = await harness.create()
        harness.send("Long job", in: task, .background)
        let begin = try await harness.service.begins.next()
        begin.answer(Ticket(id: "job-1", conversation: begin.question.conversation))
        try await harness.clock.advanceToNextWake()
        let first = try await harness.service.polls.next()
        first.answer(PollAnswer(.running, events: [.text("Step one.")]))
        try await harness.log.first {
            if case .message(let message) = $0 { message.text == "Step one." } else { false }
        }
        let (store, copy) = try reopened()
        defer { withExtendedLifetime(copy) {} }
        let next = try Harness(store: store)
        await next.manager.start()
        let poll = try await next.service.polls.next()
        poll.answer(PollAnswer(.done, events: [.text("Step one. Step two.")]))
        try await next.log.turn(.done)
        #expect(try await next.transcript(task) == ["user: Long job", "agent: Step one. Step two."])
        await next.end()
        await harness.end()
    }

    @Test func theStoreStandsACopyAtAnyMoment() async throws {
        let task = await harness.create()
        harness.send("Count", in: task)
        let reply = try await harness.service.nextReply()
        var sent = ""
        for number in 1...20 {
            reply.text("\(number) ")
            sent += "\(number) "
            try await reply.delivered()
            await harness.manager.settled()
            let (store, copy) = try reopened()
            #expect(try await store.messages(of: task).last?.text == sent)
            let check = try await store.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
            #expect(check == "ok")
            withExtendedLifetime(copy) {}
        }
        await harness.end()
    }
}
