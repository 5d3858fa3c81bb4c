import SessionCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct StreamedTurnTests {
    @Test func aReplyStreamsInAndIsKept() async throws {
        let (harness, task) = try await Harness.started()
        harness.send("What is **Parley**?\nTell me.", in: task)
        let reply = await harness.service.nextReply()
        #expect(reply.request.text == "What is **Parley**?\nTell me.")
        #expect(try await harness.states(task) == [.sending])
        reply.send(.accepted(serviceID: "s-1"))
        reply.text("A chat ")
        await harness.log.turn(.streaming)
        reply.text("client.")
        reply.end()
        await harness.log.turn(.done)
        #expect(
            try await harness.transcript(task) == [
                "user: What is **Parley**?\nTell me.", "agent: A chat client.",
            ])
        let stored = try await harness.task(task)
        #expect(stored.title == "What is Parley?")
        #expect(stored.serviceID == "s-1")
        #expect(stored.state == .idle)
        #expect(stored.unread == 1)
        await harness.manager.shutdown()
    }
}
