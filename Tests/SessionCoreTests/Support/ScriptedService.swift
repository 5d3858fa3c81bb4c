import SessionCore
import TestSupport

/// A service whose every answer the test gives.
final class ScriptedService: AgentService {
    /// What a streamed reply does next.
    enum Step: Sendable {
        case event(ReplyEvent)
        case end(ReplyEnd)
        case fail(any Error)
        /// Everything before has been received.
        case mark(Promise<Void>)
    }

    /// A streamed reply that the test plays.
    struct Reply: Sendable {
        let request: TurnRequest
        fileprivate let steps: AsyncStream<Step>.Continuation

        func send(_ event: ReplyEvent) { steps.yield(.event(event)) }
        func text(_ text: String) { send(.text(text)) }
        func end(_ end: ReplyEnd = .complete) { steps.yield(.end(end)) }
        func fail(_ error: any Error) { steps.yield(.fail(error)) }
        /// Returns when everything sent before has been received.
        /// - Throws: `CancellationError` when the time limit of the test is over.
        func delivered() async throws {
            let mark = Promise<Void>()
            steps.yield(.mark(mark))
            try await mark.value()
        }
    }

    let capabilities: Capabilities
    private let choosesIDs: Bool
    let replies = Exchange<TurnRequest, AsyncStream<Step>>()
    let begins = Exchange<TurnRequest, Ticket>()
    let polls = Exchange<Ticket, PollAnswer>()
    let opens = Exchange<Conversation, [ReplyEvent]>()
    let interrupts = Exchange<Conversation, Void>()
    let listings = Exchange<String?, Page<RemoteTask>>()
    let histories = Exchange<String?, Page<RemoteMessage>>()
    let renames = Exchange<String, Void>()
    let deletions = Exchange<Conversation, Void>()
    /// Whether a conversation is busy.
    let inquiries = Exchange<Conversation, Bool>()
    let forks = Exchange<ForkPoint?, String>()

    /// - Parameter choosesIDs: whether the client chooses the ids of conversations.
    init(_ capabilities: Capabilities = [.streams, .background], choosesIDs: Bool = false) {
        self.capabilities = capabilities
        self.choosesIDs = choosesIDs
    }

    func chosenID(for conversation: Conversation) -> String? {
        choosesIDs ? "chosen-\(conversation.task.rawValue)" : nil
    }

    /// The next message that is sent for a streamed reply.
    func nextReply() async throws -> Reply {
        let call = try await replies.next()
        let (steps, continuation) = AsyncStream<Step>.makeStream()
        call.answer(steps)
        return Reply(request: call.question, steps: continuation)
    }

    func reply(
        to request: TurnRequest, receive: @Sendable (ReplyEvent) async throws -> Void
    ) async throws -> ReplyEnd {
        for await step in try await replies.ask(request) {
            switch step {
            case .event(let event): try await receive(event)
            case .end(let end): return end
            case .fail(let error): throw error
            case .mark(let mark): mark.fulfil()
            }
        }
        throw CancellationError()
    }

    func begin(_ request: TurnRequest) async throws -> Ticket { try await begins.ask(request) }
    func poll(_ ticket: Ticket) async throws -> PollAnswer { try await polls.ask(ticket) }
    func open(_ conversation: Conversation) async throws -> [ReplyEvent] { try await opens.ask(conversation) }
    func isBusy(_ conversation: Conversation) async throws -> Bool { try await inquiries.ask(conversation) }
    func fork(_ conversation: Conversation, upTo point: ForkPoint?) async throws -> String {
        try await forks.ask(point)
    }
    func interrupt(_ conversation: Conversation) async throws { try await interrupts.ask(conversation) }
    func tasks(page: String?) async throws -> Page<RemoteTask> { try await listings.ask(page) }
    func history(_ conversation: Conversation, page: String?) async throws -> Page<RemoteMessage> {
        try await histories.ask(page)
    }
    func rename(_ conversation: Conversation, to title: String) async throws { try await renames.ask(title) }
    func delete(_ conversation: Conversation) async throws { try await deletions.ask(conversation) }
}
