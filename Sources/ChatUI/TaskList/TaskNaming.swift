import SessionCore

/// Which tasks on the screen have no title and may get one from what their service remembers: they are asked for once, a few at a time.
struct TaskNaming: Sendable {
    private static let limit = 2

    private var asked: Set<ChatTask.ID> = []
    private var running: Set<ChatTask.ID> = []
    /// The accounts whose service did not answer.
    private var held: Set<AccountName> = []

    /// The tasks to ask for now.
    mutating func next(among shown: [ChatTask], _ accounts: Accounts) -> [ChatTask.ID] {
        guard running.count < Self.limit else { return [] }
        let wanted = shown.filter { task in
            task.title.isEmpty && task.serviceID != nil && !asked.contains(task.id)
                && !held.contains(task.account)
                && accounts[task.account]?.capabilities.contains(.history) ?? false
        }
        let new = wanted.prefix(Self.limit - running.count).map(\.id)
        asked.formUnion(new)
        running.formUnion(new)
        return new
    }

    /// What the service remembers of a task has come, or could not be had.
    mutating func answered(_ task: ChatTask, _ state: FetchState) {
        switch state {
        case .loading: return
        case .waiting, .failed: if running.contains(task.id) { held.insert(task.account) }
        case .more, .complete: break
        }
        running.remove(task.id)
    }

    mutating func forget(_ task: ChatTask.ID) { running.remove(task) }
}
