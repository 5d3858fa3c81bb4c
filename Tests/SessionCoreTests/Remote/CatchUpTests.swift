import Foundation
import Testing

@testable import SessionCore

/// What was said in a task by other means than this program.
@Suite(.timeLimit(.minutes(5))) struct SaidElsewhereTests {
    private func message(_ number: Int) -> RemoteMessage {
        RemoteMessage(
            serviceID: "m\(number)", role: number.isMultiple(of: 2) ? .agent : .user,
            text: "message \(number)",
            at: Date(timeIntervalSince1970: 1_700_000_000 + Double(number)))
    }

    /// A task that began here, with two turns, which is looked at; and the request for what was said in it elsewhere.
    private func looked(
        end: (ScriptedService.Reply) -> Void, state: Turn.State
    ) async throws -> (Harness, ChatTask.ID, Exchange<String?, Page<RemoteMessage>>.Call) {
        let (harness, task) = try await Harness.started([.streams, .history])
        harness.send("Before", in: task)
        let before = await harness.service.nextReply()
        before.send(.accepted(serviceID: "s-1"))
        before.text("Well.")
        before.end()
        await harness.log.turn(.done)
        harness.send("Hello", in: task)
        end(await harness.service.nextReply())
        await harness.log.turn(state, 4)
        harness.submit(.load(PageRequest(task: task, place: .newest)))
        harness.submit(.load(PageRequest(task: task, place: .newest)))
        let call = await harness.service.histories.next()
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
        await harness.log.first {
            if case .message(let message) = $0 { message.text == "message 10" } else { false }
        }
        #expect(
            try await harness.transcript(task).suffix(3)
                == ["agent: Hi.", "user: message 9", "agent: message 10"])
        #expect(try await harness.task(task).unread == 3)
        #expect(harness.service.histories.count == 1, "once")
        harness.submit(.refresh)
        await harness.service.histories.next().answer(Page(before + elsewhere))
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
        let event = await harness.log.first {
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
}
