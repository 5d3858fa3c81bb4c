import Foundation

// How a message leaves and its reply comes in.

extension SessionManager {
    /// How often one message may be refused by a busy service that has said to be free.
    private static let attemptLimit = 5

    /// Sends the first message that waits in a task, if its time has come.
    /// - parameter released: whether the person has just sent or retried something.
    func sendNext(_ task: ChatTask.ID, released: Bool) async {
        guard busy.reason(of: task) == nil else { return }
        await goOn(with: task, released: released)
    }

    /// - parameter isFree: whether the service has just said that the conversation is not busy.
    private func goOn(with task: ChatTask.ID, released: Bool, isFree: Bool = false) async {
        guard !isClosing, opening[task] == nil else { return }
        await attempt {
            switch try await store.nextTurn(of: task, released: released, isFree: isFree, at: now) {
            case .none:
                if case .program(let waiting) = busy.reason(of: task), try await store.turn(waiting) == nil {
                    tell([.messageRemoved(task: task, message: waiting)])
                }
                busy.remove(task)
            case .held(let turn): await hold(turn)
            case .elsewhere(let waiting):
                busy.wait(
                    for: task, .program(waiting: waiting), at: clock.uptime(), random: random())
            case .adopted(let turn):
                busy.remove(task)
                try await startPolling(turn)
            case .busy: await askWhetherBusy(task)
            case .departs(let outgoing, let events):
                busy.remove(task)
                tell(events)
                await send(outgoing)
            }
        }
    }

    /// A message that waits behind one of ours stays where it is. One that has waited for another program was said
    /// without knowing how that would end.
    private func hold(_ turn: Turn) async {
        guard case .program = busy.reason(of: turn.task) else { return busy.remove(turn.task) }
        await advance(turn.id, by: .failed(.overtaken))
    }

    private func send(_ outgoing: OutgoingTurn) async {
        let turn = outgoing.turn
        guard let service = accounts[outgoing.account] else {
            await advance(turn.id, by: .failed(.noAccount(outgoing.account)), of: turn.generation)
            return
        }
        let key = Poller.Key(turn: turn.id, generation: turn.generation)
        switch turn.mode {
        case .streamed: openStream(key, outgoing, service)
        case .background: begin(key, outgoing, service)
        }
    }

    private func openStream(_ key: Poller.Key, _ outgoing: OutgoingTurn, _ service: any AgentService) {
        let buffer = ReplyBuffer { [post] in post(.arrived(key)) }
        let work = Task { [post] in
            let result = await ServiceError.catching {
                try await service.reply(to: outgoing.request) { try await buffer.put($0) }
            }
            post(.replied(key, result))
        }
        requests[key.turn] = OpenRequest(key: key, account: outgoing.account, work: work, buffer: buffer)
    }

    private func begin(_ key: Poller.Key, _ outgoing: OutgoingTurn, _ service: any AgentService) {
        let work = Task { [post] in
            let result = await ServiceError.catching { try await service.begin(outgoing.request) }
            post(.begun(key, result))
        }
        requests[key.turn] = OpenRequest(key: key, account: outgoing.account, work: work)
    }

    // MARK: What comes back

    /// Stores what has gathered of a reply.
    func receive(_ key: Poller.Key) async {
        guard requests[key.turn]?.key == key, let events = requests[key.turn]?.buffer?.take(),
            // In place: a copy would copy the reply.
            let delta = requests[key.turn]?.assembly.take(events)
        else { return }
        let isStored = await attempt {
            let events = try await store.append(delta, to: key.turn, of: key.generation, at: now)
            if let events { tell(events) } else { drop(key.turn) }
        }
        // What cannot be kept is not received either.
        if !isStored { await fail(key, .notStored) }
    }

    func replied(_ key: Poller.Key, _ result: Result<ReplyEnd, ServiceError>) async {
        let account = requests[key.turn]?.account
        guard let (delta, asks) = close(key) else { return }
        switch result {
        case .success(.complete) where asks:
            await advance(key.turn, by: .ended(.waiting), of: key.generation, with: delta)
        case .success(let end): await advance(key.turn, by: .ended(end), of: key.generation, with: delta)
        case .failure(let error):
            await advance(key.turn, by: refusal(error, key, account), of: key.generation, with: delta)
        }
    }

    func begun(_ key: Poller.Key, _ result: Result<Ticket, ServiceError>) async {
        let account = requests[key.turn]?.account
        guard close(key) != nil else { return }
        switch result {
        case .success(let ticket):
            let delta = ReplyDelta(serviceID: ticket.conversation.serviceID)
            await advance(key.turn, by: .began(ticket: ticket.id), of: key.generation, with: delta)
        case .failure(let error):
            await advance(key.turn, by: refusal(error, key, account), of: key.generation)
        }
    }

    /// A message that a busy conversation has refused is kept where the service can be asked until it is free. Where it
    /// cannot, only the message itself would tell, and sending that again is the person's decision; so it is where the
    /// service goes on refusing what it has said to be free.
    private func refusal(
        _ error: ServiceError, _ key: Poller.Key, _ account: AccountName?
    ) -> TurnMachine.Event {
        let canAsk = account.flatMap { accounts[$0] }?.capabilities.contains(.tellsBusy) == true
        return error.kind == .busy && canAsk && key.generation < Self.attemptLimit
            ? .busy(error) : .failed(error)
    }

    /// Ends a request from our side, and takes what is left of it.
    /// - returns: what is not stored yet, and whether the agent has asked something; nil if the request is not open.
    private func close(_ key: Poller.Key) -> (ReplyDelta, asks: Bool)? {
        guard var request = requests[key.turn], request.key == key else { return nil }
        requests[key.turn] = nil
        request.work.cancel()
        request.buffer?.close()
        let delta = request.assembly.take(request.buffer?.take() ?? [])
        return (delta, request.assembly.asks)
    }

    /// Closes the request of a turn that is gone or over.
    func drop(_ turn: Turn.ID) {
        guard let request = requests[turn] else { return }
        _ = close(request.key)
    }

    private func fail(_ key: Poller.Key, _ error: ServiceError) async {
        drop(key.turn)
        await advance(key.turn, by: .failed(error), of: key.generation)
    }

    /// Stops the turn of a task that is under way, and puts what waits behind it back into the draft.
    func stop(_ task: ChatTask.ID) async {
        await attempt {
            guard let turn = try await store.activeTurn(of: task) else {
                busy.remove(task)
                tell(try await store.returnQueue(of: task))
                return
            }
            await end(turn.id, by: .stop)
        }
    }

    /// Closes the request of a turn because the person leaves.
    func quit(_ turn: Turn.ID) async { await end(turn, by: .quit) }

    private func end(_ turn: Turn.ID, by event: TurnMachine.Event) async {
        let delta = requests[turn].flatMap { close($0.key)?.0 }
        await advance(turn, by: event, with: delta)
    }

    // MARK: What is to be done

    /// Lets something happen to a turn, tells it, and does what follows from it.
    @discardableResult
    func advance(
        _ turn: Turn.ID, by event: TurnMachine.Event, of generation: Int? = nil, with delta: ReplyDelta? = nil
    ) async -> AdvanceOutcome {
        var fate = AdvanceOutcome.told
        let isStored = await attempt {
            let advance = try await store.advance(
                turn, by: event, of: generation, with: delta, at: now)
            guard let advance else {
                fate = .stale
                return
            }
            tell(advance.events)
            if !advance.actions.contains(.waitWhileBusy) { busy.remove(advance.turn.task) }
            for action in advance.actions { try await perform(action, for: advance.turn) }
        }
        return isStored ? fate : .notStored
    }

    private func perform(_ action: TurnMachine.Action, for turn: Turn) async throws {
        switch action {
        case .close: drop(turn.id)
        case .interrupt: try await interrupt(turn.task)
        case .poll: try await startPolling(turn)
        case .stopPolling: stopPolling(turn.id)
        case .sendNext: await sendNext(turn.task, released: false)
        case .waitWhileBusy: busy.wait(for: turn.task, .service, at: clock.uptime(), random: random())
        case .settle, .returnQueue: break
        }
    }

    private func interrupt(_ id: ChatTask.ID) async throws {
        guard let task = try await store.task(id), let service = accounts[task.account],
            service.capabilities.contains(.interrupts), task.serviceID != nil
        else { return }
        let conversation = Conversation(task)
        detach(outlastsQuit: true) { [post] in
            let result = await ServiceError.catching { try await service.interrupt(conversation) }
            guard case .failure(let error) = result else { return }
            post(.problem("“\(task.title)” was stopped here, but not at the service. \(error.inWords)"))
        }
    }

    // MARK: Tasks that are busy elsewhere

    /// Looks again whether the message of a task that was busy can go out.
    func tryBusy(_ task: ChatTask.ID) async {
        switch busy.reason(of: task) {
        case .service: await askService(whetherBusy: task)
        case .program:
            await attempt { try await tell(store.recover(at: now)) }
            await goOn(with: task, released: false)
        case nil: break
        }
    }

    /// Asks the service at once, unless that is under way.
    func askWhetherBusy(_ task: ChatTask.ID) async {
        if busy.look(at: task, .service) { await askService(whetherBusy: task) }
    }

    private func askService(whetherBusy id: ChatTask.ID) async {
        await attempt {
            guard let task = try await store.task(id), let service = accounts[task.account],
                service.capabilities.contains(.tellsBusy), try await store.firstQueued(of: id) != nil
            else {
                await goOn(with: id, released: true, isFree: true)
                return
            }
            let conversation = Conversation(task)
            detach(outlastsQuit: false) { [post] in
                post(.busyAsked(id, await ServiceError.catching { try await service.isBusy(conversation) }))
            }
        }
    }

    /// The service has said whether the conversation is still busy, or could not be asked.
    func busyAsked(_ task: ChatTask.ID, _ result: Result<Bool, ServiceError>) async {
        guard !isClosing, busy.reason(of: task) == .service else { return }
        switch result {
        case .success(true): busy.wait(for: task, .service, at: clock.uptime(), random: random())
        case .success(false): await goOn(with: task, released: true, isFree: true)
        case .failure(let error) where error.isTransient:
            let asked = error.retryAt.map { Duration.seconds($0.timeIntervalSince(now)) } ?? .zero
            busy.wait(for: task, .service, at: clock.uptime(), atLeast: asked, random: random())
        case .failure(let error):
            busy.remove(task)
            await attempt {
                guard let turn = try await store.firstQueued(of: task) else { return }
                await advance(turn.id, by: .failed(error))
            }
        }
    }
}

/// What came of an event for a turn.
enum AdvanceOutcome: Sendable {
    case told
    /// The turn is gone or over, or has been sent again since.
    case stale
    /// The store cannot be written.
    case notStored
}

extension ServiceError {
    static func noAccount(_ name: AccountName) -> ServiceError {
        ServiceError(
            .notFound,
            "There is no account “\(name)” in the configuration any more. Add it again to send messages here."
        )
    }

    static let overtaken = ServiceError(
        .busy,
        "The turn before this message did not end well, so the message was not sent. "
            + "See whether it still fits, and send it again.")

    static let notStored = ServiceError(
        .interrupted, "The reply could not be stored and was broken off. See that the disk has space left.")

    /// The result of a request; whatever it throws as a ServiceError.
    static func catching<Value>(_ body: () async throws -> Value) async -> Result<Value, ServiceError> {
        do {
            return .success(try await body())
        } catch let error as ServiceError {
            return .failure(error)
        } catch is CancellationError {
            return .failure(ServiceError(.interrupted, "The request was cancelled."))
        } catch {
            return .failure(ServiceError(.service, "The request failed.", detail: String(describing: error)))
        }
    }
}
