import Agents
import AsyncAlgorithms
import Foundation
import Logging
import Storage

/// Runs the turns: one at a time in a conversation, attended ones for a client that waits, background ones from the queue in the
/// store. Nothing here ticks: a turn begins because one was accepted or because one ended.
actor TurnRunner {
    /// The server is stopping and takes no more turns.
    struct Stopping: Error {}

    private struct Work {
        var task: Task<Void, Never>
        var turn: Turn
    }

    private let store: ServerStore
    private let agents: AgentDirectory
    private let lease: FileLease<String>
    private let backgroundLimit: Int
    private let metrics: ServerMetrics
    private let logger: Logger

    private var work: [Turn.ID: Work] = [:]
    /// Of turns that run, and of those that wait while somebody looks on already.
    private var watches: [Turn.ID: TurnWatch] = [:]
    private var waiting: [Turn.ID: CheckedContinuation<Turn, any Error>] = [:]
    /// Attended turns that have begun before those who wait for them had said so.
    private var begun: [Turn.ID: Turn] = [:]
    private var runningInBackground = 0
    private var isStopping = false
    /// Agents are still being looked for; turns of those that are not there wait until it is known that they will not come.
    private var awaitsAgents = false

    init(
        store: ServerStore, agents: AgentDirectory, lease: FileLease<String>,
        backgroundLimit: Int, metrics: ServerMetrics, logger: Logger
    ) {
        self.store = store
        self.agents = agents
        self.lease = lease
        self.backgroundLimit = backgroundLimit
        self.metrics = metrics
        self.logger = logger
    }

    /// Takes over what dead servers left, and begins what is queued.
    func start(awaitingAgents: Bool = false) async throws {
        awaitsAgents = awaitingAgents
        try await recover()
        await fillBackground()
    }

    /// No further agents will be found.
    func agentsAreKnown() async {
        awaitsAgents = false
        await fillBackground()
    }

    /// Accepts an attended turn, which begins as soon as its conversation is free.
    /// - Throws: ``ConversationBusy`` if it is not free and the client does not wait, or if another server holds it.
    func open(_ new: NewTurn, holding place: AdmissionControl.Place? = nil) async throws -> ReplyStream {
        let turn = try await accept(new)
        let events = AsyncThrowingChannel<TurnEvent, any Error>()
        let watch = watch(turn.id)
        let task = Task {
            await attend(turn, events: events, watch: watch, keepsInputOfFailure: new.keepsInputOfFailure)
        }
        work[turn.id] = Work(task: task, turn: turn)
        return ReplyStream(turn: turn, events: events, work: task, place: place)
    }

    /// Accepts a background turn. It is in the store when this returns.
    func enqueue(_ new: NewTurn) async throws -> Turn {
        let turn = try await accept(new)
        await fillBackground()
        return turn
    }

    /// Somebody asks about a turn that is not over: if no server works on it, this one takes it up. Servers that share a store do not
    /// hear of each other, so being asked is the sign.
    func lookAfter(_ turn: Turn) async throws {
        guard turn.mode == .background, work[turn.id] == nil else { return }
        if turn.state == .running { try await recover() }
        await fillBackground()
    }

    /// A view of a turn that this server runs or will run; nil if another server does.
    /// - Throws: ``APIError`` if there are so many onlookers already.
    func view(of turn: Turn, limit: Int) throws -> TurnWatch.View? {
        guard work[turn.id] != nil || turn.state == .queued else { return nil }
        let view = watch(turn.id).view(limit: limit) { [weak self] in
            Task { await self?.release(turn.id) }
        }
        guard let view else { throw APIError(.rateLimited(retryAfter: 1)) }
        return view
    }

    /// Nobody looks on at a turn any more. If it waits, another server may run it, and its end would not be heard of here.
    private func release(_ turn: Turn.ID) {
        guard work[turn] == nil, watches[turn]?.isAbandoned == true else { return }
        watches[turn] = nil
    }

    /// How many turns are watched, or could be.
    var watchCount: Int { watches.count }

    private func watch(_ turn: Turn.ID) -> TurnWatch {
        if let watch = watches[turn] { return watch }
        let watch = TurnWatch()
        watches[turn] = watch
        return watch
    }

    /// Stops what runs or waits in a conversation.
    /// - Returns: whether there was anything.
    @discardableResult
    func interrupt(conversation: Int64) -> Bool {
        let running = work.values.filter { $0.turn.conversationId == conversation }
        for work in running { work.task.cancel() }
        return !running.isEmpty
    }

    /// Hands background turns back to the queue, gives attended ones some time to end, then stops them.
    func stop(grace: Duration) async {
        isStopping = true
        for work in work.values where work.turn.mode == .background { work.task.cancel() }
        for continuation in waiting.values { continuation.resume(throwing: Stopping()) }
        waiting = [:]
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
    private func accept(_ new: NewTurn) async throws -> Turn {
        guard !isStopping else { throw Stopping() }
        do {
            return try await store.accept(new, owner: lease.name)
        } catch is ConversationBusy where new.whenBusy == .wait {
            try await recover()
            return try await store.accept(new, owner: lease.name)
        }
    }

    private func recover() async throws {
        try await store.recover { [lease] in !lease.isAlive($0) }
    }

    // MARK: Attended turns

    private func attend(
        _ accepted: Turn, events: AsyncThrowingChannel<TurnEvent, any Error>, watch: TurnWatch,
        keepsInputOfFailure: Bool
    ) async {
        do {
            let turn = accepted.state == .running ? accepted : try await begin(accepted)
            let result = await run(turn) { event in
                watch.tell(event)
                await events.send(event)
            }
            let isKept = keepsInputOfFailure || result.state == .completed
            let ending = try await store.end(turn, with: result, keepsInput: isKept, letting: successorOwner)
            watch.tell(.ended(result, answer: ending.answer))
            await ended(turn, ending)
            switch result.state {
            case .completed:
                await events.send(.ended(result, answer: ending.answer))
                events.finish()
            case .interrupted: events.fail(CancellationError())
            default: events.fail(AgentFailure(result.failure ?? "The agent failed."))
            }
        } catch {
            let result = TurnResult(state: .interrupted)
            let ending = try? await store.end(accepted, with: result, letting: successorOwner)
            watch.tell(.ended(result, answer: nil))
            await ended(accepted, ending)
            events.fail(error)
        }
    }

    /// The server whose turns may begin when one ends.
    private var successorOwner: String? { isStopping ? nil : lease.name }

    /// Waits until the turn is the next one of its conversation.
    private func begin(_ turn: Turn) async throws -> Turn {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled || isStopping {
                    continuation.resume(throwing: CancellationError())
                } else if let turn = begun.removeValue(forKey: turn.id) {
                    continuation.resume(returning: turn)
                } else {
                    waiting[turn.id] = continuation
                    Task { await self.advance(turn.conversationId) }
                }
            }
        } onCancel: {
            Task { await self.giveUp(turn.id) }
        }
    }

    private func giveUp(_ turn: Turn.ID) {
        waiting.removeValue(forKey: turn)?.resume(throwing: CancellationError())
    }

    /// Lets the next attended turn of a conversation begin, if it is its turn.
    private func advance(_ conversation: Int64) async {
        do {
            let turn = try await store.claimAttended(in: conversation, owner: lease.name)
            if let turn { resume(turn) }
        } catch {
            logger.error("A turn could not be begun", metadata: ["error": "\(type(of: error))"])
        }
    }

    /// Tells who waits for a turn that it has begun. Who has not said yet that they wait will look for it; who has gone ends it.
    private func resume(_ turn: Turn) {
        if let continuation = waiting.removeValue(forKey: turn.id) {
            continuation.resume(returning: turn)
        } else {
            begun[turn.id] = turn
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
            let watch = watch(turn.id)
            let task = Task { await work(on: turn, watch: watch) }
            work[turn.id] = Work(task: task, turn: turn)
        }
    }

    private func claimBackground() async -> Turn? {
        do {
            return try await store.claimBackground(owner: lease.name, enabledOnly: awaitsAgents)
        } catch {
            logger.error("The queue cannot be read", metadata: ["error": "\(type(of: error))"])
            return nil
        }
    }

    private func work(on turn: Turn, watch: TurnWatch) async {
        let result = await run(turn) { watch.tell($0) }
        var ending: TurnEnding?
        do {
            if result.state == .interrupted, isStopping {
                try await store.handBack(turn)
            } else {
                ending = try await store.end(turn, with: result, letting: successorOwner)
            }
        } catch {
            logger.error("A finished turn could not be stored", metadata: ["error": "\(type(of: error))"])
        }
        watch.tell(.ended(result, answer: ending?.answer))
        runningInBackground -= 1
        await ended(turn, ending)
    }

    // MARK: Both

    /// - Parameter ending: nil if the store could not be asked.
    private func ended(_ turn: Turn, _ ending: TurnEnding?) async {
        work[turn.id] = nil
        watches[turn.id] = nil
        begun[turn.id] = nil
        if let successor = ending?.successor { resume(successor) }
        if ending?.hasQueue == true { await fillBackground() }
    }

    /// Lets the agent answer; what it does is recorded first and passed on then.
    private func run(
        _ turn: Turn, pass: @escaping @Sendable (TurnEvent) async -> Void
    ) async -> TurnResult {
        let start = ContinuousClock.now
        let result = await answer(turn, pass: pass)
        metrics.countTurn(result.state, seconds: (ContinuousClock.now - start) / .seconds(1))
        return result
    }

    private func answer(
        _ turn: Turn, pass: @escaping @Sendable (TurnEvent) async -> Void
    ) async -> TurnResult {
        let recorder = ReplyRecorder(store: store, turn: turn)
        await pass(.began)
        do {
            let (agent, request) = try await prepare(turn)
            try await agent.reply(to: request) { event in
                try Task.checkCancellation()
                for told in try await recorder.record(event) { await pass(told) }
                try Task.checkCancellation()
            }
            return await recorder.result(.completed)
        } catch {
            if Task.isCancelled { return await recorder.result(.interrupted) }
            if let failure = error as? AgentFailure {
                return await recorder.result(.failed, failure: failure.message)
            }
            logger.error("An agent failed", metadata: ["error": "\(type(of: error))"])
            return await recorder.result(.failed, failure: "The agent failed.")
        }
    }

    private func prepare(_ turn: Turn) async throws -> (any ReplyingAgent, AgentRequest) {
        guard let identity = try await store.agent(id: turn.agentId),
            let agent = agents.profile(for: identity)?.agent
        else {
            throw AgentFailure("The agent of this turn is not configured any more.")
        }
        let conversation = try await store.conversation(id: turn.conversationId)
        let memory = try await store.memory(of: turn, limit: Self.memoryLimit)
        let request = AgentRequest(
            conversation: conversation?.key ?? "", history: memory.compactMap(AgentRequest.Message.init),
            message: turn.input, instructions: identity.instructions, isInBackground: turn.mode == .background
        )
        return (agent, request)
    }

    /// How many messages an agent is given to remember.
    private static let memoryLimit = 200
}

extension AgentRequest.Message {
    init?(_ entry: Entry) {
        switch entry.kind {
        case .user: self.init(.user, entry.text)
        case .agent: self.init(.agent, entry.text)
        case .compaction: self.init(.summary, entry.text)
        case .thinking, .tool: return nil
        }
    }
}

extension Turn: Identifiable {}
