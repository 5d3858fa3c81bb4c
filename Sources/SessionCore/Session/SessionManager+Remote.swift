import Foundation

// What services know that the store does not: their lists of tasks and the history of each, page by page.

/// How far the tasks of a service have been listed.
struct Listing {
    /// Grows with every refresh: a page of an earlier one is dropped.
    var number: Int
    /// What asks for the next page; nil for the first.
    var next: String?
    /// Tasks so far.
    var count = 0
    /// Pages in a row without anything new.
    var stalePages = 0
    var request: Task<Void, Never>?
    /// Whether the service has no more.
    var isComplete = false
}

extension SessionManager {
    /// The most pages of what is known that are walked over in search of something new.
    private static let stalePageLimit = 100

    // MARK: Listings

    /// Asks the services for their newest tasks.
    func refresh() async {
        await sync()
        caughtUp = []
        if let task = lookedAt { await attempt { try await catchUp(task) } }
        for (account, service) in accounts where service.capabilities.contains(.listsTasks) {
            let number = (listings[account]?.number ?? 0) + 1
            listings[account]?.request?.cancel()
            listings[account] = Listing(number: number)
            listingFetches.end(account)
            list(account)
        }
    }

    func moreTasks(of account: AccountName) {
        guard accounts[account]?.capabilities.contains(.listsTasks) == true else { return }
        if listings[account] == nil { listings[account] = Listing(number: 1) }
        guard listings[account]?.isComplete == false else {
            tell([.listing(account, .complete)])
            return
        }
        list(account)
    }

    private func list(_ account: AccountName) {
        guard !isClosing, accounts[account] != nil, listingFetches.begin(account) else { return }
        listings[account]?.stalePages = 0
        askForTasks(of: account)
    }

    func askForTasks(of account: AccountName) {
        guard let service = accounts[account], let listing = listings[account] else {
            listingFetches.end(account)
            return
        }
        tell([.listing(account, .loading)])
        listings[account]?.request = detach(outlastsQuit: false) { [post] in
            let result = await ServiceError.catching { try await service.tasks(page: listing.next) }
            post(.listed(account, listing.number, result))
        }
    }

    /// A page of a service's tasks has come, or could not be had.
    func listed(
        _ account: AccountName, _ number: Int, _ result: Result<Page<RemoteTask>, ServiceError>
    ) async {
        guard !isClosing, var listing = listings[account], listing.number == number,
            let service = accounts[account]
        else { return }
        switch result {
        case .failure(let error):
            let state = listingFetches.failed(
                account, error, at: clock.uptime(), today: now, random: random())
            tell([.listing(account, state)])
            guard case .failed = state else { return }
            tell([.problem("The tasks of “\(account)” could not be listed. \(error.inWords)")])
        case .success(let page):
            listingFetches.end(account)
            await attempt {
                let new = try await store.add(
                    page.elements, of: account, mode: service.capabilities.possibleMode(.streamed),
                    behind: listing.count, at: now)
                tell(new)
                listing.count += page.elements.count
                listing.stalePages = new.isEmpty ? listing.stalePages + 1 : 0
                listing.isComplete = page.next == nil || page.next == listing.next
                listing.next = page.next
            }
            goOn(account, listing)
        }
    }

    /// Ends with a page that held something new; the first one with something in it is enough whatever that is.
    private func goOn(_ account: AccountName, _ listing: Listing) {
        let isFirst = listings[account]?.next == nil && listing.count > 0
        listings[account] = listing
        guard !listing.isComplete else { return tell([.listing(account, .complete)]) }
        guard !isFirst, (1..<Self.stalePageLimit).contains(listing.stalePages) else {
            return tell([.listing(account, .more)])
        }
        if listingFetches.begin(account) { askForTasks(of: account) }
    }

    // MARK: Histories

    /// Tells a page; one that begins where the store's memory ends, when the service has added what it remembers.
    func load(_ request: PageRequest) async {
        // A task that is looked at anew, and not one that is scrolled in.
        if request.place == .newest { historyFetches.release(request.task) }
        await attempt {
            let (page, source) = try await page(for: request)
            if request.place == .newest {
                lookedAt = request.task
                if !page.messages.isEmpty { try await catchUp(request.task) }
            }
            guard let source, request.reachesBack(beyond: page) else {
                tell([.page(page)])
                return
            }
            let waiting = pagesAwaitingHistory[request.task] ?? []
            if !waiting.contains(request) { pagesAwaitingHistory[request.task] = waiting + [request] }
            if historyFetches.begin(request.task) { fetch(source.place, from: source.service) }
        }
    }

    func loadEarlier(_ task: ChatTask.ID) async {
        await attempt {
            guard !isClosing, let source = try await historySource(of: task) else {
                tell([.history(task, .complete)])
                return
            }
            if historyFetches.begin(task) { fetch(source.place, from: source.service) }
        }
    }

    /// Asks again for a page of a history that could not be had.
    func fetchAgain(_ task: ChatTask.ID) async {
        await attempt {
            if let source = try await historySource(of: task) {
                fetch(source.place, from: source.service)
            } else {
                historyFetches.end(task)
            }
        }
    }

    /// What is here, and where more can be had from that is not here.
    private func page(
        for request: PageRequest
    ) async throws -> (MessagePage, (place: HistoryPlace, service: any AgentService)?) {
        var page = try await store.page(request)
        guard !page.hasEarlier, !historyFetches.isHeld(request.task), !isClosing,
            let source = try await historySource(of: request.task)
        else { return (page, nil) }
        page.hasEarlier = true
        return (page, source)
    }

    private func historySource(
        of task: ChatTask.ID
    ) async throws -> (place: HistoryPlace, service: any AgentService)? {
        guard let place = try await store.earlierHistory(of: task), let service = accounts[place.account],
            service.capabilities.contains(.history)
        else { return nil }
        return (place, service)
    }

    private func fetch(_ place: HistoryPlace, from service: any AgentService) {
        let task = place.conversation.task
        tell([.history(task, .loading)])
        detach(outlastsQuit: false) { [post] in
            let result = await ServiceError.catching {
                try await service.history(place.conversation, page: place.page)
            }
            post(.history(place, result))
        }
    }

    /// A page of a service's history has come, or could not be had: who waited for it gets what there is.
    func received(_ place: HistoryPlace, _ result: Result<Page<RemoteMessage>, ServiceError>) async {
        let task = place.conversation.task
        let requests = pagesAwaitingHistory.removeValue(forKey: task) ?? []
        guard !isClosing else { return }
        await attempt {
            switch result {
            case .success(let page):
                historyFetches.end(task)
                if place.page == nil { caughtUp.insert(task) }
                try await tell(store.add(page, at: place, now: now))
                let hasMore = try await store.earlierHistory(of: task) != nil
                tell([.history(task, hasMore ? .more : .complete)])
            case .failure(let error):
                let state = historyFetches.failed(
                    task, error, at: clock.uptime(), today: now, random: random())
                tell([.history(task, state)])
                if case .failed = state {
                    tell([.problem("The history of this task could not be fetched. \(error.inWords)")])
                }
            }
            for request in requests { tell([.page(try await page(for: request).0)]) }
        }
    }
}

extension PageRequest {
    /// Whether more was asked for than lies between this page and the beginning of what is here.
    fileprivate func reachesBack(beyond page: MessagePage) -> Bool {
        switch place {
        case .newest: page.messages.isEmpty
        case .before: page.messages.count < limit
        case .after, .around: false
        }
    }
}
