import GRDB
import Synchronization
import TestSupport
import Testing

@testable import AgentServer

/// In which order turns run, and what becomes of those that do not end by themselves.
@Suite(.timeLimit(.scaled(minutes: 5))) struct TurnRunnerTests {
    private func turn(
        _ message: String, in backend: Backend, conversation: String = "c", mode: StoredTurn.Mode = .attended,
        whenBusy: NewTurn.WhenBusy = .wait
    ) async throws -> NewTurn {
        let agent = try await backend.agent(named: "echo", for: nil)
        let conversation = try await backend.store.findOrCreate(key: conversation, agent: agent.id, user: "u")
        return NewTurn(
            conversation: conversation.id, agent: agent.id, input: message, mode: mode, whenBusy: whenBusy)
    }

    @Test func oneTurnAtATimeInAConversation() async throws {
        let active = Mutex((now: 0, most: 0))
        let agent = ScriptedAgent { request, emit in
            active.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            for _ in 0..<20 { try await emit(.text("x")) }
            active.withLock { $0.now -= 1 }
        }
        let backend = try await TestBackend(agent).backend
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let mode: StoredTurn.Mode = number.isMultiple(of: 4) ? .background : .attended
                    let new = try await turn("\(number)", in: backend, mode: mode)
                    if mode == .background {
                        try await backend.store.whenFinished(try await backend.runner.enqueue(new))
                    } else {
                        let text = try await backend.runner.attend(new).wholeText()
                        #expect(text == String(repeating: "x", count: 20))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(active.withLock { $0.most } == 1)
        let conversation = try #require(try await backend.store.conversation(key: "c"))
        let kinds = try await backend.store.messages(in: conversation.id).map(\.kind)
        #expect(kinds == Array(repeating: [.user, .agent], count: 20).flatMap { $0 })
    }

    @Test func conversationsDoNotWaitForEachOther() async throws {
        let both = Signal()
        let count = Mutex(0)
        let agent = ScriptedAgent { _, _ in
            if count.withLock({
                $0 += 1
                return $0
            }) == 2 {
                both.fire()
            }
            await both.wait()
        }
        let backend = try await TestBackend(agent).backend
        let first = try await backend.runner.attend(turn("a", in: backend, conversation: "1"))
        let second = try await backend.runner.attend(turn("b", in: backend, conversation: "2"))
        async let one = first.wholeText()
        async let two = second.wholeText()
        _ = try await (one, two)
    }

    @Test func clientThatDoesNotWaitIsRefused() async throws {
        let gate = Signal()
        let backend = try await TestBackend(ScriptedAgent { _, _ in await gate.wait() }).backend
        let running = try await backend.runner.attend(turn("a", in: backend))
        await #expect(throws: ConversationBusy.self) {
            _ = try await backend.runner.attend(turn("b", in: backend, whenBusy: .refuse))
        }
        gate.fire()
        _ = try await running.wholeText()
        _ = try await backend.runner.attend(turn("b", in: backend, whenBusy: .refuse)).wholeText()
    }

    @Test func stoppedTurnKeepsWhatWasSaid() async throws {
        let backend = try await TestBackend(
            ScriptedAgent { _, emit in
                try await emit(.text("half"))
                try await Task.sleep(for: .seconds(3600))
            }
        ).backend
        let reply = try await backend.runner.attend(turn("a", in: backend))
        #expect(try await reply.nextText() == "half")
        reply.cancel()
        await #expect(throws: CancellationError.self) { _ = try await reply.nextText() }
        let stored = try #require(try await backend.store.turn(id: reply.turn.id))
        #expect(stored.state == .interrupted)
        let answer = try #require(try await backend.store.answer(of: stored.id))
        #expect(answer.text == "half")
        #expect(answer.state == .partial)
    }

    @Test func releasedReplyIsStopped() async throws {
        let backend = try await TestBackend(
            ScriptedAgent { _, emit in while true { try await emit(.text("more ")) } }
        ).backend
        var reply: ReplyStream? = try await backend.runner.attend(turn("a", in: backend))
        let turn = try #require(reply?.turn)
        _ = try await reply?.nextText()
        reply = nil
        try await backend.store.whenFinished(turn)
        #expect(try await backend.store.turn(id: turn.id)?.state == .interrupted)
    }

    @Test func slowReaderHoldsTheAgentBack() async throws {
        let emitted = Mutex(0)
        let backend = try await TestBackend(
            ScriptedAgent { _, emit in
                for _ in 0..<1000 {
                    emitted.withLock { $0 += 1 }
                    try await emit(.text("x"))
                }
            }
        ).backend
        let reply = try await backend.runner.attend(turn("a", in: backend))
        for taken in 1...10 {
            _ = try await reply.nextText()
            #expect(emitted.withLock { $0 } <= taken + 1)
        }
        #expect(try await reply.wholeText().count == 990)
    }

    @Test func queuedTurnOfADisconnectedClientNeverBegins() async throws {
        let gate = Signal()
        let agent = ScriptedAgent { _, _ in await gate.wait() }
        let backend = try await TestBackend(agent).backend
        let first = try await backend.runner.attend(turn("first", in: backend))
        let second = try await backend.runner.attend(turn("second", in: backend))
        second.cancel()
        await #expect(throws: CancellationError.self) { _ = try await second.nextText() }
        gate.fire()
        _ = try await first.wholeText()
        _ = try await backend.runner.attend(turn("third", in: backend)).wholeText()
        #expect(agent.requests.map(\.message) == ["first", "third"])
    }

    @Test func backgroundTurnsRunOnlySoManyAtOnce() async throws {
        let active = Mutex((now: 0, most: 0))
        let agent = ScriptedAgent { _, emit in
            active.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            for _ in 0..<10 { try await emit(.text("x")) }
            active.withLock { $0.now -= 1 }
        }
        let backend = try await TestBackend([.scripted(agent)], limits: ServerLimits(backgroundTurns: 2))
            .backend
        var turns: [StoredTurn] = []
        for number in 0..<8 {
            turns.append(
                try await backend.runner.enqueue(
                    turn("x", in: backend, conversation: "\(number)", mode: .background)))
        }
        for turn in turns { try await backend.store.whenFinished(turn) }
        #expect(active.withLock { $0.most } <= 2)
        #expect(agent.requests.count == 8)
    }

    /// Until it is cancelled.
    private static func wait() async throws {
        await Signal().wait()
        throw CancellationError()
    }

    @Test func stopTakesBackgroundTurnsOutOfTheQueue() async throws {
        let (begun, gate) = (Signal(), Signal())
        let agent = ScriptedAgent { _, _ in
            begun.fire()
            await gate.wait()
            try Task.checkCancellation()
        }
        let backend = try await TestBackend([.scripted(agent)], limits: ServerLimits(backgroundTurns: 1))
            .backend
        func enqueue(_ message: String, _ conversation: String) async throws -> StoredTurn {
            let new = try await turn(message, in: backend, conversation: conversation, mode: .background)
            return try await backend.runner.enqueue(new)
        }
        let running = try await enqueue("running", "a")
        await begun.wait()
        let behind = [try await enqueue("second", "a"), try await enqueue("third", "a")]
        let other = try await enqueue("elsewhere", "b")
        #expect(try await backend.runner.interrupt(conversation: running.conversationId))
        for turn in [running] + behind {
            try await backend.store.whenFinished(turn)
            #expect(try await backend.store.turn(id: turn.id)?.state == .interrupted)
        }
        gate.fire()
        try await backend.store.whenFinished(other)
        #expect(try await backend.store.turn(id: other.id)?.state == .completed)
        #expect(agent.requests.map(\.message) == ["running", "elsewhere"])
        #expect(try await !backend.runner.interrupt(conversation: running.conversationId))
        try await eventually { await backend.runner.broadcasts.isEmpty }
    }

    /// The turn begins, in the store, while its conversation is being stopped. Whichever comes first, it ends.
    @Test func stopReachesATurnThatIsJustBeginning() async throws {
        let agent = ScriptedAgent { request, _ in
            if request.message == "endless" { try await Self.wait() }
        }
        let backend = try await TestBackend([.scripted(agent)], limits: ServerLimits(backgroundTurns: 1))
            .backend
        for round in 0..<100 {
            let first = try await turn("short", in: backend, conversation: "a\(round)", mode: .background)
            let second = try await turn("endless", in: backend, conversation: "b\(round)", mode: .background)
            _ = try await backend.runner.enqueue(first)
            let endless = try await backend.runner.enqueue(second)
            for _ in 0..<round % 20 { await Task.yield() }
            try await backend.runner.interrupt(conversation: second.conversation)
            try await backend.store.whenFinished(endless)
            #expect(try await backend.store.turn(id: endless.id)?.state == .interrupted)
        }
    }

    /// A background turn that is claimed while the server stops goes back to the queue, and no agent runs after the stop.
    @Test func stopOfTheServerReachesATurnThatIsJustBeginning() async throws {
        for round in 0..<40 {
            let agent = ScriptedAgent { _, _ in try await Self.wait() }
            let backend = try await TestBackend(agent).backend
            let new = try await turn("a", in: backend, mode: .background)
            async let accepted = backend.runner.enqueue(new)
            for _ in 0..<round { await Task.yield() }
            await backend.runner.stop(grace: .zero)
            guard let turn = try? await accepted else { continue }
            let stored = try #require(try await backend.store.turn(id: turn.id))
            #expect(stored.state == .queued)
            #expect(stored.attempts == 0)
        }
    }

    @Test func stepsAreRecordedAsTheyHappen() async throws {
        let backend = try await TestBackend(
            ScriptedAgent { _, emit in
                try await emit(.thinking("let me "))
                try await emit(.thinking("see"))
                try await emit(.toolCall(id: "1", name: "add", input: #"{"a": 1}"#))
                try await emit(.toolResult(id: "1", output: "2", isError: false))
                try await emit(.text("two"))
                try await emit(.suggestions(["three?"]))
            }
        ).backend
        _ = try await backend.runner.attend(turn("a", in: backend)).wholeText()
        let conversation = try #require(try await backend.store.conversation(key: "c"))
        let entries = try await backend.store.entries(in: conversation.id)
        #expect(entries.map(\.kind) == [.user, .thinking, .tool, .agent])
        #expect(entries.map(\.state) == Array(repeating: .completed, count: 4))
        #expect(entries[1].text == "let me see")
        #expect(entries[2].data == ["call": "1", "name": "add", "input": ["a": 1], "output": 2])
        #expect(entries[3].data == ["suggestions": ["three?"]])
    }

    @Test func endOfATurnIsOneTransaction() async throws {
        let backend = try await TestBackend(.echo).backend
        let new = try await turn("a", in: backend)
        let commits = CommitCounter()
        backend.store.database.add(transactionObserver: commits)
        _ = try await backend.runner.attend(new).wholeText()
        // One to begin it and one to end it.
        #expect(commits.count == 2)
    }

    @Test func broadcastWithoutSubscribersIsRemoved() async throws {
        let gate = Signal()
        let backend = try await TestBackend(ScriptedAgent { _, _ in await gate.wait() }).backend
        let running = try await backend.runner.attend(turn("a", in: backend))
        let waiting = try await TurnQueue(store: backend.store, owner: "another server").accept(
            turn("b", in: backend, mode: .background))
        var view = try await backend.runner.subscribe(to: waiting, limit: 2)
        #expect(view != nil)
        #expect(await backend.runner.broadcasts.count == 2)
        view = nil
        try await eventually { await backend.runner.broadcasts.count <= 1 }
        gate.fire()
        _ = try await running.wholeText()
        try await eventually { await backend.runner.broadcasts.isEmpty }
    }

    @Test func stoppingServerStopsTheAgentAndRequeuesItsBackgroundTurn() async throws {
        let (begun, cancelled) = (Signal(), Signal())
        let agent = ScriptedAgent { _, _ in
            begun.fire()
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                cancelled.fire()
                throw error
            }
        }
        let folder = try TemporaryFolder()
        let backend = try await TestBackend([.scripted(agent)], store: folder.store).backend
        let turn = try await backend.runner.enqueue(turn("a", in: backend, mode: .background))
        await begun.wait()
        await backend.runner.stop(grace: .zero)
        await cancelled.wait()
        let stored = try #require(try await backend.store.turn(id: turn.id))
        #expect(stored.state == .queued)
        #expect(stored.attempts == 0)
    }

    @Test func answerThatNeverEndsIsCutOff() async throws {
        let piece = String(repeating: "x", count: 1 << 20)
        let agent = ScriptedAgent { _, emit in while true { try await emit(.text(piece)) } }
        let backend = try await TestBackend(agent).backend
        let turn = try await backend.runner.enqueue(turn("a", in: backend, mode: .background))
        try await backend.store.whenFinished(turn)
        #expect(try await backend.store.turn(id: turn.id)?.failure?.contains("longer than 32 MB") == true)
        #expect(try await backend.store.answer(of: turn.id)?.text.utf8.count == 32 << 20)
    }
}

/// Counts what is committed.
private final class CommitCounter: TransactionObserver {
    private let commits = Mutex(0)
    var count: Int { commits.withLock { $0 } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ db: Database) { commits.withLock { $0 += 1 } }
    func databaseDidRollback(_ db: Database) {}
}
