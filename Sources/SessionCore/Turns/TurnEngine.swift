import Foundation
import Storage
import Timing

/// Carries turns from the person's message to their end: sends, receives, stops, and waits for busy conversations.
///
/// It makes the requests and orders the transactions. What becomes of a turn is decided by ``TurnMachine``, which message
/// leaves next by ``QueuePolicy``; both are asked inside the transactions.
final class TurnEngine {
    /// How often one message may be refused by a busy service that has said to be free.
    private static let attemptLimit = 5

    private let context: SessionContext
    private let welcomes: Welcomes
    private let polls: Polls
    private var requests: ReplyRequests
    private var busy = BusyTasks()

    init(_ context: SessionContext, welcomes: Welcomes, polls: Polls) {
        self.context = context
        self.welcomes = welcomes
        self.polls = polls
        requests = ReplyRequests(limits: context.limits)
    }

    /// When ``checkBusy()`` has something to do.
    var nextWake: Duration? { busy.wake }
    /// Whether a request is open that would be lost.
    var hasOpenRequests: Bool { !requests.isEmpty }

    // MARK: What the person wants

    /// Stores a message and sends it, or leaves it queued. If it cannot be stored it goes back into the draft.
    /// - Throws: ``StoreError`` of a busy store, which is waited for.
    func enqueue(_ text: String, in id: ChatTask.ID, mode: Turn.Mode, keepsDraft: Bool) async throws {
        guard !text.allSatisfy(\.isWhitespace) else { return }
        do {
            let mode = try await possibleMode(mode, in: id)
            let events = try await context.transact {
                try $0.say(text, in: id, mode: mode, keepsDraft: keepsDraft)
            }
            guard let events else { throw StoreError.noTask(id, context.store.path) }
            context.emit(events)
        } catch {
            if let error = error as? StoreError, error.kind == .busy { throw error }
            return decline(text, in: id, because: error)
        }
        await departNext(from: id, isReleased: true)
    }

    /// Puts a message back into the draft that cannot be stored behind earlier writes, which have not been possible yet.
    /// - Returns: false if it can wait for its turn.
    func declines(_ intent: Intent) -> Bool {
        guard case .send(let task, let text, _, _) = intent, let problem = context.unstored.problem,
            problem.kind != .busy
        else { return false }
        decline(text, in: task, because: problem)
        return true
    }

    private func decline(_ text: String, in task: ChatTask.ID, because error: any Error) {
        context.report(String(describing: error))
        context.emit([.returned(task, text: text)])
    }

    /// The mode, if the task's service has it, else the other one.
    private func possibleMode(_ mode: Turn.Mode, in id: ChatTask.ID) async throws -> Turn.Mode {
        guard let task = try await context.store.task(id), let service = context.accounts[task.account] else {
            return mode
        }
        return service.capabilities.possibleMode(mode)
    }

    /// Sends the message of a turn that ended badly once more; of a queued turn, as far as that is possible now.
    func retry(_ id: Turn.ID) async throws {
        guard let turn = try await context.store.turn(id) else { return }
        if turn.state == .queued { return await releaseQueue(of: turn.task) }
        guard turn.canBeRetried else { return }
        if let time = turn.failure?.retryAt, time > context.now {
            context.report("Too early: the service takes this message again \(wait(until: time)).")
            return
        }
        let mode = try await possibleMode(turn.mode, in: turn.task)
        let events = try await context.transact { try $0.retry(id, mode: mode) }
        guard !events.isEmpty else { return }
        context.emit(events)
        await departNext(from: turn.task, isReleased: true)
    }

    private func wait(until time: Date) -> String {
        let seconds = Int(time.timeIntervalSince(context.now).rounded(.up))
        return seconds <= 90 ? "in \(seconds) s" : "in \((seconds + 59) / 60) min"
    }

    private func releaseQueue(of task: ChatTask.ID) async {
        if busy.reason(of: task) == .service {
            await askWhetherBusy(task)
        } else {
            await departNext(from: task, isReleased: true)
        }
    }

    func takeBack(_ id: Turn.ID) async throws {
        guard let turn = try await context.store.turn(id) else { return }
        context.emit(try await context.transact { try $0.takeBack(id) })
        if try await context.store.firstQueued(of: turn.task) == nil { busy.remove(turn.task) }
    }

    /// Stops the turn of a task that is under way, and puts the queue behind it back into the draft.
    func stop(_ task: ChatTask.ID) async throws {
        if let turn = try await context.store.activeTurn(of: task) {
            return await end(turn.id, by: .stop)
        }
        busy.remove(task)
        context.emit(
            try await context.transact { transaction in
                let events = try transaction.returnQueue(of: task)
                return try events.isEmpty ? [] : events + transaction.changed(task)
            })
    }

    /// Closes what is under way in a task that is about to be deleted.
    func abandon(_ task: ChatTask.ID) async throws {
        guard let turn = try await context.store.activeTurn(of: task) else { return }
        _ = requests.close(turn.id)
        polls.stop(turn.id)
    }

    func forget(_ task: ChatTask.ID) {
        busy.remove(task)
        context.unstored.turns.remove(turnsOf: task)
        context.unstored.end()
        context.emitUnstored()
    }

    // MARK: Sending

    /// Sends the next message of a task, if its time has come.
    /// - Parameter isReleased: whether the person has just sent or retried something.
    func departNext(from task: ChatTask.ID, isReleased: Bool) async {
        guard busy.reason(of: task) == nil else { return }
        await depart(from: task, isReleased: isReleased)
    }

    /// - Parameter isFree: whether the service has just said that the conversation is not busy.
    func depart(from task: ChatTask.ID, isReleased: Bool, isFree: Bool = false) async {
        guard !context.isClosing, !welcomes.isOpening(task) else { return }
        await context.attempt(orKeep: .depart(task, isReleased: isReleased, isFree: isFree)) {
            let departure = try await context.transact(durably: true) { [accounts = context.accounts] in
                try $0.depart(from: task, isReleased: isReleased, isFree: isFree) {
                    accounts[$0.account]?.chosenID(for: Conversation($0))
                }
            }
            switch departure {
            case .wait:
                if case .program(let waiting) = busy.reason(of: task),
                    try await context.store.turn(waiting) == nil
                {
                    context.emit([.messageRemoved(task: task, message: waiting)])
                }
                busy.remove(task)
            case .hold(let turn): await hold(turn)
            case .waitForOther(let waiting):
                busy.wait(
                    for: task, .program(waiting: waiting), at: context.uptime, random: context.random())
            case .adopted(let turn, let task):
                busy.remove(turn.task)
                if let task { polls.start(turn, in: task) }
            case .askWhetherBusy: await askWhetherBusy(task)
            case .departed(let outgoing, let events):
                busy.remove(task)
                context.emit(events)
                await dispatch(outgoing)
            }
        }
    }

    /// A message that is queued behind one of ours stays where it is. One that has waited for another program was said
    /// without knowing how that would end, and fails.
    private func hold(_ turn: Turn) async {
        guard case .program = busy.reason(of: turn.task) else { return busy.remove(turn.task) }
        await advance(turn.id, by: .failed(.overtaken))
    }

    private func dispatch(_ outgoing: OutgoingTurn) async {
        let turn = outgoing.turn
        guard let service = context.accounts[outgoing.account] else {
            await advance(turn.id, by: .failed(.noAccount(outgoing.account)), of: turn.generation)
            return
        }
        switch turn.mode {
        case .streamed: requests.openStream(outgoing, to: service, post: context.post)
        case .background: requests.beginBackground(outgoing, at: service, post: context.post)
        }
    }

    // MARK: Receiving

    /// Stores what has gathered of a reply.
    func arrived(_ attempt: TurnAttempt) async {
        guard let delta = requests.drain(attempt) else { return }
        switch await store(TurnChange(attempt, delta)) {
        case .emitted, .kept:
            guard requests.isFull(attempt) else { break }
            await advance(
                attempt.turn, by: .exceeded(.tooLong(context.limits), isOver: false), of: attempt.generation)
        case .stale: _ = requests.close(attempt.turn)
        case .failed:
            // What cannot be kept is not received either.
            _ = requests.close(attempt.turn)
            await advance(attempt.turn, by: .failed(.notStored), of: attempt.generation)
        }
    }

    func replied(_ attempt: TurnAttempt, _ result: Result<ReplyEnd, ServiceError>) async {
        guard let rest = requests.close(attempt) else { return }
        let event: TurnMachine.Event =
            switch result {
            case _ where rest.isFull: .exceeded(.tooLong(context.limits), isOver: true)
            case .success(.complete) where rest.asks: .ended(.waiting)
            case .success(let end): .ended(end)
            case .failure(let error): failure(error, of: attempt, account: rest.account)
            }
        await advance(attempt.turn, by: event, of: attempt.generation, with: rest.delta)
    }

    func begun(_ attempt: TurnAttempt, _ result: Result<Ticket, ServiceError>) async {
        guard let rest = requests.close(attempt) else { return }
        switch result {
        case .success(let ticket):
            let delta = ReplyDelta(serviceID: ticket.conversation.serviceID)
            await advance(
                attempt.turn, by: .began(ticket: ticket.id), of: attempt.generation, with: delta)
        case .failure(let error):
            let event = failure(error, of: attempt, account: rest.account)
            await advance(attempt.turn, by: event, of: attempt.generation)
        }
    }

    /// A message that a busy conversation has refused is kept where the service can be asked until it is free. Where it
    /// cannot, only sending it again would show, which is the person's decision; so it is where the service goes on refusing
    /// what it has said to be free.
    private func failure(
        _ error: ServiceError, of attempt: TurnAttempt, account: AccountName
    ) -> TurnMachine.Event {
        let canAsk = context.service(of: account, with: .reportsBusy) != nil
        return error.kind == .busy && canAsk && attempt.generation < Self.attemptLimit
            ? .busy(error) : .failed(error)
    }

    // MARK: What follows

    /// What came of a change of a turn.
    private enum StoreOutcome {
        case emitted
        /// The turn is gone or over, or has been sent again since.
        case stale
        /// It is kept until it can be stored.
        case kept
        /// It will never be stored.
        case failed
    }

    /// Lets something happen to a turn, emits it, and does what follows from it.
    @discardableResult
    private func advance(
        _ turn: Turn.ID, by event: TurnMachine.Event, of generation: Int? = nil, with delta: ReplyDelta? = nil
    ) async -> StoreOutcome {
        await store(TurnChange(turn, event, generation: generation, delta: delta))
    }

    /// Stores a change of a turn, or keeps it until that is possible.
    private func store(_ change: TurnChange) async -> StoreOutcome {
        if context.unstored.turns.contains(change.turn) { return await keep(change) }
        do {
            return await follow(
                try await context.transact(durably: change.isMilestone) { try $0.apply(change) })
        } catch let error as StoreError where error.canPass {
            return await keep(change, because: error)
        } catch {
            context.report(String(describing: error))
            return .failed
        }
    }

    /// Emits what has been stored, and does what follows from it.
    /// - Parameter performed: the actions that have been done before.
    private func follow(
        _ advance: Advance?, performed: [TurnMachine.Action] = []
    ) async -> StoreOutcome {
        guard let advance else { return .stale }
        context.emit(advance.events)
        guard let task = advance.task else { return .emitted }
        if !advance.actions.contains(.waitWhileBusy) { busy.remove(task.id) }
        for action in advance.actions where !performed.contains(action) {
            await perform(action, for: advance.turn, in: task)
        }
        return .emitted
    }

    /// Keeps a change that cannot be stored now, behind those that are kept already, and shows it.
    private func keep(_ change: TurnChange, because error: StoreError? = nil) async -> StoreOutcome {
        if let error {
            do {
                guard let turn = try await context.store.turn(change.turn) else { return .stale }
                let reply = try await context.store.message(Turn.replyID(of: turn.message))
                context.unstored.turns.open(
                    turn.id, turn, reply: reply?.state == .streaming ? reply : nil)
            } catch {
                context.unstored.turns.open(change.turn, nil, reply: nil)
            }
            defer { context.writeFailed(error) }
            return await show(change)
        }
        defer { context.emitUnstored() }
        return await show(change)
    }

    private func show(_ change: TurnChange) async -> StoreOutcome {
        guard let (events, actions) = context.unstored.turns.keep(change, at: context.now) else {
            return .stale
        }
        context.emit(events)
        guard let turn = context.unstored.turns[change.turn]?.turn else { return .kept }
        for action in actions { await perform(action, for: turn, in: nil) }
        return .kept
    }

    /// Stores what is kept of turns, up to the first that cannot be stored yet.
    func storeAgain() async {
        for id in context.unstored.turns.ids {
            guard let entry = context.unstored.turns[id] else { continue }
            do {
                let advance = try await context.transact(durably: entry.change.isMilestone) {
                    try $0.apply(entry.change)
                }
                context.unstored.turns.remove(id)
                if case .stale = await follow(advance, performed: entry.performed) {
                    _ = requests.close(id)
                }
            } catch let error as StoreError where error.canPass {
                return context.writeFailed(error)
            } catch {
                context.unstored.turns.remove(id)
                _ = requests.close(id)
                context.report(String(describing: error))
            }
        }
    }

    /// - Parameter task: its task; nil if that has to be looked up.
    private func perform(_ action: TurnMachine.Action, for turn: Turn, in task: ChatTask?) async {
        switch action {
        case .close: _ = requests.close(turn.id)
        case .interrupt: await interrupt(turn.task, task)
        case .poll: if let task { polls.start(turn, in: task) }
        case .stopPolling: polls.stop(turn.id)
        case .departNext: await departNext(from: turn.task, isReleased: false)
        case .waitWhileBusy:
            busy.wait(for: turn.task, .service, at: context.uptime, random: context.random())
        case .settle, .returnQueue: break
        }
    }

    private func interrupt(_ id: ChatTask.ID, _ known: ChatTask?) async {
        var task = known
        if task == nil { await context.attempt { task = try await context.store.task(id) } }
        guard let task else { return }
        context.mirror(
            task, .interrupts, onFailure: "“\(task.title)” was stopped here, but not at the service."
        ) { try await $0.interrupt($1) }
    }

    private func end(_ turn: Turn.ID, by event: TurnMachine.Event) async {
        let rest = requests.close(turn)
        await advance(turn, by: event, with: rest?.delta)
    }

    // MARK: Polling

    func polled(_ attempt: TurnAttempt, _ result: Result<PollAnswer, ServiceError>) async {
        if let finding = polls.answered(attempt, result) {
            switch await advance(
                attempt.turn, by: finding.event, of: attempt.generation, with: finding.delta)
            {
            case .emitted, .kept: break
            case .stale, .failed: polls.stop(attempt.turn)
            }
        }
        polls.handled(attempt.turn)
    }

    /// Adopts the turns that no living program works on: polls what runs, and sends what is queued.
    /// - Returns: the turns that are polled now.
    @discardableResult
    func adoptOrphans(includingQueues: Bool = true) async -> Set<Turn.ID> {
        var turns: Set<Turn.ID> = []
        await context.attempt(orKeep: .intent(.sync)) {
            if !context.store.isRecovered.load(ordering: .acquiring) {
                context.emit(try await context.store.recover(at: context.now))
            }
            let adopted = try await context.store.adoptOrphans(
                of: Set(context.accounts.keys), includingQueues: includingQueues, at: context.now)
            polls.adopt(adopted.running)
            turns = Set(adopted.running.map(\.turn.id))
            for task in adopted.queues { await departNext(from: task, isReleased: false) }
        }
        return turns
    }

    /// Polls orphaned turns once and resumes the caller when each has been polled.
    /// - Parameter timeout: how long the caller waits at most.
    func pollOnce(timeout: Duration, _ continuation: CheckedContinuation<Void, Never>) async {
        let turns = context.isClosing ? [] : await adoptOrphans(includingQueues: false)
        polls.wait(for: turns, timeout: timeout, continuation)
    }

    // MARK: Other programs, other accounts

    /// Lets go of turns that another program has stopped, sent again or deleted.
    /// - Parameter tasks: those that have changed; nil if any may have.
    func stopEnded(in tasks: [ChatTask.ID]?) async throws {
        let polled = try await context.store.ended(polls.attempts(in: tasks))
        for attempt in polled { polls.stop(attempt.turn) }
        for attempt in try await context.store.ended(requests.attempts) { _ = requests.close(attempt) }
    }

    /// Checks at once whether the messages that wait for another program can leave.
    func checkPrograms() async {
        for task in busy.waitingForPrograms { await depart(from: task, isReleased: false) }
    }

    /// Leaves the turns of accounts that are gone to other programs, and takes over those of new accounts.
    func accountsChanged() async {
        let left = polls.stopOfMissingAccounts()
        if !left.isEmpty {
            await context.attempt {
                try await context.transact { for turn in left { try $0.db.setOwner(of: turn, to: nil) } }
            }
        }
        await adoptOrphans()
    }

    // MARK: Busy conversations

    /// Checks the busy tasks that are due.
    func checkBusy() async {
        for task in busy.due(at: context.uptime) { await check(task) }
    }

    /// Checks whether the message of a task that was busy can leave.
    private func check(_ task: ChatTask.ID) async {
        switch busy.reason(of: task) {
        case .service: await askService(whetherBusy: task)
        case .program:
            await context.attempt(orKeep: .intent(.sync)) {
                context.emit(try await context.store.recover(at: context.now))
            }
            await depart(from: task, isReleased: false)
        case nil: break
        }
    }

    /// Asks the service at once, unless that is under way.
    private func askWhetherBusy(_ task: ChatTask.ID) async {
        if busy.check(task, .service) { await askService(whetherBusy: task) }
    }

    private func askService(whetherBusy id: ChatTask.ID) async {
        let isRead = await context.attempt {
            guard let task = try await context.store.task(id),
                let service = context.service(of: task.account, with: .reportsBusy),
                try await context.store.firstQueued(of: id) != nil
            else { return await depart(from: id, isReleased: true, isFree: true) }
            let conversation = Conversation(task)
            context.request {
                .busyAsked(id, await ServiceError.catching { try await service.isBusy(conversation) })
            }
        }
        // A store that cannot be read is no reason never to ask again.
        if !isRead { busy.wait(for: id, .service, at: context.uptime, random: context.random()) }
    }

    /// The service has said whether the conversation is still busy, or could not be asked.
    func busyAsked(_ task: ChatTask.ID, _ result: Result<Bool, ServiceError>) async {
        guard !context.isClosing, busy.reason(of: task) == .service else { return }
        switch result {
        case .success(true):
            busy.wait(for: task, .service, at: context.uptime, random: context.random())
        case .success(false): await depart(from: task, isReleased: true, isFree: true)
        case .failure(let error) where error.isTransient:
            let pause = error.retryAt.map { Duration.seconds($0.timeIntervalSince(context.now)) } ?? .zero
            busy.wait(
                for: task, .service, at: context.uptime, atLeast: pause, random: context.random())
        case .failure(let error):
            await context.attempt(orKeep: .busyAsked(task, result)) {
                let turn = try await context.store.firstQueued(of: task)
                busy.remove(task)
                if let turn { await advance(turn.id, by: .failed(error)) }
            }
        }
    }

    // MARK: The end

    /// Closes the replies that stream: what has arrived of them is kept.
    func quitStreams() async {
        for turn in requests.streamingTurns { await end(turn, by: .quit) }
    }

    func quitAll() async {
        for turn in requests.turns { await end(turn, by: .quit) }
    }
}

extension StoreError {
    fileprivate static func noTask(_ id: ChatTask.ID, _ path: String) -> StoreError {
        StoreError(.missing, path: path, "The task \(id.rawValue) no longer exists.")
    }
}
