import Foundation

/// Creates, names, marks and deletes tasks, here and at their services. It keeps no state; for a task that is deleted it clears what the
/// others keep.
struct TaskEditor {
    let context: SessionContext
    let engine: TurnEngine
    let welcomes: Welcomes
    let histories: Histories
    let catchUps: CatchUps

    func create(_ id: ChatTask.ID, account: AccountName, agent: Agent) async throws {
        let mode = context.accounts[account]?.capabilities.possibleMode(.streamed) ?? .streamed
        let now = context.now
        let task = ChatTask(
            id: id, account: account, agent: agent, createdAt: now, updatedAt: now, mode: mode)
        let isOpened = welcomes.canBegin(task)
        let (events, welcome) = try await context.transact {
            (try $0.create(task), isOpened ? try $0.db.nextMessageID() : nil)
        }
        context.emit(events)
        if let welcome { welcomes.begin(task, as: welcome) }
    }

    /// The interface has the draft already: nothing is emitted.
    func setDraft(_ id: ChatTask.ID, _ draft: Draft) async throws {
        try await context.transact { try $0.db.setDraft(id, draft) }
    }

    /// Changes a task, and emits what has changed.
    func change(_ body: @Sendable (StoreTransaction) throws -> [SessionEvent]) async throws {
        context.emit(try await context.transact(body))
    }

    func rename(_ id: ChatTask.ID, to title: String, isProvisional: Bool) async throws {
        let title = title.split(whereSeparator: \.isNewline).joined(separator: " ")
            .trimmingCharacters(in: .whitespaces)
        guard !title.isEmpty || isProvisional else { return }
        context.emit(
            try await context.transact { try $0.rename(id, to: title, isProvisional: isProvisional) })
        guard !title.isEmpty, let task = try await context.store.task(id) else { return }
        context.mirror(
            task, .renames, onFailure: "“\(title)” was renamed here, but not at the service."
        ) { try await $0.rename($1, to: title) }
    }

    func discardIfEmpty(_ id: ChatTask.ID) async throws {
        guard let task = try await context.store.task(id) else { return }
        let isOwed = isOwed(task)
        let events = try await context.transact { try $0.discardIfEmpty(id, isOwed: isOwed) }
        guard !events.isEmpty else { return }
        context.emit(events)
        forget(id)
        mirrorDeletion(of: task, onFailure: "An empty task was removed here, but not at the service.")
    }

    /// Hides a task until its deletion can no longer be taken back, or takes that back.
    func setDeleted(_ id: ChatTask.ID, _ isDeleted: Bool) async throws {
        if isDeleted { try await engine.stop(id) }
        context.emit(try await context.transact { try $0.setDeleted(id, isDeleted) })
    }

    func delete(_ id: ChatTask.ID) async throws {
        guard let task = try await context.store.task(id) else { return }
        try await engine.abandon(id)
        let isOwed = isOwed(task)
        let events = try await context.transact { try $0.delete(id, isOwed: isOwed) }
        context.emit(events)
        forget(id)
        context.erase()
        // Another program may have deleted it meanwhile.
        guard !events.isEmpty else { return }
        mirrorDeletion(of: task, onFailure: "“\(task.title)” was deleted here, but not at the service.")
    }

    /// Whether the service of a task has something to delete, and can. Another program may have an account that this one has not; a
    /// program without any asks no service.
    private func isOwed(_ task: ChatTask) -> Bool {
        guard task.serviceID != nil, !context.accounts.isEmpty else { return false }
        return context.accounts[task.account]?.capabilities.contains(.deletes) ?? true
    }

    private func mirrorDeletion(of task: ChatTask, onFailure failure: String) {
        guard let serviceID = task.serviceID else { return }
        mirror(
            OwedDeletion(account: task.account, serviceID: serviceID, agent: task.agent), Conversation(task),
            onFailure: failure)
    }

    /// Asks a service to delete a conversation that was deleted here earlier.
    func mirrorDeletion(_ owed: OwedDeletion) {
        let conversation = Conversation(
            task: .random(), agent: owed.agent, serviceID: owed.serviceID, title: "")
        mirror(
            owed, conversation, onFailure: "A deleted task of “\(owed.account)” is still at the service.")
    }

    /// It is asked again at the next start, unless the answer would be the same.
    private func mirror(_ owed: OwedDeletion, _ conversation: Conversation, onFailure failure: String) {
        guard let service = context.service(of: owed.account, with: .deletes) else { return }
        context.request(outlastsQuit: true) {
            let result = await ServiceError.catching { try await service.delete(conversation) }
            guard case .failure(let error) = result else { return .deletionSettled(owed, problem: nil) }
            // What is gone is deleted.
            if error.kind == .notFound { return .deletionSettled(owed, problem: nil) }
            let problem = "\(failure) \(error.description)"
            return error.isRetryable ? .problem(problem) : .deletionSettled(owed, problem: problem)
        }
    }

    /// A service has deleted a conversation, or has said that it will not.
    func deletionSettled(_ owed: OwedDeletion, problem: String?) async {
        if let problem { context.report(problem) }
        await context.attempt {
            try await context.transact { try $0.db.settleDeletion(of: owed.serviceID, account: owed.account) }
        }
    }

    private func forget(_ id: ChatTask.ID) {
        engine.forget(id)
        welcomes.forget(id)
        histories.forget(id)
        catchUps.forget(id)
    }
}
