import Foundation
import TestSupport
import Testing

@testable import SessionCore

/// What was said in a task by other means than this program.
@Suite(.timeLimit(.scaled(minutes: 5))) struct SaidElsewhereTests {
    private func message(_ number: Int) -> RemoteMessage {
        RemoteMessage(
            serviceID: "m\(number)", role: number.isMultiple(of: 2) ? .agent : .user,
            text: "message \(number)",
            at: Date(timeIntervalSince1970: 1_700_000_000 + Double(number)))
    }

    /// A task that began here, with two turns, which is looked at; and the request for what was said in it elsewhere.
    private func looked(
        _ capabilities: Capabilities = [.streams, .history], end: (ScriptedService.Reply) -> Void,
        state: Turn.State
    ) async throws -> (Harness, ChatTask.ID, Exchange<String?, Page<RemoteMessage>>.Call) {
        let (harness, task) = try await Harness.started(capabilities)
        harness.send("Before", in: task)
        let before = try await harness.service.nextReply()
        before.send(.accepted(serviceID: "s-1"))
        before.text("Well.")
        before.end()
        try await harness.log.turn(.done)
        harness.send("Hello", in: task)
        end(try await harness.service.nextReply())
        try await harness.log.turn(state, 4)
        harness.submit(.load(PageRequest(task: task, place: .newest)))
        harness.submit(.load(PageRequest(task: task, place: .newest)))
        let call = try await harness.service.histories.next()
        #expect(call.question == nil)
        return (harness, task, call)
    }

    private let before = [
        RemoteMessage(role: .user, text: "Before"), RemoteMessage(role: .agent, text: "Well."),
        RemoteMessage(role: .user, text: "Hello"),
    ]

    private func answered(_ reply: ScriptedService.Reply) {
        reply.text("Hi.")
        reply.end()
    }

    private func broken(_ reply: ScriptedService.Reply) {
        reply.fail(ServiceError(.interrupted, "The connection broke."))
    }

    @Test func whatWasSaidElsewhereIsAddedWhenATaskIsLookedAt() async throws {
        let (harness, task, call) = try await looked(end: answered, state: .done)
        let elsewhere = [RemoteMessage(role: .agent, text: "Hi."), message(9), message(10)]
        call.answer(Page(before + elsewhere))
        try await harness.log.first {
            if case .message(let message) = $0 { message.text == "message 10" } else { false }
        }
        #expect(
            try await harness.transcript(task).suffix(3)
                == ["agent: Hi.", "user: message 9", "agent: message 10"])
        #expect(try await harness.task(task).unread == 3)
        #expect(harness.service.histories.count == 1, "once")
        harness.submit(.refresh)
        try await harness.service.histories.next().answer(Page(before + elsewhere))
        await harness.manager.settled()
        #expect(try await harness.store.messages(of: task).count == 6, "and not twice")
        await harness.end()
    }

    @Test func whereTheHistoryDoesNotCertainlyGoOnNothingIsAdded() async throws {
        let (harness, task, call) = try await looked(end: answered, state: .done)
        call.answer(Page(before + [RemoteMessage(role: .agent, text: "Other words."), message(9)]))
        await harness.manager.settled()
        #expect(try await harness.store.messages(of: task).count == 4)
        await harness.end()
    }

    @Test func anUnconfirmedMessageThatTheServiceHasIsDone() async throws {
        let (harness, task, call) = try await looked(end: broken, state: .unconfirmed)
        call.answer(Page(before + [RemoteMessage(serviceID: "m", role: .agent, text: "Hi.")]))
        let event = try await harness.log.first {
            if case .turn(let turn) = $0 { turn.state == .done && turn.id == 4 } else { false }
        }
        if case .turn(let turn) = event { #expect(turn.reply == 5 && turn.failure == nil) }
        #expect(
            try await harness.transcript(task)
                == ["user: Before", "agent: Well.", "user: Hello", "agent: Hi."])
        #expect(try await harness.task(task).state == .idle)
        await harness.end()
    }

    @Test func anUnconfirmedMessageThatTheServiceDoesNotHaveStaysSo() async throws {
        let (harness, task, call) = try await looked(end: broken, state: .unconfirmed)
        call.answer(Page(Array(before.prefix(2))))
        await harness.manager.settled()
        #expect(try await harness.task(task).state == .unconfirmed)
        await harness.end()
    }

    @Test func theFirstMessageOfATaskIsFoundToo() async throws {
        let service = ScriptedService([.streams, .history], choosesIDs: true)
        let harness = try Harness(service: service)
        await harness.manager.start()
        let task = await harness.create()
        harness.send("Hello", in: task)
        broken(try await service.nextReply())
        try await harness.log.turn(.unconfirmed)
        harness.submit(.load(PageRequest(task: task, place: .newest)))
        let other = RemoteMessage(role: .user, text: "Something else")
        try await service.histories.next().answer(Page([other, RemoteMessage(role: .user, text: "Hello")]))
        await harness.manager.settled()
        #expect(try await harness.states(task) == [.unconfirmed])
        harness.submit(.refresh)
        try await service.histories.next().answer(
            Page([RemoteMessage(role: .user, text: "Hello"), RemoteMessage(role: .agent, text: "Hi.")]))
        try await harness.log.turn(.done)
        #expect(try await harness.transcript(task) == ["user: Hello", "agent: Hi."])
        await harness.end()
    }

    // MARK: A message that has arrived, and its answer not yet

    private func isFollowed(_ harness: Harness) async throws {
        try await harness.log.first {
            if case .turn(let turn) = $0 { turn.id == 4 && turn.state == .running } else { false }
        }
    }

    @Test func itsAnswerIsAwaitedInTheHistory() async throws {
        let (harness, task, call) = try await looked(end: broken, state: .unconfirmed)
        call.answer(Page(before))
        try await isFollowed(harness)
        harness.send("And then?", in: task)
        try await harness.clock.advanceToNextWake()
        try await harness.service.histories.next().answer(Page(before))
        try await harness.clock.advanceToNextWake()
        let answer = RemoteMessage(
            serviceID: "m", role: .agent, text: "Hi.", extras: Extras(suggestions: ["More"]))
        try await harness.service.histories.next().answer(Page(before + [answer]))
        let next = try await harness.service.nextReply()
        #expect(next.request.text == "And then?", "what was said behind it leaves when it is done")
        #expect(
            try await harness.transcript(task)
                == ["user: Before", "agent: Well.", "user: Hello", "agent: Hi.", "user: And then?"])
        let reply = try #require(try await harness.store.messages(of: task).first { $0.text == "Hi." })
        #expect(reply.serviceID == "m" && reply.extras.suggestions == ["More"] && reply.state == .complete)
        await harness.end()
    }

    @Test func aServiceThatSaysWhetherItIsBusyIsAsked() async throws {
        let (harness, task, call) = try await looked(
            [.streams, .history, .reportsBusy], end: broken, state: .unconfirmed)
        let half = RemoteMessage(
            role: .agent, text: "",
            extras: Extras(steps: [Step(id: "1", kind: .tool, title: "look", state: .running)]))
        call.answer(Page(before + [half]))
        try await isFollowed(harness)
        try await harness.clock.advanceToNextWake()
        try await harness.service.inquiries.next().answer(true)
        try await harness.service.histories.next().answer(Page(before + [half]))
        try await harness.log.first { if case .message(let message) = $0 { message.id == 5 } else { false } }
        #expect(try await harness.states(task) == [.done, .running])
        try await harness.clock.advanceToNextWake()
        try await harness.service.inquiries.next().answer(false)
        try await harness.service.histories.next().answer(
            Page(before + [RemoteMessage(role: .agent, text: "Hi.")]))
        try await harness.log.turn(.done, 4)
        #expect(try await harness.transcript(task).last == "agent: Hi.")
        await harness.end()
    }

    @Test func aServiceThatIsDoneWithoutAnAnswerIsNotAskedForEver() async throws {
        let (harness, _, call) = try await looked(
            [.streams, .history, .reportsBusy], end: broken, state: .unconfirmed)
        call.answer(Page(before))
        try await isFollowed(harness)
        try await harness.clock.advanceToNextWake()
        try await harness.service.inquiries.next().answer(false)
        try await harness.service.histories.next().answer(Page(before))
        #expect(try await harness.log.turn(.failed, 4).failure?.message.contains("no answer") == true)
        await harness.end()
    }

    @Test func anAnswerThatNeverComesIsGivenUp() async throws {
        let (harness, _, call) = try await looked(end: broken, state: .unconfirmed)
        call.answer(Page(before))
        try await isFollowed(harness)
        await harness.manager.settled()
        harness.clock.advance(by: .seconds(3600))
        try await harness.service.histories.next().answer(Page(before))
        try await harness.log.turn(.failed, 4)
        await harness.manager.settled()
        #expect(harness.clock.sleepers == 0)
        await harness.end()
    }

    private typealias Case = (history: [RemoteMessage], isBusy: Bool?, isLate: Bool, state: PollAnswer.State)

    @Test func whatAHistorySaysOfATurn() {
        let user = RemoteMessage(role: .user, text: "Hello")
        let later = RemoteMessage(role: .user, text: "Later")
        let answer = RemoteMessage(role: .agent, text: "Hi.")
        let cases: [Case] = [
            ([], nil, false, .running), ([], nil, true, .failed(.unanswered)), ([], false, false, .running),
            ([user], nil, false, .running), ([user], true, true, .running),
            ([user], false, false, .failed(.unanswered)), ([user], nil, true, .failed(.unanswered)),
            ([user, answer], nil, false, .done), ([user, answer], true, false, .running),
            ([user, answer], false, false, .done), ([user, answer, user], nil, false, .running),
            ([user, later, answer], nil, false, .failed(.unanswered)),
        ]
        for (number, (history, isBusy, isLate, state)) in cases.enumerated() {
            let found = PollAnswer(history: history, to: " Hello\n", isBusy: isBusy, isLate: isLate)
            #expect(found.state == state, "case \(number)")
        }
    }
}
