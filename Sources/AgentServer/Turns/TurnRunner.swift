import Agents
import AsyncAlgorithms
import Logging
import Storage

/// Runs turns: one at a time in a conversation, attended ones for a waiting client, background ones from the queue in the store.
///
/// Owns the tasks of the running turns. Which turn may begin is decided by ``TurnQueue``, what an agent does is recorded by
/// ``TurnExecution``. There is no timer: a turn begins because one was accepted or because one has ended.
actor TurnRunner {
    /// The server is stopping and accepts no more turns.
    struct Stopping: Error {}

    private struct Work {
        var task: Task<Void, Never>
        var turn: StoredTurn
    }

    private let queue: TurnQueue
    private let execution: TurnExecution
    private let lease: FileLease<String>
    private let backgroundLimit: Int
    private let logger: Logger

    private var work: [StoredTurn.ID: Work] = [:]
    /// Of turns that run, and of queued ones with subscribers.
    private(set) var broadcasts: [StoredTurn.ID: TurnBroadcast] = [:]
    private var starts = TurnStarts()
    private var runningInBackground = 0
    private var isStopping = false
    /// True while agents are being looked for: until then turns of disabled agents stay in the queue.
    private var awaitsAgents = false

    init(
        execution: TurnExecution, lease: FileLease<String>, backgroundLimit: Int, logger: Logger
    ) {
        queue = TurnQueue(store: execution.store, owner: lease.name)
        self.execution = execution
        self.lease = lease
        self.backgroundLimit = backgroundLimit
        self.logger = logger
    }

    /// Settles the turns of servers that are gone, and begins what is queued.
    /// - Parameter awaitingAgents: Whether ``allAgentsKnown()`` will follow.
    func start(awaitingAgents: Bool = false) async throws {
        awaitsAgents = awaitingAgents
        try await recover()
        await fillBackground()
    }

    /// Call when no more agents will be found.
    func allAgentsKnown() async {
        awaitsAgents = false
        await fillBackground()
    }

    /// Accepts an attended turn, which begins as soon as its conversation is free.
    /// - Parameter permit: Held until the reply is released.
    /// - Throws: ``ConversationBusy`` if the conversation is not free and the client does not wait, or another server holds it.
    func attend(_ new: NewTurn, permit: AdmissionControl.Permit? = nil) async throws -> ReplyStream {
        let turn = try await accept(new)
        let events = AsyncThrowingChannel<TurnEvent, any Error>()
        let broadcast = broadcast(of: turn.id)
        let task = Task {
            await runAttended(
                turn, events: events, broadcast: broadcast, keepsInputOfFailure: new.keepsInputOfFailure)
        }
        work[turn.id] = Work(task: task, turn: turn)
        return ReplyStream(turn: turn, events: events, work: task, permit: permit)
    }

    /// Accepts a background turn. It is in the store when this returns.
    func enqueue(_ new: NewTurn) async throws -> StoredTurn {
        let turn = try await accept(new)
        await fillBackground()
        return turn
    }

    /// Takes over an unfinished background turn if no server works on it. Servers that share a store do not notice each other's end, so
    /// this is called whenever a client asks about a turn.
    func resumeIfOrphaned(_ turn: StoredTurn) async throws {
        guard turn.mode == .background, work[turn.id] == nil else { return }
        if turn.state == .running { try await recover() }
        await fillBackground()
    }

    /// Subscribes to the events of a turn that this server runs or will run.
    /// - Returns: nil if another server runs it.
    /// - Throws: ``APIError`` if it has `limit` subscribers already.
    func subscribe(to turn: StoredTurn, limit: Int) throws -> TurnBroadcast.Subscription? {
        guard work[turn.id] != nil || turn.state == .queued else { return nil }
        let subscription = broadcast(of: turn.id).subscribe(limit: limit) { [weak self] in
            Task { await self?.removeUnusedBroadcast(of: turn.id) }
        }
        guard let subscription else { throw APIError(.rateLimited(retryAfter: 1)) }
        return subscription
    }

    /// A queued turn may be run by another server, so its end would never remove the broadcast.
    private func removeUnusedBroadcast(of turn: StoredTurn.ID) {
        guard work[turn] == nil, broadcasts[turn]?.hasSubscribers == false else { return }
        broadcasts[turn] = nil
    }

    private func broadcast(of turn: StoredTurn.ID) -> TurnBroadcast {
        if let broadcast = broadcasts[turn] { return broadcast }
        let broadcast = TurnBroadcast()
        broadcasts[turn] = broadcast
        return broadcast
    }

    /// Stops the turns of a conversation that this server runs.
    /// - Returns: Whether there were any.
    @discardableResult
    func interrupt(conversation: Int64) -> Bool {
        let running = work.values.filter { $0.turn.conversationId == conversation }
        for work in running { work.task.cancel() }
        return !running.isEmpty
    }

    /// Hands background turns back to the queue; attended ones are stopped if they have not ended after the grace period.
    func stop(grace: Duration) async {
        isStopping = true
        for work in work.values where work.turn.mode == .background { work.task.cancel() }
        starts.cancelAll(throwing: Stopping())
        let tasks = work.values.map(\.task)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await Task.sleep(for: grace)
                for task in tasks { task.cancel() }
            }
            for task in tasks { await task.value }
            group.cancelAll()
        }
        lease.release()
    }
}

extension TurnRunner {
    private func accept(_ new: NewTurn) async throws -> StoredTurn {
        guard !isStopping else { throw Stopping() }
        do {
            return try await queue.accept(new)
        } catch is ConversationBusy where new.whenBusy == .wait {
            try await recover()
            return try await queue.accept(new)
        }
    }

    private func recover() async throws {
        try await queue.recover { [lease] in !lease.isAlive($0) }
    }

    // MARK: Attended turns

    private func runAttended(
        _ accepted: StoredTurn, events: AsyncThrowingChannel<TurnEvent, any Error>,
        broadcast: TurnBroadcast, keepsInputOfFailure: Bool
    ) async {
        do {
            let turn = accepted.state == .running ? accepted : try await waitToBegin(accepted)
            let result = await execution.run(turn) { event in
                broadcast.emit(event)
                await events.send(event)
            }
            let keepsInput = keepsInputOfFailure || result.state == .completed
            let outcome = try await queue.finish(
                turn, with: result, keepsInput: keepsInput, beginsNext: !isStopping)
            broadcast.emit(.ended(result, answer: outcome.answer))
            await turnEnded(turn, outcome)
            switch result.state {
            case .completed:
                await events.send(.ended(result, answer: outcome.answer))
                events.finish()
            case .interrupted: events.fail(CancellationError())
            default: events.fail(AgentFailure(result.failure ?? "The agent failed."))
            }
        } catch {
            let result = TurnResult(state: .interrupted)
            let outcome = try? await queue.finish(accepted, with: result, beginsNext: !isStopping)
            broadcast.emit(.ended(result, answer: nil))
            await turnEnded(accepted, outcome)
            events.fail(error)
        }
    }

    /// Returns when the turn has become the current one of its conversation.
    private func waitToBegin(_ turn: StoredTurn) async throws -> StoredTurn {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled || isStopping {
                    continuation.resume(throwing: CancellationError())
                } else if starts.wait(for: turn.id, continuation) {
                    Task { await self.beginNext(in: turn.conversationId) }
                }
            }
        } onCancel: {
            Task { await self.cancelStart(of: turn.id) }
        }
    }

    private func cancelStart(of turn: StoredTurn.ID) {
        starts.cancel(turn)
    }

    /// Begins the next attended turn of a conversation if none runs there.
    private func beginNext(in conversation: Int64) async {
        do {
            if let turn = try await queue.claimAttended(in: conversation) { starts.turnBegan(turn) }
        } catch {
            logger.error("A turn could not be begun", metadata: ["error": "\(type(of: error))"])
        }
    }

    // MARK: Background turns

    private func fillBackground() async {
        while !isStopping, runningInBackground < backgroundLimit {
            runningInBackground += 1
            guard let turn = await claimBackground() else {
                runningInBackground -= 1
                return
            }
            let broadcast = broadcast(of: turn.id)
            let task = Task { await runInBackground(turn, broadcast: broadcast) }
            work[turn.id] = Work(task: task, turn: turn)
        }
    }

    private func claimBackground() async -> StoredTurn? {
        do {
            return try await queue.claimBackground(enabledOnly: awaitsAgents)
        } catch {
            logger.error("The queue cannot be read", metadata: ["error": "\(type(of: error))"])
            return nil
        }
    }

    private func runInBackground(_ turn: StoredTurn, broadcast: TurnBroadcast) async {
        let result = await execution.run(turn) { broadcast.emit($0) }
        var outcome: TurnQueue.FinishOutcome?
        do {
            if result.state == .interrupted, isStopping {
                try await queue.handBack(turn)
            } else {
                outcome = try await queue.finish(turn, with: result, beginsNext: !isStopping)
            }
        } catch {
            logger.error("A finished turn could not be stored", metadata: ["error": "\(type(of: error))"])
        }
        broadcast.emit(.ended(result, answer: outcome?.answer))
        runningInBackground -= 1
        await turnEnded(turn, outcome)
    }

    // MARK: Both

    /// - Parameter outcome: nil if the end could not be stored.
    private func turnEnded(_ turn: StoredTurn, _ outcome: TurnQueue.FinishOutcome?) async {
        work[turn.id] = nil
        broadcasts[turn.id] = nil
        starts.remove(turn.id)
        if let successor = outcome?.successor { starts.turnBegan(successor) }
        if outcome?.hasBackgroundQueue == true { await fillBackground() }
    }
}
