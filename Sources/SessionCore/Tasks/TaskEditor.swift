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

    func rename(_ id: ChatTask.ID, to title: String) async throws {
        let title = title.split(whereSeparator: \.isNewline).joined(separator: " ")
            .trimmingCharacters(in: .whitespaces)
        guard !title.isEmpty else { return }
        context.emit(try await context.transact { try $0.rename(id, to: title) })
        guard let task = try await context.store.task(id) else { return }
        context.mirror(
            task, .renames, onFailure: "“\(title)” was renamed here, but not at the service."
        ) { try await $0.rename($1, to: title) }
    }

    func discardIfEmpty(_ id: ChatTask.ID) async throws {
        guard let task = try await context.store.task(id) else { return }
        let events = try await context.transact { try $0.discardIfEmpty(id) }
        guard !events.isEmpty else { return }
        context.emit(events)
        forget(id)
        context.mirror(
            task, .deletes, onFailure: "An empty task was removed here, but not at the service."
        ) { try await $0.delete($1) }
    }

    func delete(_ id: ChatTask.ID) async throws {
        guard let task = try await context.store.task(id) else { return }
        try await engine.abandon(id)
        context.emit(try await context.transact { try $0.delete(id) })
        forget(id)
        context.erase()
        context.mirror(
            task, .deletes, onFailure: "“\(task.title)” was deleted here, but not at the service."
        ) { try await $0.delete($1) }
    }

    private func forget(_ id: ChatTask.ID) {
        engine.forget(id)
        welcomes.forget(id)
        histories.forget(id)
        catchUps.forget(id)
    }
}
