import Foundation
import Storage

/// Runs the tasks: takes intents, sends messages, receives and polls replies, keeps all of it in the store, and emits what
/// has changed.
///
/// Everything passes through one queue and is carried out in its order. A message is in the store before its first
/// byte leaves, and an event is emitted after what it says is in the store. No message is sent twice unless the person says so; one that
/// a busy task has refused was not accepted, and is sent when the task is free.
///
/// The manager is the loop alone: it routes each input to the part that owns the state it is about.
///
/// ```swift
/// let manager = SessionManager(store: store, accounts: services) { event in mailbox.post(event) }
/// await manager.start()
/// manager.submit(.send(task, text: "Hello", mode: .streamed))
/// await manager.shutdown()
/// ```
///
/// It runs until ``shutdown(grace:)``.
public actor SessionManager {
    private let inputs: AsyncStream<ManagerInput>
    private nonisolated let queue: AsyncStream<ManagerInput>.Continuation
    private let context: SessionContext
    private let welcomes: Welcomes
    private let polls: Polls
    private let turns: TurnEngine
    private let listings: Listings
    private let catchUps: CatchUps
    private let histories: Histories
    private let tasks: TaskEditor
    private let deletions: PendingDeletions
    private let forks: Forks
    /// The store's version when it was last looked at, and how far its changes had got.
    private var storeVersion = 0
    private var seen = ChangePlace()
    private var watch: DatabaseWatch?
    private var isStarted = false
    private var hasEnded = false
    /// Whether the time that shutting down takes at most is over.
    private var hasGivenUp = false
    private var timer: (due: Duration, task: Task<Void, Never>)?
    private var closing: CheckedContinuation<Void, Never>?
    private var graceTimer: Task<Void, Never>?

    /// - Parameters:
    ///   - store: The store, which the manager writes to.
    ///   - accounts: The service of each account in the configuration. Tasks of other accounts can be read.
    ///   - limits: How much of a reply is kept.
    ///   - clock: The time; tests drive one by hand.
    ///   - pollRate: How many polls of running turns may begin in a second, however many run.
    ///   - random: From 0 up to 1: the jitter of polls.
    ///   - events: Called in the order in which things happen, from one thread at a time. It must not block.
    public init(
        store: SessionStore, accounts: [AccountName: any AgentService],
        limits: ReplyLimits = ReplyLimits(), pollRate: Int = 20, clock: SessionClock = .system,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        events: @escaping @Sendable (SessionEvent) -> Void
    ) {
        let (inputs, queue) = AsyncStream<ManagerInput>.makeStream()
        let context = SessionContext(
            store: store, accounts: accounts, limits: limits, clock: clock, random: random,
            post: { queue.yield($0) },
            receive: events)
        self.inputs = inputs
        self.queue = queue
        self.context = context
        welcomes = Welcomes(context)
        polls = Polls(context, rate: pollRate)
        turns = TurnEngine(context, welcomes: welcomes, polls: polls)
        listings = Listings(context)
        catchUps = CatchUps(context, polls: polls)
        histories = Histories(context, catchUps: catchUps)
        tasks = TaskEditor(
            context: context, engine: turns, welcomes: welcomes, histories: histories, catchUps: catchUps)
        deletions = PendingDeletions(context, tasks: tasks)
        forks = Forks(context: context)
    }

    // MARK: From outside

    /// Emits the list of tasks and begins to carry out what was submitted.
    ///
    /// - Parameter resuming: Whether to go on with what earlier programs left: to poll the background turns that run, and to
    ///   send what is queued. A program that does one thing and ends leaves that to others.
    /// - Parameter watching: Whether to notice what other programs write and leave while this one runs; otherwise
    ///   ``Intent/sync`` asks for it.
    public func start(resuming: Bool = true, watching: Bool = false) async {
        guard !isStarted else { return }
        isStarted = true
        if watching {
            watch = DatabaseWatch(of: context.store.path) { [queue] in queue.yield(.storeChanged($0)) }
        }
        await context.attempt {
            storeVersion = try await context.store.version()
            seen = try await context.store.changePlace()
            try await emitTasks()
        }
        if resuming { await turns.adoptOrphans() }
        await deletions.start()
        arm()
        Task { await run() }
    }

    /// Queues an intent. Intents are carried out in the order in which they were submitted.
    public nonisolated func submit(_ intent: Intent) { queue.yield(.intent(intent)) }

    /// Takes the services of a changed configuration.
    public nonisolated func use(_ accounts: [AccountName: any AgentService]) {
        queue.yield(.accounts(accounts))
    }

    /// Polls once every background turn that no living program polls, and returns when each has been polled. For a program
    /// that shows the state of things and ends; started without resuming.
    /// - Parameter timeout: How long to wait at most.
    public func pollOnce(timeout: Duration = .seconds(5)) async {
        guard isStarted else { return }
        await withCheckedContinuation { post(.pollOnce(timeout: timeout, $0), answering: $0) }
    }

    /// Returns when everything that was submitted before has been carried out. Replies may still be arriving.
    public func settled() async {
        await withCheckedContinuation { post(.barrier($0), answering: $0) }
    }

    /// Ends: what was submitted is carried out first; streaming replies are closed and what has arrived of them is kept; messages on
    /// their way into the background get some time to arrive; running turns go on at their services.
    ///
    /// - Parameter grace: How long to wait at most for requests that are under way, and for a store that cannot be written.
    /// - Returns: what could not be stored and is lost.
    @discardableResult
    public func shutdown(grace: Duration = .seconds(3)) async -> UnstoredWork? {
        guard isStarted else { return nil }
        await withCheckedContinuation { post(.shutdown(grace: grace, $0), answering: $0) }
        return context.unstored.isLosing ? context.unstored.work : nil
    }

    /// Posts an input that resumes this continuation; resumes it at once if the loop has ended.
    private nonisolated func post(
        _ input: ManagerInput, answering continuation: CheckedContinuation<Void, Never>
    ) {
        if case .terminated = queue.yield(input) { continuation.resume() }
    }

    // MARK: The loop

    private func run() async {
        for await input in inputs {
            if hasEnded { decline(input) } else { await route(input) }
            await endIfDone()
            arm()
        }
    }

    /// After the end nothing is carried out, and no caller is left waiting.
    private func decline(_ input: ManagerInput) {
        switch input {
        case .barrier(let continuation), .shutdown(_, let continuation), .pollOnce(_, let continuation):
            continuation.resume()
        default: break
        }
    }

    private func route(_ input: ManagerInput) async {
        switch input {
        case .intent(let intent): await carryOut(intent)
        case .arrived(let attempt): await turns.arrived(attempt)
        case .replied(let attempt, let result): await turns.replied(attempt, result)
        case .begun(let attempt, let result): await turns.begun(attempt, result)
        case .polled(let attempt, let result): await turns.polled(attempt, result)
        case .depart(let task, let isReleased, let isFree):
            await turns.depart(from: task, isReleased: isReleased, isFree: isFree)
        case .busyAsked(let task, let result): await turns.busyAsked(task, result)
        case .forked(let fork, let result): await forks.forked(fork, result)
        case .opened(let task, let result):
            if await welcomes.opened(task, result) { await turns.departNext(from: task, isReleased: true) }
        case .listed(let account, let number, let result):
            await listings.listed(account, number: number, result)
        case .newest(let conversation, let result): await catchUps.fetched(conversation, result)
        case .history(let place, let result): await histories.fetched(place, result)
        case .read(let event): context.emit([event])
        case .problem(let text): context.report(text)
        case .deletionSettled(let owed, let problem):
            await tasks.deletionSettled(owed, problem: problem)
        case .accounts(let accounts): await change(accounts)
        case .pollOnce(let timeout, let continuation):
            await turns.pollOnce(timeout: timeout, continuation)
        case .pollOnceTimedOut: polls.endWait()
        case .storeChanged(let change): await storeChanged(change)
        case .wake: await wake()
        case .barrier(let continuation): continuation.resume()
        case .shutdown(let grace, let continuation): await beginShutdown(grace, continuation)
        case .graceIsOver: await giveUpRequests()
        case .detachedEnded(let number): context.detached.end(number)
        }
    }

    private func carryOut(_ intent: Intent) async {
        // A message is not held up by what an earlier try has left.
        if case .send = intent { await storeAgain() }
        if intent.isOrderedWrite, !context.unstored.inputs.isEmpty {
            if !turns.declines(intent) { context.unstored.keep(.intent(intent)) }
            return
        }
        await context.attempt(orKeep: .intent(intent)) { try await perform(intent) }
    }

    private func perform(_ intent: Intent) async throws {
        switch intent {
        case .create(let id, let account, let agent):
            try await tasks.create(id, account: account, agent: agent)
        case .discardIfEmpty(let id): try await tasks.discardIfEmpty(id)
        case .send(let id, let text, let mode, let keepsDraft):
            try await turns.enqueue(text, in: id, mode: mode, keepsDraft: keepsDraft)
        case .stop(let id): try await turns.stop(id)
        case .retry(let turn): try await turns.retry(turn)
        case .takeBack(let turn): try await turns.takeBack(turn)
        case .setDraft(let id, let draft): try await tasks.setDraft(id, draft)
        case .setMode(let id, let mode): try await tasks.change { try $0.setMode(id, mode) }
        case .markRead(let id, let message): try await tasks.change { try $0.markRead(id, upTo: message) }
        case .rename(let id, let title, let isProvisional):
            try await tasks.rename(id, to: title, isProvisional: isProvisional)
        case .setPinned(let id, let isPinned): try await tasks.change { try $0.setPinned(id, isPinned) }
        case .setArchived(let id, let isArchived):
            try await tasks.change { try $0.setArchived(id, isArchived) }
        case .setDeleted(let id, let isDeleted):
            try await tasks.setDeleted(id, isDeleted)
            await deletions.look()
        case .delete(let id): try await tasks.delete(id)
        case .fork(let id, let message, let new): await forks.begin(id, upTo: message, as: new)
        case .load(let request): await histories.load(request)
        case .search(let request):
            read(in: .search, onFailure: "The search failed.") { .found(try await $0.search(request)) }
        case .locate(let request):
            read(in: .places, onFailure: "The search failed.") { .places(try await $0.places(of: request)) }
        case .preview(let id):
            read(in: .preview, onFailure: "The task could not be read.") {
                .preview(id, try await $0.preview(of: id))
            }
        case .look(let id):
            polls.show(id)
            catchUps.show(id)
        case .sync: await sync()
        case .refresh:
            await sync()
            await catchUps.refresh()
            listings.refresh()
        case .moreTasks(let account): listings.more(of: account)
        case .loadEarlier(let id): await histories.loadEarlier(id)
        case .name(let id): await histories.name(id)
        }
    }

    /// Reads beside the loop: a long search holds nothing up, and a new one cancels it.
    private func read(
        in slot: DetachedRequests.Slot, onFailure failure: String,
        _ body: @escaping @Sendable (SessionStore) async throws -> SessionEvent
    ) {
        context.request(replacing: slot) { [store = context.store] in
            do {
                let event = try await body(store)
                return Task.isCancelled ? nil : .read(event)
            } catch {
                return error is CancellationError || Task.isCancelled ? nil : .problem("\(failure) \(error)")
            }
        }
    }

    // MARK: Other programs

    /// The file has changed; most often we have written to it ourselves.
    private func storeChanged(_ change: DatabaseWatch.Change) async {
        guard !context.isClosing else { return }
        var isOurs = !change.hasEnds
        if isOurs { await context.attempt { isOurs = try await context.store.version() == storeVersion } }
        if !isOurs { await sync() }
    }

    /// Looks for what other programs wrote, and goes on with what they left.
    private func sync() async {
        await context.attempt {
            context.emit(try await context.store.recover(at: context.now))
            let version = try await context.store.version()
            guard version != storeVersion else { return }
            storeVersion = version
            try await emitChanges()
            await deletions.look()
        }
        await turns.adoptOrphans()
        await turns.checkPrograms()
    }

    private func emitChanges() async throws {
        let changes = try await context.store.changes(since: seen)
        seen = changes.place
        try await turns.stopEnded(in: changes.hasRemovals ? nil : changes.tasks.map(\.id))
        if changes.hasRemovals {
            try await emitTasks()
        } else if !changes.tasks.isEmpty {
            context.emit([.changed(changes.tasks)])
        }
    }

    private func emitTasks() async throws {
        context.emit([
            .tasks(try await context.store.tasks(includingArchived: true, includingDeleted: true))
        ])
    }

    private func change(_ accounts: [AccountName: any AgentService]) async {
        context.accounts = accounts
        listings.accountsChanged()
        await deletions.look()
        await turns.accountsChanged()
    }

    // MARK: Time

    /// Keeps one timer for what is due next, and none when nothing is.
    private func arm() {
        let wakes = [
            polls.nextWake, turns.nextWake, listings.nextWake, histories.nextWake, deletions.nextWake,
        ]
        let due = ((context.isClosing ? [] : wakes) + [context.unstored.wake]).compactMap(\.self).min()
        guard due != timer?.due else { return }
        timer?.task.cancel()
        timer = due.map { due in
            let (clock, post) = (context.clock, context.post)
            return (due, Task { if (try? await clock.sleep(due)) != nil { post(.wake) } })
        }
    }

    private func wake() async {
        timer = nil
        if let due = context.unstored.wake, due <= context.uptime { await storeAgain() }
        guard !context.isClosing else { return }
        polls.pollDue()
        await turns.checkBusy()
        listings.fetchDue()
        await histories.fetchDue()
        await deletions.carryOutDue()
    }

    /// Writes once more what could not be written.
    private func storeAgain() async {
        guard context.unstored.wake != nil else { return }
        context.unstored.begin()
        await turns.storeAgain()
        for input in context.unstored.takeInputs() {
            // Behind a write that has failed again they keep their order.
            if context.unstored.wake == nil { await route(input) } else { context.unstored.keep(input) }
        }
        context.unstored.end()
        context.emitUnstored()
    }

    // MARK: The end

    private func beginShutdown(_ grace: Duration, _ continuation: CheckedContinuation<Void, Never>) async {
        guard closing == nil else {
            continuation.resume()
            return
        }
        closing = continuation
        context.isClosing = true
        polls.endWait()
        await turns.quitStreams()
        await storeAgain()
        context.detached.cancelReads()
        guard mustWait else { return }
        let deadline = context.uptime + grace
        let (clock, post) = (context.clock, context.post)
        graceTimer = Task { if (try? await clock.sleep(deadline)) != nil { post(.graceIsOver) } }
    }

    private func giveUpRequests() async {
        await turns.quitAll()
        context.detached.cancelAll()
        await storeAgain()
        hasGivenUp = true
    }

    /// Whether something is under way that would be lost.
    private var mustWait: Bool {
        !hasGivenUp
            && (turns.hasOpenRequests || context.detached.mustFinish || context.unstored.isLosing)
    }

    private func endIfDone() async {
        guard let closing, !hasEnded, !mustWait else { return }
        hasEnded = true
        watch = nil
        graceTimer?.cancel()
        await context.attempt { try await context.store.release() }
        queue.finish()
        closing.resume()
    }
}
