import Foundation

// Searches, what other programs wrote into the store, and questions that need no loop.

extension SessionManager {
    // MARK: Search

    /// Searches beside the loop: a long search holds nothing up, and a new one ends it.
    func startSearch(_ request: SearchRequest) {
        searching?.cancel()
        searching = detach(outlastsQuit: false) { [store, post] in
            do {
                let answer = try await store.search(request)
                if !Task.isCancelled { post(.found(answer)) }
            } catch is CancellationError {
                return
            } catch {
                if !Task.isCancelled { post(.problem("The search failed. \(error)")) }
            }
        }
    }

    // MARK: Other programs

    /// Looks for what other programs wrote, and goes on with what they left behind.
    func sync() async {
        await attempt {
            try await tell(store.recover(at: now))
            let version = try await store.version()
            guard version != storeVersion else { return }
            storeVersion = version
            try await checkPolled()
            try await tell([.tasks(store.tasks(includingArchived: true))])
        }
        await resume()
    }
}

// MARK: - For programs that do one thing

extension SessionManager {
    /// The tasks, most recent first.
    public nonisolated func tasks(includingArchived: Bool = false) async throws -> [ChatTask] {
        try await store.tasks(includingArchived: includingArchived)
    }

    /// The task with this id or title, or the only one whose id begins so.
    /// - throws: ``TaskLookupError``
    public nonisolated func task(matching name: String) async throws -> ChatTask {
        try await store.task(matching: name)
    }

    /// Every message of a task, oldest first.
    public nonisolated func messages(of task: ChatTask.ID) async throws -> [Message] {
        try await store.messages(of: task)
    }

    /// Every turn of a task, oldest first.
    public nonisolated func turns(of task: ChatTask.ID) async throws -> [Turn] {
        try await store.turns(of: task)
    }

    public nonisolated func search(_ request: SearchRequest) async throws -> SearchAnswer {
        try await store.search(request)
    }
}
