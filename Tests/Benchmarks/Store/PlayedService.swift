import SessionCore

/// A service that has so many tasks and messages, and whose replies are chunks as fast as they are taken, or one at a time.
struct PlayedService: AgentService {
    static let agent = Agent(id: "agent", name: "Agent")

    let capabilities: Capabilities = [.streams, .listsTasks, .history]
    var taskCount = 1
    var messageCount = 0
    /// What is streamed at once.
    var burst: [String] = []
    /// What follows one piece at a time, each when the one before has been emitted.
    var paced: [String] = []
    /// Yields when a piece has been emitted.
    var emitted: AsyncStream<Void>?

    func reply(
        to request: TurnRequest, receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        for chunk in burst { try await receive(.text(chunk)) }
        guard let emitted else { return .complete }
        var answers = emitted.makeAsyncIterator()
        for chunk in paced {
            try await receive(.text(chunk))
            await answers.next()
        }
        return .complete
    }

    func tasks(page: String?) async throws -> Page<RemoteTask> {
        Page(
            (0..<taskCount).map { number in
                RemoteTask(
                    serviceID: "session-\(number)", agent: Self.agent,
                    title: "What was asked the \(number)th time")
            })
    }

    func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage> {
        guard conversation.serviceID == "session-0" else { return Page([]) }
        return Page((0..<messageCount).map(message))
    }

    /// One word in a hundred messages is rare, one in all of them is common.
    private func message(_ number: Int) -> RemoteMessage {
        let rare = number.isMultiple(of: 100) ? " The zymurgy\(number) of it." : ""
        return RemoteMessage(
            role: number.isMultiple(of: 2) ? .user : .agent, text: Samples.prose(300) + rare)
    }
}
