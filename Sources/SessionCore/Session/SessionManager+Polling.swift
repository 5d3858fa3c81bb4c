import Foundation

// How running turns are asked about until they have ended.

extension SessionManager {
    func startPolling(_ turn: Turn) async throws {
        guard let name = turn.ticket, let task = try await store.task(turn.task) else { return }
        let ticket = Ticket(id: name, conversation: Conversation(task))
        poll(turn, PolledTurn(account: task.account, ticket: ticket, assembly: ReplyAssembly()), isNew: true)
    }

    private func poll(_ turn: Turn, _ polled: PolledTurn, isNew: Bool) {
        tickets[turn.id] = polled
        guard accounts[polled.account] != nil else { return }
        let key = Poller.Key(turn: turn.id, generation: turn.generation)
        poller.add(key, at: clock.uptime(), random: random(), isNew: isNew)
    }

    /// Goes on with what no living program works on: polls what runs, and sends what waits.
    func resume() async {
        await attempt {
            let inheritance = try await store.inherit()
            for running in inheritance.running {
                let known = running.turn.reply == nil
                let polled = PolledTurn(
                    account: running.account, ticket: running.ticket,
                    assembly: ReplyAssembly(isKnown: known), isTroubled: running.turn.failure != nil)
                poll(running.turn, polled, isNew: false)
            }
            for task in inheritance.queues { await sendNext(task, released: false) }
        }
    }

    /// Asks about these turns now.
    func poll(_ keys: [Poller.Key]) {
        for key in keys {
            guard let polled = tickets[key.turn], let service = accounts[polled.account] else {
                poller.remove(key.turn)
                continue
            }
            errand(outlastsQuit: false) { [post] in
                post(.polled(key, await ServiceError.catching { try await service.poll(polled.ticket) }))
            }
        }
    }

    func polled(_ key: Poller.Key, _ result: Result<PollAnswer, ServiceError>) async {
        let isFresh = poller.answered(
            key, Poller.Outcome(result), at: clock.uptime(), today: clock.now(), random: random())
        guard isFresh, !isClosing, var polled = tickets[key.turn] else { return }
        switch result {
        case .failure(let error):
            polled.isTroubled = true
            tickets[key.turn] = polled
            await advance(key.turn, by: .pollFailed(error), of: key.generation)
        case .success(let answer):
            let delta = polled.assembly.retake(answer.events)
            let wasTroubled = polled.isTroubled
            polled.isTroubled = false
            tickets[key.turn] = polled
            // Most answers say that nothing has changed: they cost no write.
            guard answer.state != .running || wasTroubled || !delta.isEmpty else { return }
            let state = answer.state == .done && polled.assembly.asks ? .waiting : answer.state
            await advance(key.turn, by: .polled(state), of: key.generation, with: delta)
        }
    }

    /// Goes on with the turns of accounts that have come back, and leaves those of accounts that are gone.
    func changeAccounts(_ accounts: [AccountName: any AgentService]) async {
        self.accounts = accounts
        for (turn, polled) in tickets {
            poller.remove(turn)
            guard let stored = try? await store.turn(turn) else { continue }
            poll(stored, polled, isNew: false)
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
