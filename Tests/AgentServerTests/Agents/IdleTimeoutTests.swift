import Testing

@testable import AgentServer
@testable import Agents

/// When waiting comes to an end.
@Suite struct PatienceTests {
    @Test(.timeLimit(.minutes(1))) func shorterPatienceIsNotSleptThrough() async throws {
        let patience = IdleTimeout(first: .seconds(3600), later: .milliseconds(20))
        async let end: Void = patience.end()
        patience.came()
        patience.wait()
        try await end
        #expect(patience.hasBeenRewarded)
    }

    @Test(.timeLimit(.minutes(1))) func timeInWhichNothingIsWaitedForDoesNotCount() async throws {
        let patience = IdleTimeout(first: .milliseconds(10), later: .milliseconds(10))
        patience.came()
        let isOver = Task {
            try await patience.end()
            return true
        }
        await Task.yield()
        isOver.cancel()
        await #expect(throws: CancellationError.self) { try await isOver.value }
    }
}
