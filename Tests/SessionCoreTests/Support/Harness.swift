import Foundation
import SessionCore
import TestSupport

extension EventLog<SessionEvent> {
    /// The first turn that is emitted in this state.
    @discardableResult
    func turn(_ state: Turn.State, _ id: Turn.ID? = nil) async throws -> Turn {
        let event = try await first { event in
            guard case .turn(let turn) = event else { return false }
            return turn.state == state && (id == nil || turn.id == id)
        }
        guard case .turn(let turn) = event else { preconditionFailure("the event is a turn") }
        return turn
    }

    /// The states that turns went through, in the order emitted.
    var turnStates: [Turn.State] {
        events.compactMap { if case .turn(let turn) = $0 { turn.state } else { nil } }
    }
    var problems: [String] { events.compactMap { if case .problem(let text) = $0 { text } else { nil } } }
    var returned: [String] { events.compactMap { if case .returned(_, let text) = $0 { text } else { nil } } }
    var chunks: [String] {
        events.compactMap { if case .chunk(_, _, _, let text) = $0 { text } else { nil } }
    }
}

/// A session manager with one account, time that the test moves, and a log of what it emits.
struct Harness: Sendable {
    static let account = "acme"
    static let agent = Agent(id: "a1", name: "Support")

    let store: SessionStore
    let service: ScriptedService
    let clock = ManualClock()
    let log = EventLog<SessionEvent>()
    let manager: SessionManager

    init(
        _ capabilities: Capabilities = [.streams, .background], store: SessionStore? = nil,
        service: ScriptedService? = nil, vanished: Bool = false, limits: ReplyLimits = ReplyLimits()
    ) throws {
        let service = service ?? ScriptedService(capabilities)
        self.store = try store ?? SessionStore()
        self.service = service
        manager = SessionManager(
            store: self.store, accounts: vanished ? [:] : [Self.account: service], limits: limits,
            clock: clock.clock,
            random: { 0.5 }, events: { [log] in log.add($0) })
    }

    /// A started manager with one task.
    static func started(
        _ capabilities: Capabilities = [.streams, .background]
    ) async throws -> (Harness, ChatTask.ID) {
        let harness = try Harness(capabilities)
        await harness.manager.start()
        return (harness, await harness.create())
    }

    func create(_ id: ChatTask.ID = .random()) async -> ChatTask.ID {
        submit(.create(id, account: Self.account, agent: Self.agent))
        await manager.settled()
        return id
    }

    /// Ends without waiting for requests that the test has left open.
    func end() async { await manager.shutdown(grace: .zero) }

    func submit(_ intent: Intent) { manager.submit(intent) }

    func send(_ text: String, in task: ChatTask.ID, _ mode: Turn.Mode = .streamed) {
        submit(.send(task, text: text, mode: mode))
    }

    func task(_ id: ChatTask.ID) async throws -> ChatTask {
        guard let task = try await store.task(id) else { throw TaskLookupError.none(id.rawValue) }
        return task
    }

    /// The messages of a task as "who: text".
    func transcript(_ task: ChatTask.ID) async throws -> [String] {
        try await store.messages(of: task).map { "\($0.role.rawValue): \($0.text)" }
    }

    /// The turns of a task in the store.
    func states(_ task: ChatTask.ID) async throws -> [Turn.State] {
        try await store.turns(of: task).map(\.state)
    }
}
