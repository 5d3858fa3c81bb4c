import Foundation

// Pages, searches, and what services and other programs know that the store does not.

extension SessionManager {
    /// The most recent tasks of a service that are taken into the list.
    private static let listingLimit = 1000

    // MARK: Pages

    /// Tells a page; one that begins where the store's memory ends, when the service has added what it remembers.
    func load(_ request: PageRequest) async {
        await attempt {
            let page = try await store.page(request)
            guard let missing = try await store.missingHistory(for: page), !isClosing,
                let service = accounts[missing.account], service.capabilities.contains(.history)
            else {
                tell([.page(page)])
                return
            }
            fetch(missing, for: request, from: service)
        }
    }

    private func fetch(_ place: HistoryPlace, for request: PageRequest, from service: any AgentService) {
        let waiting = fetching[request.task] ?? []
        fetching[request.task] = waiting + (waiting.contains(request) ? [] : [request])
        guard waiting.isEmpty else { return }
        errand(outlastsQuit: false) { [post] in
            let result = await ServiceError.catching {
                try await service.history(place.conversation, page: place.page)
            }
            post(.history(request.task, result))
        }
    }

    /// A page of a service's history has come, or could not be had: who waited for it gets what there is.
    func received(_ task: ChatTask.ID, _ result: Result<Page<RemoteMessage>, ServiceError>) async {
        let requests = fetching.removeValue(forKey: task) ?? []
        await attempt {
            switch result {
            case .success(let page): try await tell(store.add(page, to: task, at: now))
            case .failure(let error):
                guard !isClosing else { return }
                tell([.problem("The history of this task could not be fetched. \(error.message)")])
            }
            for request in requests { tell([.page(try await store.page(request))]) }
        }
    }

    // MARK: Search

    /// Searches beside the loop: a long search holds nothing up, and a new one ends it.
    func startSearch(_ request: SearchRequest) {
        searching?.cancel()
        searching = errand(outlastsQuit: false) { [store, post] in
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

    // MARK: Other programs and the services

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

    /// Asks the services for their tasks.
    func refresh() async {
        await sync()
        guard refreshing == nil, !isClosing else { return }
        let services = accounts.filter { $0.value.capabilities.contains(.listsTasks) }
        refreshing = errand(outlastsQuit: false) { [post] in
            await withTaskGroup { group in
                for (account, service) in services {
                    group.addTask { await list(account, service, limit: Self.listingLimit, post) }
                }
            }
            post(.refreshed)
        }
    }

    func listed(_ account: AccountName, _ result: Result<[RemoteTask], ServiceError>) async {
        await attempt {
            switch result {
            case .success(let tasks):
                let mode = accounts[account]?.capabilities.possibleMode(.streamed) ?? .streamed
                _ = try await store.add(tasks, of: account, mode: mode, at: now)
            case .failure(let error):
                if !isClosing {
                    tell([.problem("The tasks of “\(account)” could not be listed. \(error.message)")])
                }
            }
        }
    }

    func refreshed() async {
        refreshing = nil
        await attempt { try await tell([.tasks(store.tasks(includingArchived: true))]) }
    }
}

/// Fetches the tasks of one service, page after page.
private func list(
    _ account: AccountName, _ service: any AgentService, limit: Int, _ post: @Sendable (Input) -> Void
) async {
    var next: String?
    var count = 0
    repeat {
        let result = await ServiceError.catching { [next] in try await service.tasks(page: next) }
        post(.listed(account, result.map(\.elements)))
        guard case .success(let page) = result, !page.elements.isEmpty else { return }
        count += page.elements.count
        next = page.next
    } while next != nil && count < limit && !Task.isCancelled
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
