import Foundation
import TestSupport
import Testing

@testable import AgentServer

/// What becomes of turns whose server died, and of those of a server that is alive.
@Suite(.timeLimit(.scaled(minutes: 5))) struct RecoveryTests {
    private func conversation(in store: ServerStore) async throws -> StoredConversation {
        try await store.register([AgentNames(key: "echo", name: "Echo")])
        let agent = try #require(try await store.agent(named: "echo"))
        return try await store.findOrCreate(key: "c", agent: agent.id, user: "u")
    }

    private func accept(_ mode: StoredTurn.Mode, in store: ServerStore, owner: String) async throws
        -> StoredTurn
    {
        let conversation = try await conversation(in: store)
        let new = NewTurn(
            conversation: conversation.id, agent: conversation.agentId ?? 0, input: "hello", mode: mode,
            whenBusy: .wait)
        return try await TurnQueue(store: store, owner: owner).accept(new)
    }

    @Test func backgroundTurnOfADeadServerRunsOnceMore() async throws {
        let folder = try TemporaryFolder()
        let store = try ServerStore(folder.store)
        let accepted = try await accept(.background, in: store, owner: "dead")
        let claimed = try #require(try await TurnQueue(store: store, owner: "dead").claimBackground())
        #expect(claimed.id == accepted.id)

        let agent = ScriptedAgent.echo
        let backend = try await TestBackend([.scripted(agent)], store: folder.store).backend
        try await backend.store.whenFinished(claimed)
        let turn = try #require(try await store.turn(id: claimed.id))
        #expect(turn.state == .completed)
        #expect(turn.attempts == 2)
        #expect(agent.requests.count == 1)
        #expect(try await store.messages(in: turn.conversationId).map(\.text) == ["hello", "echo hello"])
    }

    @Test func backgroundTurnThatKillsServersIsGivenUp() async throws {
        let folder = try TemporaryFolder()
        let store = try ServerStore(folder.store)
        _ = try await accept(.background, in: store, owner: "dead")
        _ = try await TurnQueue(store: store, owner: "dead").claimBackground()
        try await TurnQueue(store: store, owner: "recovering").recover { $0 == "dead" }
        let again = try #require(try await TurnQueue(store: store, owner: "dead too").claimBackground())
        let agent = ScriptedAgent.echo
        let backend = try await TestBackend([.scripted(agent)], store: folder.store).backend
        let turn = try #require(try await backend.store.turn(id: again.id))
        #expect(turn.state == .failed)
        #expect(turn.failure?.contains("twice") == true)
        #expect(agent.requests.isEmpty)
    }

    @Test func attendedTurnOfADeadServerHasFailed() async throws {
        let folder = try TemporaryFolder()
        let store = try ServerStore(folder.store)
        let begun = try await accept(.attended, in: store, owner: "dead")
        let queued = try await accept(.attended, in: store, owner: "dead")
        #expect(begun.state == .running)
        #expect(queued.state == .queued)
        let backend = try await TestBackend([.scripted(.echo)], store: folder.store).backend
        for turn in [begun, queued] {
            let now = try #require(try await backend.store.turn(id: turn.id))
            #expect(now.state == .failed)
            #expect(now.failure == "The server stopped before the reply was finished.")
        }
    }

    @Test func turnOfALivingServerIsLeftAlone() async throws {
        let folder = try TemporaryFolder()
        let gate = Signal()
        let first = try await TestBackend(
            [.scripted(ScriptedAgent { _, _ in await gate.wait() })], store: folder.store)
        let conversation = try await conversation(in: first.store)
        let new = NewTurn(
            conversation: conversation.id, agent: conversation.agentId ?? 0, input: "hello",
            mode: .background,
            whenBusy: .wait)
        let turn = try await first.backend.runner.enqueue(new)

        let second = try await TestBackend([.scripted(.echo)], store: folder.store)
        #expect(try await second.store.turn(id: turn.id)?.state == .running)
        var attended = new
        attended.mode = .attended
        await #expect(throws: ConversationBusy.self) { _ = try await second.backend.runner.attend(attended) }
        gate.fire()
        try await first.store.whenFinished(turn)
        #expect(try await first.store.turn(id: turn.id)?.attempts == 1)
    }

    @Test func turnThatAnotherServerLeftIsTakenUpWhenAskedAbout() async throws {
        let folder = try TemporaryFolder()
        let agent = ScriptedAgent.echo
        let server = try await TestBackend([.scripted(agent)], store: folder.store)
        let conversation = try await conversation(in: server.store)
        let new = NewTurn(
            conversation: conversation.id, agent: conversation.agentId ?? 0, input: "hello",
            mode: .background,
            whenBusy: .wait)
        let queued = try await TurnQueue(store: server.store, owner: "dead").accept(new)
        _ = try await TurnQueue(store: server.store, owner: "dead").claimBackground()
        #expect(try await server.send(.get, "/v2/task/\(queued.ticket)").json?["status"] == "pending")
        try await server.store.whenFinished(queued)
        #expect(try await server.send(.get, "/v2/task/\(queued.ticket)").json?["status"] == "completed")
    }

    @Test func oneOfManyGetsATurn() async throws {
        let folder = try TemporaryFolder()
        let store = try ServerStore(folder.store)
        for _ in 0..<5 { _ = try await accept(.background, in: store, owner: "a") }
        let claimed = try await withThrowingTaskGroup(of: StoredTurn?.self) { group in
            for number in 0..<20 {
                group.addTask { try await TurnQueue(store: store, owner: "\(number)").claimBackground() }
            }
            return try await group.reduce(into: []) { turns, turn in if let turn { turns.append(turn) } }
        }
        #expect(claimed.count == 1)
    }

    @Test func idsOfAgentsAreKept() async throws {
        let store = try ServerStore(.memory)
        try await store.register([AgentNames(key: "a", name: "A"), AgentNames(key: "b", name: "B")])
        let before = try await store.agents()
        try await store.register([AgentNames(key: "b", name: "Bee"), AgentNames(key: "c", name: "C")])
        let after = try await store.agents()
        #expect(after.map(\.key) == ["a", "b", "c"])
        #expect(after.map(\.isEnabled) == [false, true, true])
        #expect(after.prefix(2).map(\.hex) == before.map(\.hex))
        #expect(after.prefix(2).map(\.id) == before.map(\.id))
        #expect(after[1].name == "Bee")
    }
}
