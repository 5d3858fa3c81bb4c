import Foundation
import Storage
import Timing

/// What the parts of the session manager share: the store, the services, the time, and the way out for events and requests. It
/// holds no task and no turn. Like them it belongs to the manager's actor.
final class SessionContext {
    let store: SessionStore
    let clock: SessionClock
    let limits: ReplyLimits
    /// From 0 up to 1: the jitter of waits.
    let random: @Sendable () -> Double
    /// Queues an input for the manager's loop.
    let post: @Sendable (ManagerInput) -> Void
    private let receive: @Sendable (SessionEvent) -> Void
    var accounts: [AccountName: any AgentService]
    /// The requests that no turn waits for.
    var detached = DetachedRequests()
    /// What could not be written.
    var unstored = Unstored()
    private var emittedWork: UnstoredWork?
    /// Whether the program is leaving, and nothing is sent any more.
    var isClosing = false

    init(
        store: SessionStore, accounts: [AccountName: any AgentService], limits: ReplyLimits,
        clock: SessionClock,
        random: @escaping @Sendable () -> Double, post: @escaping @Sendable (ManagerInput) -> Void,
        receive: @escaping @Sendable (SessionEvent) -> Void
    ) {
        self.store = store
        self.accounts = accounts
        self.limits = limits
        self.clock = clock
        self.random = random
        self.post = post
        self.receive = receive
    }

    // MARK: Time

    /// The time of day, as exactly as the store keeps it: what is emitted is what is stored.
    var now: Date { Date(milliseconds: clock.now().milliseconds) }
    var uptime: Duration { clock.uptime() }

    // MARK: The way out

    func emit(_ events: [SessionEvent]) {
        for event in events { receive(event) }
    }

    func report(_ problem: String) { emit([.problem(problem)]) }

    /// Does something with the store. An error is reported as a problem.
    /// - Parameter input: what is kept and routed again when the store cannot be written now. What it does before it fails must be
    ///   harmless to do twice.
    /// - Returns: whether it went well.
    @discardableResult
    func attempt(orKeep input: ManagerInput? = nil, _ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch let error as StoreError where error.canPass && input != nil {
            if let input { unstored.keep(input) }
            writeFailed(error)
        } catch {
            report(String(describing: error))
        }
        return false
    }

    /// Notes that something is kept because of an error of the store, and emits it.
    func writeFailed(_ error: StoreError) {
        unstored.failed(error, at: uptime, random: random())
        emitUnstored()
    }

    /// Emits what is not stored, if that has changed.
    func emitUnstored() {
        let work = unstored.work
        guard work != emittedWork else { return }
        emittedWork = work
        emit([.unstored(work)])
    }

    /// One write transaction, at the time of now.
    /// - Parameter durably: whether what is stored survives a power cut.
    func transact<T: Sendable>(
        durably: Bool = false, _ body: @Sendable (StoreTransaction) throws -> T
    ) async throws -> T {
        try await store.transact(at: now, durably: durably, body)
    }

    /// Takes what was deleted out of the files, beside the loop. While another program reads them, it is tried again.
    func erase() {
        request(outlastsQuit: true, replacing: .erasure) { [store, clock, random] in
            for attempt in 0... {
                do {
                    try await store.erase()
                    return nil
                } catch let error as StoreError where error.canPass {
                    let pause = Backoff.storing.delay(after: attempt, random: random())
                    guard (try? await clock.sleep(clock.uptime() + pause)) != nil else { return nil }
                } catch {
                    return .problem("What was deleted is still in the files. \(error)")
                }
            }
            return nil
        }
    }

    // MARK: Services

    /// The service of an account, if it can do this.
    func service(of account: AccountName, with capability: Capabilities) -> (any AgentService)? {
        accounts[account].flatMap { $0.capabilities.contains(capability) ? $0 : nil }
    }

    /// Makes a request that no turn waits for. What it returns comes back through the loop.
    ///
    /// - Parameter outlastsQuit: whether shutting down gives it some time.
    /// - Parameter slot: the request in this slot is cancelled.
    func request(
        outlastsQuit: Bool = false, replacing slot: DetachedRequests.Slot? = nil,
        _ work: @escaping @Sendable () async -> ManagerInput?
    ) {
        detached.start(outlastsQuit: outlastsQuit, replacing: slot, post: post, work)
    }

    /// Asks the service of a task to do what was done here, if it can.
    /// - Parameter failure: what is reported if it fails, before the service's reason.
    func mirror(
        _ task: ChatTask, _ capability: Capabilities, onFailure failure: String,
        _ body: @escaping @Sendable (any AgentService, Conversation) async throws -> Void
    ) {
        guard task.serviceID != nil, let service = service(of: task.account, with: capability),
            // Nothing may be there yet that could be changed.
            !task.serviceIDIsPending || capability != .renames
        else { return }
        let conversation = Conversation(task)
        request(outlastsQuit: true) {
            let result = await ServiceError.catching { try await body(service, conversation) }
            guard case .failure(let error) = result else { return nil }
            return .problem("\(failure) \(error.description)")
        }
    }
}
