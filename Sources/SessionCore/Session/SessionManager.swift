import Foundation
import Timing

/// Runs the tasks: takes intents, sends messages, receives and polls replies, keeps all of it in the store, and tells what has changed.
///
/// Everything passes through one queue and is carried out in its order. A message is in the store before its first
/// byte leaves, and an event is told after what it says is in the store. No message is sent twice unless the person says so: the one that
/// a busy task has refused, which was not accepted, goes out when the task is free.
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
    public nonisolated let store: SessionStore
    let clock: SessionClock
    let random: @Sendable () -> Double
    nonisolated let post: @Sendable (ManagerInput) -> Void
    private let inputs: AsyncStream<ManagerInput>
    private nonisolated let mailbox: AsyncStream<ManagerInput>.Continuation
    private let events: @Sendable (SessionEvent) -> Void
    private var isStarted = false
    private var hasEnded = false

    var accounts: [AccountName: any AgentService]
    /// The requests whose replies stream in, and the messages on their way to run in the background.
    var requests: [Turn.ID: OpenRequest] = [:]
    var poller = Poller()
    /// What is polled, and what is known of its reply.
    var tickets: [Turn.ID: PolledTurn] = [:]
    /// Who waits for the first answers about turns that nobody has polled.
    var firstAnswers: PollOnceWaiter?
    var busy = BusyTasks()
    /// Tasks that the service is about to open, and the number that is kept for its welcome.
    var opening: [ChatTask.ID: Message.ID] = [:]
    /// Requests that no turn waits for (a stop, a deletion at the service), and what reads.
    var detached: [Int: DetachedRequest] = [:]
    private var errandCount = 0
    /// How far the tasks of each account are listed, and the pages of them that are being fetched.
    var listings: [AccountName: Listing] = [:]
    var listingFetches = Fetches<AccountName>()
    var historyFetches = Fetches<ChatTask.ID>()
    /// The tasks whose newest messages were asked for since the last refresh.
    var caughtUp: Set<ChatTask.ID> = []
    /// The task that was looked at last.
    var lookedAt: ChatTask.ID?
    /// The pages that wait for a service's history.
    var pagesAwaitingHistory: [ChatTask.ID: [PageRequest]] = [:]
    var searching: Task<Void, Never>?
    /// What the store's version was when its tasks were last told.
    var storeVersion = 0
    private var timer: (due: Duration, task: Task<Void, Never>)?
    private var closing: CheckedContinuation<Void, Never>?
    private var graceTimer: Task<Void, Never>?

    /// - parameter accounts: the service of each account in the configuration. Tasks of other accounts can be read.
    /// - parameter random: from 0 up to 1: the jitter of polls.
    /// - parameter events: called in the order in which things happened, from one thread at a time. It must not block.
    public init(
        store: SessionStore, accounts: [AccountName: any AgentService], clock: SessionClock = .system,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        events: @escaping @Sendable (SessionEvent) -> Void
    ) {
        (inputs, mailbox) = AsyncStream<ManagerInput>.makeStream()
        self.store = store
        self.accounts = accounts
        self.clock = clock
        self.random = random
        self.events = events
        post = { [mailbox] in mailbox.yield($0) }
    }

    // MARK: From outside

    /// Tells the list of tasks and begins to carry out what was submitted.
    ///
    /// - parameter resuming: whether to go on with what earlier programs left: to poll the background turns that run, and to send what
    ///   waits. A program that does one thing and ends leaves that to others.
    public func start(resuming: Bool = true) async {
        guard !isStarted else { return }
        isStarted = true
        await attempt {
            storeVersion = try await store.version()
            try await tell([.tasks(store.tasks(includingArchived: true))])
        }
        if resuming { await resume() }
        arm()
        Task { await run() }
    }

    /// Queues an intent. Intents are carried out in the order in which they were submitted.
    public nonisolated func submit(_ intent: Intent) { post(.intent(intent)) }

    /// Takes the services of a changed configuration.
    public nonisolated func use(_ accounts: [AccountName: any AgentService]) { post(.accounts(accounts)) }

    /// Asks about every background turn that no living program asks about, and returns when each has been asked about once. For
    /// a program that shows how things stand and ends; started without resuming.
    /// - parameter patience: how long to wait at most.
    public func pollOnce(patience: Duration = .seconds(5)) async {
        guard isStarted else { return }
        await withCheckedContinuation { reach(.pollOnce(patience: patience, $0), $0) }
    }

    /// Returns when everything that was submitted before has been carried out. Replies may still be arriving.
    public func settled() async {
        await withCheckedContinuation { reach(.barrier($0), $0) }
    }

    /// Ends: what was submitted is carried out first; streaming replies are closed and what has arrived of them is kept; messages on
    /// their way into the background get some time to arrive; running turns go on at their services.
    ///
    /// - parameter grace: how long to wait at most for requests that are under way.
    public func shutdown(grace: Duration = .seconds(3)) async {
        guard isStarted else { return }
        await withCheckedContinuation { reach(.shutdown(grace: grace, $0), $0) }
    }

    /// Posts something that answers by this continuation, or answers at once when nobody takes it any more.
    private nonisolated func reach(_ input: ManagerInput, _ continuation: CheckedContinuation<Void, Never>) {
        if case .terminated = mailbox.yield(input) { continuation.resume() }
    }

    // MARK: The loop

    private func run() async {
        for await input in inputs {
            if hasEnded { answer(input) } else { await handle(input) }
            await endIfDone()
            arm()
        }
    }

    /// After the end nothing is carried out, but nobody is left waiting either.
    private func answer(_ input: ManagerInput) {
        switch input {
        case .barrier(let continuation), .shutdown(_, let continuation), .pollOnce(_, let continuation):
            continuation.resume()
        default: break
        }
    }

    private func handle(_ input: ManagerInput) async {
        switch input {
        case .intent(let intent): await carryOut(intent)
        case .arrived(let key): await receive(key)
        case .replied(let key, let result): await replied(key, result)
        case .begun(let key, let result): await begun(key, result)
        case .polled(let key, let result): await polled(key, result)
        case .busyAsked(let task, let result): await busyAsked(task, result)
        case .forked(let fork, let result): await forked(fork, result)
        case .opened(let task, let result): await opened(task, result)
        case .listed(let account, let number, let result): await listed(account, number, result)
        case .newest(let place, let result): await receivedNewest(place, result)
        case .history(let place, let result): await received(place, result)
        case .found(let answer): tell([.found(answer)])
        case .problem(let text): tell([.problem(text)])
        case .accounts(let accounts): await changeAccounts(accounts)
        case .pollOnce(let patience, let continuation): await pollOnce(patience, continuation)
        case .patienceIsOver: endPatience()
        case .wake: await wake()
        case .barrier(let continuation): continuation.resume()
        case .shutdown(let grace, let continuation): await beginShutdown(grace, continuation)
        case .graceIsOver: await giveUpRequests()
        case .detachedEnded(let number): detached[number] = nil
        }
    }

    func tell(_ events: [SessionEvent]) {
        for event in events { self.events(event) }
    }

    /// Does something with the store and tells what it says; a store that fails is told as a problem.
    /// - returns: whether it went well.
    @discardableResult
    func attempt(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch {
            tell([.problem(String(describing: error))])
            return false
        }
    }

    // MARK: Time

    /// The time of day, as exactly as the store keeps it: what is told is what is stored.
    var now: Date { Date(milliseconds: clock.now().milliseconds) }

    /// Keeps one timer for whatever is due next, and none when nothing is.
    private func arm() {
        let due =
            isClosing
            ? nil
            : [poller.wake, busy.wake, listingFetches.wake, historyFetches.wake].compactMap(\.self).min()
        guard due != timer?.due else { return }
        timer?.task.cancel()
        timer = due.map { due in
            (due, Task { [clock, post] in if (try? await clock.sleep(due)) != nil { post(.wake) } })
        }
    }

    private func wake() async {
        timer = nil
        let now = clock.uptime()
        poll(poller.due(at: now))
        for task in busy.due(at: now) { await tryBusy(task) }
        for account in listingFetches.due(at: now) { askForTasks(of: account) }
        for task in historyFetches.due(at: now) { await fetchAgain(task) }
    }

    // MARK: Errands

    /// Makes a request that nothing waits for. Shutting down gives it some time.
    /// - parameter outlastsQuit: whether it is worth waiting for when the program ends.
    @discardableResult
    func detach(outlastsQuit: Bool, _ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        errandCount += 1
        let number = errandCount
        let task = Task { [post] in
            await body()
            post(.detachedEnded(number))
        }
        detached[number] = DetachedRequest(task: task, outlastsQuit: outlastsQuit)
        return task
    }

    // MARK: The end

    private func beginShutdown(_ grace: Duration, _ continuation: CheckedContinuation<Void, Never>) async {
        guard closing == nil else {
            continuation.resume()
            return
        }
        closing = continuation
        endPatience()
        for (turn, request) in requests where request.buffer != nil { await quit(turn) }
        for detach in detached.values where !detach.outlastsQuit { detach.task.cancel() }
        guard mustWait else { return }
        let deadline = clock.uptime() + grace
        graceTimer = Task { [clock, post] in
            if (try? await clock.sleep(deadline)) != nil { post(.graceIsOver) }
        }
    }

    private func giveUpRequests() async {
        for turn in requests.keys { await quit(turn) }
        for detach in detached.values { detach.task.cancel() }
        detached = [:]
    }

    /// Whether something is under way that would be lost.
    private var mustWait: Bool { !requests.isEmpty || detached.values.contains(where: \.outlastsQuit) }

    /// Whether the program is leaving and nothing is sent any more.
    var isClosing: Bool { closing != nil }

    private func endIfDone() async {
        guard let closing, !hasEnded, !mustWait else { return }
        hasEnded = true
        graceTimer?.cancel()
        await attempt { try await store.release() }
        mailbox.finish()
        closing.resume()
    }
}

/// A request that no turn waits for.
struct DetachedRequest {
    var task: Task<Void, Never>
    var outlastsQuit: Bool
}

/// A request for a turn that is open.
struct OpenRequest {
    var key: Poller.Key
    var account: AccountName
    var work: Task<Void, Never>
    /// Of a streamed reply; nil for a message on its way to run in the background.
    var buffer: ReplyBuffer?
    var assembly = ReplyAssembly()
}

/// Somebody who waits until these turns have been asked about.
struct PollOnceWaiter {
    var awaited: Set<Turn.ID>
    var continuation: CheckedContinuation<Void, Never>
}

/// A running turn that is polled.
struct PolledTurn {
    var account: AccountName
    var ticket: Ticket
    var assembly: ReplyAssembly
    /// Whether the last poll failed, which the turn shows.
    var isTroubled = false
}
