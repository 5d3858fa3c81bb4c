import Foundation
import RichText
import SessionCore

/// The tasks in the order of the list (pinned ones first, then by last activity), the focused one, and how far the services
/// have listed theirs. Draws nothing and knows nothing of the messages in a task.
///
/// The list can be narrowed to one account and grouped by account. The cost of a changed task grows with the number of
/// accounts, not of tasks, apart from making room in an array.
struct TaskList: Sendable {
    private(set) var order: [ChatTask.ID] = []
    /// The account that the list is narrowed to.
    private(set) var filter: AccountName?
    private(set) var isGrouped = false
    /// Whether the list shows what was put away instead: archived tasks, and deleted ones that can be taken back.
    private(set) var showsPutAway = false
    /// Whether account and agent of each task are named in a row of their own.
    var showsAgents = false
    /// Grows with every change of the order.
    private(set) var revision = 0
    private(set) var listings = ListingProgress()
    /// The number of listed tasks of each account.
    private(set) var counts: [AccountName: Int] = [:]
    private var tasks: [ChatTask.ID: ChatTask] = [:]
    private(set) var running: Set<ChatTask.ID> = []
    private(set) var unread: Set<ChatTask.ID> = []
    /// The listed tasks with something unread, in order.
    private var unreadOrder: [ChatTask.ID] = []
    /// The tasks that want the person's attention.
    private(set) var attention = Attention()
    /// The task that the conversation shows; nil only while there is none.
    private(set) var focused: ChatTask.ID?
    private var visits = TaskVisits()
    private var titles = TaskTitles()
    private var naming = TaskNaming()
    /// The listed tasks without a title that a service knows.
    private var untitled: Set<ChatTask.ID> = []
    /// Tasks that were begun here and that the session manager has not confirmed yet.
    private var begun: Set<ChatTask.ID> = []
    /// The rows of the list on the screen.
    private var shownRows = 1

    subscript(id: ChatTask.ID) -> ChatTask? { tasks[id] }

    /// Whether a task wants the person, who does not look at it.
    func wantsAttention(_ id: ChatTask.ID) -> Bool { id != focused && attention.contains(id) }

    var count: Int { order.count }
    /// The listed tasks, in order.
    var listed: [ChatTask] { order.compactMap { tasks[$0] } }
    /// The listed tasks, then the others that are not deleted.
    var everything: [ChatTask] {
        (listed + tasks.values.filter { !isListed($0) }.sorted(by: precedes)).filter { $0.deletedAt == nil }
    }
    /// The deleted tasks that can be taken back, the one deleted last at the end.
    var deleted: [ChatTask] {
        tasks.values.filter { $0.deletedAt != nil }
            .sorted {
                ($0.deletedAt ?? .distantPast, $0.id.rawValue) < (
                    $1.deletedAt ?? .distantPast, $1.id.rawValue
                )
            }
    }
    /// The archived tasks and the deleted ones that can be taken back, in the order of the list.
    var putAway: [ChatTask] { tasks.values.filter(\.isPutAway).sorted(by: precedes) }
    var focusedTask: ChatTask? { focused.flatMap { tasks[$0] } }
    /// The place of the focused task in the order; nil when it is not listed.
    var focusedPosition: Int? {
        guard let task = focusedTask, isListed(task) else { return nil }
        return position(for: task)
    }
    /// The number of unread tasks other than the focused one.
    var unreadElsewhere: Int {
        unread.count - (focused.map(unread.contains) ?? false ? 1 : 0)
    }
    /// How many tasks other than the focused one want something of a kind.
    func wanting(_ kind: Attention.Kind) -> Int { attention.count(kind, except: focused) }

    /// What tells a task apart from others of the same title; empty if there are none.
    func distinction(of task: ChatTask) -> String { titles.distinction(of: task) }

    // MARK: Actions

    /// The task that an action goes to.
    func target(of action: Action) -> ChatTask.ID? {
        switch action {
        case .nextTask: neighbour(1)
        case .previousTask: neighbour(-1)
        case .firstTask: order.first
        case .lastTask: order.last
        case .taskPageDown: atPage(1)
        case .taskPageUp: atPage(-1)
        case .task(let number): order.indices.contains(number - 1) ? order[number - 1] : nil
        case .recentTask: visits.last(among: tasks, except: focused)
        default: nil
        }
    }

    /// The next task that wants the person; see ``Attention/next(from:)``.
    mutating func nextAttention() -> ChatTask.ID? {
        let next = attention.next(from: focused)
        if let focused, next != nil { visits.leaveForAttention(focused) }
        return next
    }

    /// The task from which ``nextAttention()`` went to the shown one, or a step further back. The one that is left is visited again.
    mutating func previousAttention() -> ChatTask.ID? {
        if let focused { attention.unvisit(focused) }
        return visits.backFromAttention(among: tasks, except: focused)
    }

    mutating func perform(_ action: Action) -> [Effect] {
        switch action {
        case .groupAccounts: group(!isGrouped)
        case .refresh: return [.submit(.refresh), .notice("Loading the tasks…", about: .listing(nil))]
        default: break
        }
        return []
    }

    // MARK: Events

    /// A task is new or has changed.
    /// - Returns: the announcement of a turn that ended where the person does not look.
    mutating func apply(_ task: ChatTask, _ context: PaneContext) -> [Effect] {
        let wasRunning = running.contains(task.id)
        begun.remove(task.id)
        put(task)
        guard wasRunning, task.state != .running, task.state != .stopped,
            task.id != focused || !context.hasFocus
        else { return [] }
        let (what, role): (String, StyleRole) =
            switch task.state {
            case .failed, .unconfirmed: ("“\(task.shownTitle)” failed", .statusError)
            case .waiting: ("“\(task.shownTitle)” waits for your answer", .statusRunning)
            default: ("New reply in “\(task.shownTitle)”", .statusRunning)
            }
        let key = context.keymap.hint(.nextAttention).map { " (\($0) goes there)" } ?? ""
        let notice: [Effect] =
            task.id == focused ? [] : [.notice(what + key, role, about: .attention(task.id))]
        return notice + context.alerts(what)
    }

    /// A service was asked for its tasks, or answered.
    mutating func apply(_ state: FetchState, of account: AccountName, _ context: PaneContext) -> [Effect] {
        let isReported = listings.apply(state, of: account)
        switch state {
        case .waiting(let error, let until) where isReported:
            let time = context.labels.time(until)
            return [
                .notice(
                    "Could not list the tasks of “\(account)”, next try at \(time). \(error.description)",
                    .statusError,
                    about: .listing(account))
            ]
        case .failed(let error):
            return [
                .notice(
                    "Could not list the tasks of “\(account)”. \(error.description)", .statusError,
                    about: .listing(account))
            ]
        case .waiting, .loading, .more, .complete: return []
        }
    }

    // MARK: The focused task

    /// Saves a draft of the focused task.
    mutating func save(_ draft: Draft) -> [Effect] { focused.map { save(draft, of: $0) } ?? [] }

    /// Saves a draft.
    mutating func save(_ draft: Draft, of id: ChatTask.ID) -> [Effect] {
        guard var task = tasks[id] else { return [] }
        task.draft = draft
        put(task)
        return [.submit(.setDraft(id, draft))]
    }

    /// Another program may have changed the draft.
    mutating func takeDraft(of task: ChatTask) {
        guard var known = tasks[task.id] else { return }
        known.draft = task.draft
        put(known)
    }

    /// Marks the focused task as read up to a message.
    mutating func markRead(upTo message: Message.ID) -> [Effect] {
        guard let focused else { return [] }
        changeFocused { task in
            task.lastRead = message
            task.unread = 0
        }
        return [.submit(.markRead(focused, upTo: message))]
    }

    mutating func changeFocused(_ change: (inout ChatTask) -> Void) {
        if let focused { self.change(focused, change) }
    }

    mutating func change(_ id: ChatTask.ID, _ change: (inout ChatTask) -> Void) {
        guard var task = tasks[id] else { return }
        change(&task)
        put(task)
        leavePutAway()
    }

    mutating func focus(_ id: ChatTask.ID) {
        guard tasks[id] != nil else { return }
        if let focused, focused != id { visits.leave(focused) }
        focused = id
        leavePutAway()
    }

    /// The list shows the tasks again when one of them is shown.
    private mutating func leavePutAway() {
        if showsPutAway, focusedTask?.isPutAway == false { showPutAway(false) }
    }

    // MARK: Beyond the rows shown

    /// How many listed tasks with something unread lie before and behind some places in the order, other than the focused one.
    func unread(outside shown: Range<Int>) -> (before: Int, behind: Int) {
        let focused = focusedTask.flatMap { $0.unread > 0 && isListed($0) ? position(for: $0) : nil }
        func isFocus(in range: Range<Int>) -> Int { focused.map(range.contains) ?? false ? 1 : 0 }
        let before = unreadPosition(before: shown.lowerBound)
        let behind = unreadOrder.count - unreadPosition(before: shown.upperBound)
        return (
            before - isFocus(in: 0..<shown.lowerBound), behind - isFocus(in: shown.upperBound..<order.count)
        )
    }

    /// How many listed tasks with something unread have a place in the order before this one.
    private func unreadPosition(before place: Int) -> Int {
        guard order.indices.contains(place), let task = tasks[order[place]] else {
            return place <= 0 ? 0 : unreadOrder.count
        }
        return position(for: task, in: unreadOrder)
    }

    // MARK: Layout

    /// Asks for more tasks of the accounts whose listed tasks end within the rows shown, or soon below.
    /// - Parameter rows: the rows of the list.
    mutating func layout(rows: Int) -> [Effect] {
        shownRows = rows
        let demand = ListingProgress.Demand(
            revision: revision, position: focusedPosition, rows: rows, open: listings.open)
        guard listings.isNew(demand) else { return [] }
        let accounts = accountsEnding(within: rows, among: demand.open).sorted()
        for account in accounts { listings.loadMore(of: account) }
        return accounts.map { .submit(.moreTasks($0)) }
    }

    /// Asks for what would name the tasks on the screen that have no title.
    mutating func name(rows: Int, _ accounts: Accounts) -> [Effect] {
        guard !untitled.isEmpty else { return [] }
        let shown = window(rows).rows.compactMap { row -> ChatTask? in
            if case .task(let id) = row { tasks[id] } else { nil }
        }
        return naming.next(among: shown, accounts).map { .submit(.name($0)) }
    }

    /// What a service remembers of a task has come, or could not be had.
    mutating func historyChanged(of id: ChatTask.ID, to state: FetchState) {
        if let task = tasks[id] { naming.answered(task, state) }
    }

    // MARK: Changes

    /// Begins a task here.
    mutating func begin(_ task: ChatTask) {
        begun.insert(task.id)
        put(task)
    }

    /// Replaces all tasks, other than those that have just begun here; the focused task stays focused if it is still there.
    mutating func replace(with all: [ChatTask]) {
        let known = Set(all.map(\.id))
        begun.subtract(known)
        let new = all + begun.compactMap { tasks[$0] }
        tasks = Dictionary(new.map { ($0.id, $0) }, uniquingKeysWith: { _, later in later })
        sort()
        running = []
        unread = []
        untitled = []
        attention = Attention(new)
        titles = TaskTitles()
        for task in tasks.values {
            index(task)
            titles.insert(task)
        }
        if let focused, tasks[focused] == nil { self.focused = nil }
    }

    /// Inserts a new task, or moves a changed one to its place.
    mutating func put(_ task: ChatTask) {
        let old = tasks[task.id]
        if let old {
            titles.remove(old)
            unindex(old)
            if !Self.sameKey(old, task) { unlist(old) }
        }
        tasks[task.id] = task
        titles.insert(task)
        index(task)
        attention.update(task)
        if let old, Self.sameKey(old, task) { return }
        guard isListed(task) else { return }
        order.insert(task.id, at: position(for: task))
        counts[task.account, default: 0] += 1
        revision += 1
    }

    /// Removes a task; the focus goes to its neighbour.
    mutating func remove(_ id: ChatTask.ID) {
        if let task = tasks[id] {
            titles.remove(task)
            unindex(task)
        }
        let position = tasks[id].flatMap { unlist($0) }
        tasks[id] = nil
        begun.remove(id)
        running.remove(id)
        unread.remove(id)
        untitled.remove(id)
        naming.forget(id)
        attention.remove(id)
        guard focused == id else { return }
        focused = position.flatMap { order.isEmpty ? nil : order[min($0, order.count - 1)] }
    }

    /// - Returns: its former place; nil when it was not listed.
    @discardableResult
    private mutating func unlist(_ task: ChatTask) -> Int? {
        let position = position(for: task)
        guard order.indices.contains(position), order[position] == task.id else { return nil }
        order.remove(at: position)
        counts[task.account, default: 0] -= 1
        revision += 1
        return position
    }

    mutating func narrow(to account: AccountName?) {
        filter = account
        sort()
    }

    mutating func showPutAway(_ shows: Bool) {
        showsPutAway = shows
        sort()
    }

    mutating func group(_ isGrouped: Bool) {
        self.isGrouped = isGrouped
        sort()
    }

    // MARK: Order

    private mutating func sort() {
        order = tasks.values.filter(isListed).sorted(by: precedes).map(\.id)
        counts = [:]
        for id in order { if let task = tasks[id] { counts[task.account, default: 0] += 1 } }
        unreadOrder = order.filter { (tasks[$0]?.unread ?? 0) > 0 }
        revision += 1
    }

    func isListed(_ task: ChatTask) -> Bool {
        task.isPutAway == showsPutAway && (filter == nil || filter == task.account)
    }

    /// The task to show when this one leaves the list: the one below it, else the one above.
    func heir(of id: ChatTask.ID) -> ChatTask.ID? {
        guard let task = tasks[id], isListed(task) else { return order.first { $0 != id } }
        let place = position(for: task)
        return order.indices.contains(place + 1) ? order[place + 1] : place > 0 ? order[place - 1] : nil
    }

    /// The task `step` places further down the list; the ends join.
    func neighbour(_ step: Int) -> ChatTask.ID? {
        guard !order.isEmpty else { return nil }
        guard let position = focusedPosition else { return order.first }
        return order[((position + step) % order.count + order.count) % order.count]
    }

    /// The task a page further down the list, or at its end.
    private func atPage(_ step: Int) -> ChatTask.ID? {
        guard !order.isEmpty else { return nil }
        return order[
            min(max(0, (focusedPosition ?? 0) + step * max(1, shownRows / rowsPerTask - 1)), order.count - 1)]
    }

    private mutating func index(_ task: ChatTask) {
        if task.title.isEmpty, task.serviceID != nil, isListed(task) {
            untitled.insert(task.id)
        } else {
            untitled.remove(task.id)
        }
        if task.deletedAt != nil {
            running.remove(task.id)
            unread.remove(task.id)
            return
        }
        if task.state == .running { running.insert(task.id) } else { running.remove(task.id) }
        if task.unread > 0 { unread.insert(task.id) } else { unread.remove(task.id) }
        guard task.unread > 0, isListed(task) else { return }
        let place = position(for: task, in: unreadOrder)
        guard !unreadOrder.indices.contains(place) || unreadOrder[place] != task.id else { return }
        unreadOrder.insert(task.id, at: place)
    }

    /// - Parameter task: as it is known so far.
    private mutating func unindex(_ task: ChatTask) {
        let place = position(for: task, in: unreadOrder)
        if unreadOrder.indices.contains(place), unreadOrder[place] == task.id {
            unreadOrder.remove(at: place)
        }
    }

    func position(for task: ChatTask) -> Int { position(for: task, in: order) }

    private func position(for task: ChatTask, in order: [ChatTask.ID]) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if let other = tasks[order[middle]], precedes(other, task) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private func precedes(_ a: ChatTask, _ b: ChatTask) -> Bool {
        if isGrouped, a.account != b.account { return a.account < b.account }
        if a.isPinned != b.isPinned { return a.isPinned }
        if a.updatedAt != b.updatedAt { return a.updatedAt > b.updatedAt }
        return a.id.rawValue < b.id.rawValue
    }

    private static func sameKey(_ a: ChatTask, _ b: ChatTask) -> Bool {
        a.isPinned == b.isPinned && a.updatedAt == b.updatedAt && a.isArchived == b.isArchived
            && a.deletedAt == b.deletedAt && a.account == b.account
    }

    /// The accounts whose last task is within `count` rows of the focused one, or within as many again below.
    private func accountsEnding(within count: Int, among candidates: Set<AccountName>) -> Set<AccountName> {
        var left = candidates.filter { filter == nil || filter == $0 }
        let seen = (focusedPosition ?? 0) + 2 * count
        // From the end: an account with a task further down has enough.
        for id in order.dropFirst(seen).reversed() {
            guard !left.isEmpty else { break }
            if let task = tasks[id] { left.remove(task.account) }
        }
        return left
    }
}

extension ChatTask {
    /// The title as the panes show it.
    var shownTitle: String { title.isEmpty ? serviceID == nil ? "New task" : "Untitled" : title }
}
