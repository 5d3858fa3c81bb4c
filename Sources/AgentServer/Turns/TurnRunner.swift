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

    /// The end of a turn that could not be stored: until it is, the conversation is busy.
    private struct UnstoredEnd {
        var turn: StoredTurn
        var result: TurnResult
        var keepsInput: Bool
        var error: StoreError
    }

    private struct SummaryWork {
        var task: Task<ConversationSummarizer.Summary?, any Error>
        var conversation: Int64
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
    private var unstoredEnds: [StoredTurn.ID: UnstoredEnd] = [:]
    private var runningInBackground = 0
    /// Summaries that are being made, by number.
    private var summaries: [Int: SummaryWork] = [:]
    private var summaryCount = 0
    /// How many turns are being accepted or claimed: the store may have begun them, and their tasks are not in ``work`` yet.
    private var beginnings = 0
    /// Of those, the ones to be stopped at once.
    private var stoppedBeginnings: Set<StoredTurn.ID> = []
    private var whenBegun: [CheckedContinuation<Void, Never>] = []
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
        beginnings += 1
        defer { endBeginning() }
        let turn = try await accept(new)
        let events = AsyncThrowingChannel<TurnEvent, any Error>()
        let broadcast = broadcast(of: turn.id)
        let task = Task {
            await runAttended(
                turn, events: events, broadcast: broadcast, keepsInputOfFailure: new.keepsInputOfFailure)
        }
        insert(task, of: turn)
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
        await storeEnds()
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

    /// Makes a summary of a conversation for a waiting client. Cancellation stops it, and so does what stops the turns of the
    /// conversation.
    /// - Parameter isExclusive: Whether there may be no other at the same time.
    /// - Throws: ``ConversationBusy``, ``Stopping``, and what `body` throws.
    func summarize(
        conversation: Int64, isExclusive: Bool,
        _ body: @escaping @Sendable () async throws -> ConversationSummarizer.Summary?
    ) async throws -> ConversationSummarizer.Summary? {
        guard !isStopping else { throw Stopping() }
        let isBusy = summaries.values.contains { $0.conversation == conversation }
        if isExclusive, isBusy { throw ConversationBusy() }
        let task = Task { try await body() }
        summaryCount += 1
        let number = summaryCount
        summaries[number] = SummaryWork(task: task, conversation: conversation)
        defer { summaries[number] = nil }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Stops what this server does in a conversation, and takes the conversation's background turns out of the queue.
    /// - Returns: Whether there was anything to stop.
    @discardableResult
    func interrupt(conversation: Int64) async throws -> Bool {
        let running = work.values.filter { $0.turn.conversationId == conversation }
        for work in running { work.task.cancel() }
        let summing = summaries.values.filter { $0.conversation == conversation }
        for work in summing { work.task.cancel() }
        let (finished, others) = try await queue.interruptQueued(in: conversation)
        for turn in others {
            if let work = work[turn.id] {
                work.task.cancel()
            } else if beginnings > 0 {
                stoppedBeginnings.insert(turn.id)
            }
        }
        for turn in finished {
            broadcasts.removeValue(forKey: turn.id)?.emit(
                .ended(TurnResult(state: .interrupted), answer: nil))
        }
        return !(running.isEmpty && summing.isEmpty && finished.isEmpty && others.isEmpty)
    }

    /// Hands background turns back to the queue; attended ones are stopped if they have not ended after the grace period.
    func stop(grace: Duration) async {
        isStopping = true
        for work in work.values where work.turn.mode == .background { work.task.cancel() }
        for summary in summaries.values { summary.task.cancel() }
        starts.cancelAll(throwing: Stopping())
        if beginnings > 0 { await withCheckedContinuation { whenBegun.append($0) } }
        for summary in summaries.values { _ = await summary.task.result }
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
        await storeEnds()
        // Nothing would begin behind a turn whose end is not stored.
        if let end = unstoredEnds.values.first(where: { $0.turn.conversationId == new.conversation }) {
            throw end.error
        }
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

    // MARK: Beginnings

    /// Keeps the task of a turn that has been accepted or claimed, unless the turn has been stopped meanwhile.
    private func insert(_ task: Task<Void, Never>, of turn: StoredTurn) {
        work[turn.id] = Work(task: task, turn: turn)
        if stoppedBeginnings.remove(turn.id) != nil { task.cancel() }
    }

    private func endBeginning() {
        beginnings -= 1
        guard beginnings == 0 else { return }
        stoppedBeginnings = []
        for continuation in whenBegun { continuation.resume() }
        whenBegun = []
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
            let outcome = try await finish(turn, with: result, keepsInput: keepsInput)
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
            var outcome: TurnQueue.FinishOutcome?
            if unstoredEnds[accepted.id] == nil { outcome = try? await finish(accepted, with: result) }
            broadcast.emit(.ended(result, answer: nil))
            await turnEnded(accepted, outcome)
            events.fail((error as? StoreError)?.clientDescription.map { AgentFailure($0) } ?? error)
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
            guard await beginBackground() else {
                runningInBackground -= 1
                return
            }
        }
    }

    /// - Returns: Whether a turn has begun.
    private func beginBackground() async -> Bool {
        beginnings += 1
        defer { endBeginning() }
        guard let turn = await claimBackground() else { return false }
        guard !isStopping else {
            await handBack(turn)
            return false
        }
        let broadcast = broadcast(of: turn.id)
        insert(Task { await runInBackground(turn, broadcast: broadcast) }, of: turn)
        return true
    }

    private func handBack(_ turn: StoredTurn) async {
        do {
            try await queue.handBack(turn)
        } catch {
            logger.error("A turn could not be handed back", metadata: ["error": "\(type(of: error))"])
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
                outcome = try await finish(turn, with: result)
            }
        } catch {
            logger.error("A finished turn could not be stored", metadata: ["error": "\(error)"])
        }
        broadcast.emit(.ended(result, answer: outcome?.answer))
        runningInBackground -= 1
        await turnEnded(turn, outcome)
    }

    // MARK: Both

    /// Stores the end of a turn. One that cannot be stored is kept for ``storeEnds()``.
    private func finish(
        _ turn: StoredTurn, with result: TurnResult, keepsInput: Bool = true
    ) async throws -> TurnQueue.FinishOutcome {
        do {
            return try await queue.finish(
                turn, with: result, keepsInput: keepsInput, beginsNext: !isStopping)
        } catch let error as StoreError {
            unstoredEnds[turn.id] = UnstoredEnd(
                turn: turn, result: result, keepsInput: keepsInput, error: error)
            // Nor does it for those that wait for it.
            for other in work.values
            where other.turn.conversationId == turn.conversationId && other.turn.state == .queued {
                other.task.cancel()
            }
            throw error
        }
    }

    /// Stores the ends that could not be stored before, if that is possible now. It is tried whenever a client asks for something
    /// that depends on it.
    private func storeEnds() async {
        for (id, end) in unstoredEnds {
            let outcome = try? await queue.finish(
                end.turn, with: end.result, keepsInput: end.keepsInput, beginsNext: !isStopping)
            guard let outcome else { return }
            unstoredEnds[id] = nil
            if let successor = outcome.successor { starts.turnBegan(successor) }
        }
    }

    /// - Parameter outcome: nil if the end could not be stored.
    private func turnEnded(_ turn: StoredTurn, _ outcome: TurnQueue.FinishOutcome?) async {
        work[turn.id] = nil
        broadcasts[turn.id] = nil
        starts.remove(turn.id)
        if let successor = outcome?.successor { starts.turnBegan(successor) }
        if outcome?.hasBackgroundQueue == true { await fillBackground() }
    }
}
