import Foundation
import Timing

// How running turns are asked about until they have ended.

extension SessionManager {
    func startPolling(_ turn: Turn) async throws {
        guard let name = turn.ticket, let task = try await store.task(turn.task) else { return }
        let ticket = Ticket(id: name, conversation: Conversation(task))
        let polled = PolledTurn(
            account: task.account, ticket: ticket, assembly: ReplyAssembly(isKnown: turn.reply == nil),
            isTroubled: turn.failure != nil)
        poll(turn, polled, after: Backoff.polling.delay(after: 0, random: random()))
    }

    private func poll(_ turn: Turn, _ polled: PolledTurn, after delay: Duration) {
        tickets[turn.id] = polled
        guard accounts[polled.account] != nil else { return }
        poller.add(
            Poller.Key(turn: turn.id, generation: turn.generation), due: clock.uptime() + delay)
    }

    /// Goes on with what no living program works on: polls what runs, and sends what waits.
    /// - returns: the turns that are polled now.
    @discardableResult
    func resume(queues: Bool = true) async -> Set<Turn.ID> {
        var turns: Set<Turn.ID> = []
        await attempt {
            let inheritance = try await store.adoptOrphans(queues: queues)
            for running in inheritance.running {
                let known = running.turn.reply == nil
                let polled = PolledTurn(
                    account: running.account, ticket: running.ticket,
                    assembly: ReplyAssembly(isKnown: known), isTroubled: running.turn.failure != nil)
                if accounts[running.account] != nil { turns.insert(running.turn.id) }
                poll(running.turn, polled, after: .zero)
            }
            for task in inheritance.queues { await sendNext(task, released: false) }
        }
        return turns
    }

    /// Begins to ask about the turns that nobody asks about, for somebody who waits for the first answers.
    func pollOnce(_ patience: Duration, _ continuation: CheckedContinuation<Void, Never>) async {
        let turns = isClosing ? [] : await resume(queues: false)
        guard !turns.isEmpty, firstAnswers == nil else { return continuation.resume() }
        firstAnswers = PollOnceWaiter(awaited: turns, continuation: continuation)
        let deadline = clock.uptime() + patience
        detach(outlastsQuit: false) { [clock, post] in
            if (try? await clock.sleep(deadline)) != nil { post(.patienceIsOver) }
        }
    }

    /// A turn has been asked about.
    func noteAnswer(about turn: Turn.ID) {
        firstAnswers?.awaited.remove(turn)
        if firstAnswers?.awaited.isEmpty == true { endPatience() }
    }

    /// Nobody is left waiting for the first answers.
    func endPatience() {
        firstAnswers?.continuation.resume()
        firstAnswers = nil
    }

    /// Asks about these turns now.
    func poll(_ keys: [Poller.Key]) {
        for key in keys {
            guard let polled = tickets[key.turn], let service = accounts[polled.account] else {
                poller.remove(key.turn)
                continue
            }
            detach(outlastsQuit: false) { [post] in
                post(.polled(key, await ServiceError.catching { try await service.poll(polled.ticket) }))
            }
        }
    }

    func polled(_ key: Poller.Key, _ result: Result<PollAnswer, ServiceError>) async {
        defer { noteAnswer(about: key.turn) }
        let isFresh = poller.answered(
            key, Poller.Outcome(result), at: clock.uptime(), today: now, random: random())
        guard isFresh, !isClosing, let wasTroubled = tickets[key.turn]?.isTroubled else { return }
        var fate = AdvanceOutcome.told
        switch result {
        case .failure(let error):
            tickets[key.turn]?.isTroubled = true
            fate = await advance(key.turn, by: .pollFailed(error), of: key.generation)
        case .success(let answer):
            tickets[key.turn]?.isTroubled = false
            guard let delta = tickets[key.turn]?.assembly.retake(answer.events) else { return }
            // Most answers say that nothing has changed: they cost no write.
            guard answer.state != .running || wasTroubled || !delta.isEmpty else { return }
            let asks = tickets[key.turn]?.assembly.asks == true
            let state = answer.state == .done && asks ? .waiting : answer.state
            fate = await advance(key.turn, by: .polled(state), of: key.generation, with: delta)
        }
        switch fate {
        case .told: break
        case .stale: stopPolling(key.turn)
        case .notStored:
            // The answer is at the service still: it is fetched again when the disk may have space.
            tickets[key.turn]?.assembly = ReplyAssembly(isKnown: false)
            poller.add(key, due: clock.uptime() + Backoff.trouble.ceiling)
        }
    }

    func stopPolling(_ turn: Turn.ID) {
        poller.remove(turn)
        tickets[turn] = nil
    }

    /// Asks no more about turns that another program has ended.
    func checkPolled() async throws {
        for turn in tickets.keys where try await store.turn(turn)?.state != .running { stopPolling(turn) }
    }

    /// Goes on with the turns of accounts that have come back, and leaves those of accounts that are gone.
    func changeAccounts(_ accounts: [AccountName: any AgentService]) async {
        self.accounts = accounts
        for account in listings.keys where accounts[account] == nil {
            listings[account]?.request?.cancel()
            listings[account] = nil
            listingFetches.end(account)
        }
        for (turn, polled) in tickets {
            poller.remove(turn)
            guard let stored = try? await store.turn(turn) else { continue }
            poll(stored, polled, after: .zero)
        }
    }
}

extension Poller.Outcome {
    init(_ result: Result<PollAnswer, ServiceError>) {
        self =
            switch result {
            case .failure(let error): .trouble(error)
            case .success(let answer): answer.state == .running ? .running : .over
            }
    }
}
