import Foundation
import SessionCore
import Testing

/// Parley without its interface: the session manager over a store of its own, with one account.
final class DialectClient {
    let manager: SessionManager
    let store: SessionStore
    let agent: Agent
    private let stream: AsyncStream<SessionEvent>
    private var iterator: AsyncStream<SessionEvent>.AsyncIterator

    /// Runs a client for as long as `use` takes.
    static func run<Outcome>(
        _ service: any AgentService, agent: Agent, store: SessionStore? = nil,
        _ use: (DialectClient) async throws -> Outcome
    ) async throws -> Outcome {
        let client = DialectClient(try store ?? SessionStore(), service, agent)
        await client.manager.start()
        do {
            let outcome = try await use(client)
            await client.manager.shutdown(grace: .zero)
            return outcome
        } catch {
            await client.manager.shutdown(grace: .zero)
            throw error
        }
    }

    private init(_ store: SessionStore, _ service: any AgentService, _ agent: Agent) {
        let (stream, continuation) = AsyncStream<SessionEvent>.makeStream()
        self.store = store
        self.agent = agent
        self.stream = stream
        iterator = stream.makeAsyncIterator()
        manager = SessionManager(store: store, accounts: ["mine": service]) { continuation.yield($0) }
    }

    /// Waits for an event that has a value.
    func wait<Value>(for value: (SessionEvent) -> Value?) async throws -> Value {
        while let event = await iterator.next() {
            if let value = value(event) { return value }
        }
        throw CancellationError()
    }

    /// Creates a task.
    func create() -> ChatTask.ID {
        let id = ChatTask.ID.random()
        manager.submit(.create(id, account: "mine", agent: agent))
        return id
    }

    /// Sends a message and waits until its turn is over.
    @discardableResult
    func send(_ text: String, to task: ChatTask.ID, mode: Turn.Mode = .streamed) async throws -> Turn {
        manager.submit(.send(task, text: text, mode: mode))
        return try await end(of: task)
    }

    func end(of task: ChatTask.ID) async throws -> Turn {
        try await wait { event in
            guard case .turn(let turn) = event, turn.task == task, turn.state.isOver else { return nil }
            return turn
        }
    }

    func messages(_ task: ChatTask.ID) async throws -> [Message] { try await store.messages(of: task) }

    func task(_ id: ChatTask.ID) async throws -> ChatTask { try #require(try await store.task(id)) }
}
