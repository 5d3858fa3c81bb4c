import Foundation

// What each intent comes to.

extension SessionManager {
    func carryOut(_ intent: Intent) async {
        switch intent {
        case .create(let id, let account, let agent): await create(id, account, agent)
        case .discardIfEmpty(let id): await discardIfEmpty(id)
        case .send(let id, let text, let mode): await send(id, text, mode)
        case .stop(let id): await stop(id)
        case .retry(let turn): await retry(turn)
        case .takeBack(let turn): await takeBack(turn)
        case .setDraft(let id, let draft):
            await attempt { try await store.setDraft(id, draft) }
        case .setMode(let id, let mode):
            await attempt { try await tell(store.setMode(id, mode)) }
        case .markRead(let id, let message):
            await attempt { try await tell(store.markRead(id, upTo: message)) }
        case .rename(let id, let title): await rename(id, title)
        case .setPinned(let id, let isPinned):
            await attempt { try await tell(store.setPinned(id, isPinned)) }
        case .setArchived(let id, let isArchived):
            await attempt { try await tell(store.setArchived(id, isArchived)) }
        case .delete(let id): await delete(id)
        case .fork(let id, let message, let new): await fork(id, upTo: message, as: new)
        case .load(let request): await load(request)
        case .search(let request): startSearch(request)
        case .sync: await sync()
        case .refresh: await refresh()
        case .moreTasks(let account): moreTasks(of: account)
        case .loadEarlier(let id): await loadEarlier(id)
        }
    }

    // MARK: Messages

    private func send(_ id: ChatTask.ID, _ text: String, _ mode: Turn.Mode) async {
        guard !text.allSatisfy(\.isWhitespace) else { return }
        let isStored = await attempt {
            let mode = try await possibleMode(mode, in: id)
            try await tell(store.say(text, in: id, mode: mode, at: now))
        }
        if isStored {
            await sendNext(id, released: true)
        } else {
            // What was typed is not lost with the disk space.
            tell([.draft(id, Draft(text: text, cursor: text.count))])
        }
    }

    /// The mode, if the service has it, else the other one.
    private func possibleMode(_ mode: Turn.Mode, in id: ChatTask.ID) async throws -> Turn.Mode {
        guard let task = try await store.task(id), let service = accounts[task.account] else { return mode }
        return service.capabilities.possibleMode(mode)
    }

    private func retry(_ id: Turn.ID) async {
        await attempt {
            guard let turn = try await store.turn(id) else { return }
            if turn.state == .queued { return await sendHeld(turn) }
            if let time = turn.failure?.retryAt, time > now {
                tell([.problem("Too early: the service takes this message again \(wait(until: time)).")])
                return
            }
            let mode = try await possibleMode(turn.mode, in: turn.task)
            let events = try await store.retry(id, mode: mode, at: now)
            guard !events.isEmpty else { return }
            tell(events)
            await sendNext(turn.task, released: true)
        }
    }

    /// The person wants a message that waits to be sent now, as far as that is possible.
    private func sendHeld(_ turn: Turn) async {
        if busy.reason(of: turn.task) == .service {
            await askWhetherBusy(turn.task)
        } else {
            await sendNext(turn.task, released: true)
        }
    }

    private func wait(until time: Date) -> String {
        let seconds = Int(time.timeIntervalSince(now).rounded(.up))
        return seconds <= 90 ? "in \(seconds) s" : "in \((seconds + 59) / 60) min"
    }

    private func takeBack(_ id: Turn.ID) async {
        await attempt {
            guard let turn = try await store.turn(id) else { return }
            tell(try await store.takeBack(id))
            // Nothing is waited for when nothing waits.
            if try await store.firstQueued(of: turn.task) == nil { busy.remove(turn.task) }
        }
    }

    // MARK: Tasks

    private func create(_ id: ChatTask.ID, _ account: AccountName, _ agent: Agent) async {
        let service = accounts[account]
        let mode = service?.capabilities.possibleMode(.streamed) ?? .streamed
        let now = now
        let task = ChatTask(
            id: id, account: account, agent: agent, createdAt: now, updatedAt: now, mode: mode)
        await attempt {
            try await tell(store.insert(task))
            guard let service, service.capabilities.contains(.opens) else { return }
            opening[id] = try await store.reserveMessageID()
            let conversation = Conversation(task)
            detach(outlastsQuit: false) { [post] in
                post(.opened(id, await ServiceError.catching { try await service.open(conversation) }))
            }
        }
    }

    /// The service has opened the conversation of a new task, or could not.
    func opened(_ id: ChatTask.ID, _ result: Result<[ReplyEvent], ServiceError>) async {
        guard let number = opening.removeValue(forKey: id) else { return }
        switch result {
        case .success(let events):
            var assembly = ReplyAssembly()
            let delta = assembly.take(events)
            await attempt { try await tell(store.welcome(id, with: delta, as: number, at: now)) }
        case .failure(let error):
            if !isClosing { tell([.problem("The new task could not be opened. \(error.inWords)")]) }
        }
        await sendNext(id, released: true)
    }

    private func rename(_ id: ChatTask.ID, _ title: String) async {
        let title = title.split(whereSeparator: \.isNewline).joined(separator: " ")
            .trimmingCharacters(in: .whitespaces)
        guard !title.isEmpty else { return }
        await attempt {
            try await tell(store.rename(id, title))
            guard let task = try await store.task(id) else { return }
            tellService(of: task, .renames, "“\(title)” was renamed here, but not at the service.") {
                try await $0.rename($1, to: title)
            }
        }
    }

    private func discardIfEmpty(_ id: ChatTask.ID) async {
        await attempt {
            guard let task = try await store.task(id) else { return }
            let events = try await store.discardIfEmpty(id)
            guard !events.isEmpty else { return }
            tell(events)
            forget(id)
            tellService(of: task, .deletes, "An empty task was removed here, but not at the service.") {
                try await $0.delete($1)
            }
        }
    }

    private func delete(_ id: ChatTask.ID) async {
        await attempt {
            guard let task = try await store.task(id) else { return }
            if let turn = try await store.activeTurn(of: id) {
                drop(turn.id)
                stopPolling(turn.id)
            }
            try await tell(store.delete(id))
            forget(id)
            tellService(of: task, .deletes, "“\(task.title)” was deleted here, but not at the service.") {
                try await $0.delete($1)
            }
        }
    }

    /// Lets go of what is kept of a task that is gone.
    private func forget(_ id: ChatTask.ID) {
        busy.remove(id)
        opening[id] = nil
        historyFetches.end(id)
        caughtUp.remove(id)
        pagesAwaitingHistory[id] = nil
    }

    /// Asks the service of a task to do as was done here, if it can.
    private func tellService(
        of task: ChatTask, _ capability: Capabilities, _ failure: String,
        _ body: @escaping @Sendable (any AgentService, Conversation) async throws -> Void
    ) {
        guard task.serviceID != nil, let service = accounts[task.account],
            service.capabilities.contains(capability)
        else { return }
        let conversation = Conversation(task)
        detach(outlastsQuit: true) { [post] in
            let result = await ServiceError.catching { try await body(service, conversation) }
            if case .failure(let error) = result { post(.problem("\(failure) \(error.inWords)")) }
        }
    }
}

extension Capabilities {
    /// The mode, if it can be had, else the other one.
    func possibleMode(_ mode: Turn.Mode) -> Turn.Mode {
        switch mode {
        case .streamed: !contains(.streams) && contains(.background) ? .background : .streamed
        case .background: contains(.background) ? .background : .streamed
        }
    }
}
