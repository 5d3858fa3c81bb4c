import Foundation
import Storage

/// Where the history of a task goes on at the service.
struct HistoryPlace: Sendable {
    var account: AccountName
    var conversation: Conversation
    /// What asks for the next page back; nil for the newest.
    var page: String?

    /// - Returns: nil if all the service has is here.
    init?(_ task: ChatTask, at cursor: HistoryCursor) {
        guard task.serviceID != nil, !cursor.isAtBeginning else { return nil }
        account = task.account
        conversation = Conversation(task)
        page = cursor.page
    }
}

/// Gives pages of tasks, and fetches what services remember from before the first message that is here: the fetches under way, and the
/// pages that wait for them.
final class Histories {
    private typealias Source = (place: HistoryPlace, service: any AgentService)

    private let context: SessionContext
    private let catchUps: CatchUps
    private var fetches = Fetches<ChatTask.ID>()
    private var waiting: [ChatTask.ID: [PageRequest]] = [:]
    /// The tasks whose history is fetched for a title alone: that fails quietly.
    private var named: Set<ChatTask.ID> = []

    init(_ context: SessionContext, catchUps: CatchUps) {
        self.context = context
        self.catchUps = catchUps
    }

    /// When ``fetchDue()`` has something to do.
    var nextWake: Duration? { fetches.wake }

    /// Emits a page; one that begins where the store's memory ends, when the service has added what it remembers.
    func load(_ request: PageRequest) async {
        // The person looks at the task, and does not only scroll in it: what was given up is tried again.
        if request.place == .newest { fetches.release(request.task) }
        await context.attempt {
            let (page, source) = try await page(for: request)
            if request.place == .newest {
                try await catchUps.look(at: request.task, isEmpty: page.messages.isEmpty)
            }
            guard let source, request.reachesBack(beyond: page) else { return context.emit([.page(page)]) }
            if waiting[request.task]?.contains(request) != true {
                waiting[request.task, default: []].append(request)
            }
            if fetches.begin(request.task) { fetch(source) }
        }
    }

    /// Fetches the next page back of a task.
    func loadEarlier(_ task: ChatTask.ID) async {
        await context.attempt {
            guard !context.isClosing, let source = try await source(of: task) else {
                return context.emit([.history(task, .complete)])
            }
            if fetches.begin(task) { fetch(source) }
        }
    }

    /// Fetches the newest messages of a task without a title, which name it.
    func name(_ task: ChatTask.ID) async {
        await context.attempt {
            guard !context.isClosing, let source = try await source(of: task), source.place.page == nil else {
                return context.emit([.history(task, .complete)])
            }
            guard fetches.begin(task) else { return }
            named.insert(task)
            fetch(source)
        }
    }

    /// Asks again for pages that could not be had.
    func fetchDue() async {
        for task in fetches.due(at: context.uptime) {
            do {
                if let source = try await source(of: task) { fetch(source) } else { fetches.end(task) }
            } catch {
                failed(task, .notStored(error))
            }
        }
    }

    /// What is here, and where more can be had from.
    private func page(for request: PageRequest) async throws -> (MessagePage, Source?) {
        var page = context.unstored.turns.overlaid(try await context.store.page(request))
        guard !page.hasEarlier, !fetches.isHeld(request.task), !context.isClosing,
            let source = try await source(of: request.task)
        else { return (page, nil) }
        page.hasEarlier = true
        return (page, source)
    }

    private func source(of task: ChatTask.ID) async throws -> Source? {
        guard let (task, cursor) = try await context.store.historyCursor(of: task),
            let place = HistoryPlace(task, at: cursor),
            let service = context.service(of: place.account, with: .history)
        else { return nil }
        return (place, service)
    }

    private func fetch(_ source: Source) {
        let (place, service) = source
        context.emit([.history(place.conversation.task, .loading)])
        context.request {
            let result = await ServiceError.catching {
                try await service.history(place.conversation, page: place.page)
            }
            return .history(place, result)
        }
    }

    /// A page of a service's history has come, or could not be had: the pages that wait for it get what there is.
    func fetched(_ place: HistoryPlace, _ result: Result<Page<RemoteMessage>, ServiceError>) async {
        let task = place.conversation.task
        let requests = waiting.removeValue(forKey: task) ?? []
        let isQuiet = named.remove(task) != nil && requests.isEmpty
        guard !context.isClosing else { return }
        switch result {
        case .success(let page):
            do {
                context.emit(try await context.transact { try $0.add(page, at: place) })
                fetches.end(task)
                if place.page == nil { catchUps.caughtUp(task) }
                let cursor = try await context.store.historyCursor(of: task)
                let hasMore = cursor.flatMap { HistoryPlace($0.task, at: $0.cursor) } != nil
                context.emit([.history(task, hasMore ? .more : .complete)])
            } catch {
                failed(task, .notStored(error))
            }
        case .failure(let error) where isQuiet:
            fetches.end(task)
            context.emit([.history(task, .failed(error))])
        case .failure(let error): failed(task, error)
        }
        await context.attempt {
            for request in requests { context.emit([.page(try await page(for: request).0)]) }
        }
    }

    private func failed(_ task: ChatTask.ID, _ error: ServiceError) {
        let state = fetches.failed(
            task, error, at: context.uptime, today: context.now, random: context.random())
        context.emit([.history(task, state)])
        if case .failed = state {
            context.report("The history of this task could not be fetched. \(error.description)")
        }
    }

    func forget(_ task: ChatTask.ID) {
        fetches.end(task)
        waiting[task] = nil
        named.remove(task)
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

extension StoreTransaction {
    /// Stores a page of a service's history in front of what is here, as far as it is not here yet. It counts as read.
    /// - Parameter place: where it was asked for. If that is not where the history goes on any more, another program has stored it.
    func add(_ page: Page<RemoteMessage>, at place: HistoryPlace) throws -> [SessionEvent] {
        let id = place.conversation.task
        guard let task = try db.task(id), let cursor = try db.historyCursor(of: id), !cursor.isAtBeginning,
            cursor.page == place.page
        else { return [] }
        let new = try unknown(page.elements, in: id)
        let first = try db.nextMessageIDs(forEarlier: new.count)
        for (index, remote) in new.enumerated() {
            try db.insert(
                Message(
                    id: first + Int64(index), task: id, role: remote.role, text: remote.text,
                    at: remote.at ?? task.createdAt, serviceID: remote.serviceID,
                    extras: remote.extras.bounded, format: remote.format, usage: remote.usage))
        }
        if task.title.isEmpty, let question = new.first(where: { $0.role == .user }) {
            try db.setProvisionalTitle(id, Title.provisional(for: question.text))
        }
        // A service that gives the same page over and over has no more.
        let next = page.next == place.page ? nil : page.next
        try db.setHistory(of: id, next: next, readUpTo: first - 1 + Int64(new.count))
        return try changed(id)
    }

    /// The messages of a history that are not here.
    private func unknown(_ history: [RemoteMessage], in id: ChatTask.ID) throws -> [RemoteMessage] {
        let new = try history.filter { try !isKnown($0, in: id) }
        let here = try db.firstWords(of: id, limit: 1000)
        // Nothing that was said here lies behind history that has been stored: its ids are negative.
        guard let first = here.first, first.id > 0 else { return new }
        let alignment = HistoryAlignment(
            of: new.map { HistoryAlignment.Words($0.role, $0.text) },
            with: here.map { HistoryAlignment.Words($0.role, $0.text) })
        return alignment.start.map { Array(new[..<$0]) } ?? new
    }

    /// Whether a message of a history is here, by its id.
    func isKnown(_ remote: RemoteMessage, in id: ChatTask.ID) throws -> Bool {
        guard let serviceID = remote.serviceID else { return false }
        return try db.hasMessage(serviceID: serviceID, in: id)
    }
}
