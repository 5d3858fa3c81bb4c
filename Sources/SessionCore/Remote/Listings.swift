import Foundation
import Storage

/// The lists of tasks that services give page by page: how far each account is listed, and the pages that are being fetched.
final class Listings {
    /// The most tasks that are stored in one go: everything else waits meanwhile.
    static let mostAtOnce = 500

    private let context: SessionContext
    private var listings: [AccountName: Listing] = [:]
    private var fetches = Fetches<AccountName>()

    init(_ context: SessionContext) { self.context = context }

    /// When ``fetchDue()`` has something to do.
    var nextWake: Duration? { fetches.wake }

    /// Asks the services for their newest tasks: the first page of each.
    func refresh() {
        for (account, service) in context.accounts where service.capabilities.contains(.listsTasks) {
            let number = (listings[account]?.number ?? 0) + 1
            context.detached.cancel(.listing(account))
            listings[account] = Listing(number: number)
            fetches.end(account)
            pageOn(account)
        }
    }

    /// Asks a service for more tasks, further back than before.
    func more(of account: AccountName) {
        guard context.service(of: account, with: .listsTasks) != nil else { return }
        let listing = listings[account] ?? Listing(number: 1)
        listings[account] = listing
        guard !listing.isComplete else { return context.emit([.listing(account, .complete)]) }
        pageOn(account)
    }

    /// Asks again for pages that could not be had.
    func fetchDue() {
        for account in fetches.due(at: context.uptime) { fetch(account) }
    }

    private func pageOn(_ account: AccountName) {
        guard !context.isClosing, fetches.begin(account) else { return }
        listings[account]?.knownPages = 0
        fetch(account)
    }

    private func fetch(_ account: AccountName) {
        guard let service = context.accounts[account], let listing = listings[account] else {
            fetches.end(account)
            return
        }
        context.emit([.listing(account, .loading)])
        context.request(replacing: .listing(account)) {
            let result = await ServiceError.catching { try await service.tasks(page: listing.next) }
            return .listed(account, number: listing.number, result)
        }
    }

    /// A page has come, or could not be had.
    /// - Parameter number: the listing it belongs to: a page of an earlier one is dropped.
    func listed(
        _ account: AccountName, number: Int, _ result: Result<Page<RemoteTask>, ServiceError>
    ) async {
        guard !context.isClosing, let listing = listings[account], listing.number == number,
            let service = context.accounts[account]
        else { return }
        switch result {
        case .failure(let error): failed(account, error)
        case .success(let page):
            let mode = service.capabilities.possibleMode(.streamed)
            var progress = Listing.Progress.more
            do {
                let part = Array(page.elements.prefix(Self.mostAtOnce))
                let new = try await context.transact {
                    try $0.add(part, of: account, mode: mode, behind: listing.count)
                }
                context.emit(new)
                guard part.count == page.elements.count else {
                    listings[account]?.add(part: part.count, isNew: !new.isEmpty)
                    let rest = Page(Array(page.elements.dropFirst(part.count)), next: page.next)
                    // Behind what the person has asked for meanwhile.
                    context.request(replacing: .listing(account)) {
                        .listed(account, number: number, .success(rest))
                    }
                    return
                }
                fetches.end(account)
                progress = listings[account]?.add(page, isNew: !new.isEmpty) ?? .more
            } catch {
                return failed(account, .notStored(error))
            }
            switch progress {
            case .complete: context.emit([.listing(account, .complete)])
            case .more: context.emit([.listing(account, .more)])
            case .pageOn: if fetches.begin(account) { fetch(account) }
            }
        }
    }

    private func failed(_ account: AccountName, _ error: ServiceError) {
        let state = fetches.failed(
            account, error, at: context.uptime, today: context.now, random: context.random())
        context.emit([.listing(account, state)])
    }

    /// Drops the listings of accounts that are gone.
    func accountsChanged() {
        for account in listings.keys where context.accounts[account] == nil {
            context.detached.cancel(.listing(account))
            listings[account] = nil
            fetches.end(account)
        }
    }
}

/// How far the tasks of a service have been listed.
struct Listing {
    enum Progress: Hashable {
        /// The service has no more.
        case complete
        /// Enough for now; the service has more.
        case more
        /// Nothing in the page was new: the next one is fetched too.
        case pageOn
    }

    /// The most pages of known tasks that are walked over in search of a new one.
    static let knownPageLimit = 100

    /// Grows with every refresh.
    let number: Int
    /// What asks for the next page; nil for the first.
    private(set) var next: String?
    /// Tasks so far.
    private(set) var count = 0
    /// Pages in a row without anything new.
    var knownPages = 0
    private(set) var isComplete = false
    /// Whether something was new in the parts of a page that were noted before the rest of it.
    private var hasNewPart = false

    init(number: Int) { self.number = number }

    /// Notes a part of a page whose rest follows.
    mutating func add(part count: Int, isNew: Bool) {
        self.count += count
        hasNewPart = hasNewPart || isNew
    }

    /// Notes a page. The first one with any task is enough, even if all of it is known; later ones are paged over until one
    /// holds something new.
    mutating func add(_ page: Page<RemoteTask>, isNew: Bool) -> Progress {
        count += page.elements.count
        knownPages = isNew || hasNewPart ? 0 : knownPages + 1
        hasNewPart = false
        // A service that gives the same page over and over has no more.
        isComplete = page.next == nil || page.next == next
        let isFirst = next == nil && count > 0
        next = page.next
        guard !isComplete else { return .complete }
        return !isFirst && (1..<Self.knownPageLimit).contains(knownPages) ? .pageOn : .more
    }
}

extension StoreTransaction {
    /// Creates the tasks of a page of a listing that are not here yet, and were not deleted here.
    /// - Parameter count: how many were listed before it.
    func add(
        _ listed: [RemoteTask], of account: AccountName, mode: Turn.Mode, behind count: Int = 0
    ) throws -> [SessionEvent] {
        var events: [SessionEvent] = []
        for (index, remote) in listed.enumerated()
        where try !db.knowsConversation(remote.serviceID, of: account) {
            // A listing without times is in the service's order, most recent first.
            let at = remote.updatedAt ?? now.addingTimeInterval(-Double(count + index) / 1000)
            let task = ChatTask(
                id: .random(), account: account, agent: remote.agent, serviceID: remote.serviceID,
                title: Title.shown(for: remote.title), createdAt: at, updatedAt: at, mode: mode)
            try db.insert(task, beginsHere: false)
            events += try changed(task.id)
        }
        return events
    }
}
