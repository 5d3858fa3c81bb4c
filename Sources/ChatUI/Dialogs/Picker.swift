import RichText
import SessionCore

/// A list to choose from, narrowed by what is typed.
struct Picker: Sendable {
    enum Choice: Hashable, Sendable {
        case task(ChatTask.ID)
        case agent(account: AccountName, Agent)
        /// The account whose tasks are listed; nil lists all.
        case account(AccountName?)
        case action(Action)
        case theme(String)
        case copy(String)
        case suggestion(String)
        case hit(task: ChatTask.ID, message: Message.ID, words: String)
        /// A new title of a task.
        case title(ChatTask.ID, String)
        /// In the account wizard: a service by its index among the offers, the kind of its key, its agent.
        case service(Int)
        case keyKind(AccountWizard.KeyKind)
        case offeredAgent(Agent)
        case typedAgent
    }

    struct Item: Sendable {
        var choice: Choice
        var label: String
        /// Shown muted at the right.
        var detail: String
        /// What the query is matched against; the label when nil.
        var key: String?
        /// Matched characters of the label, where a search found them.
        var matches: [Int] = []
    }

    enum Source: Hashable, Sendable {
        /// The items are fixed, and the query narrows them.
        case items
        /// Tasks, with a preview of the selected one.
        case tasks
        /// As well, and more items may arrive while it is open.
        case agents
        /// The query is searched for, in one task or (nil) in all.
        case search(task: ChatTask.ID?)
    }

    var title: String
    var source: Source
    var query = LineEditor()
    /// Shown when nothing matches.
    var emptyText: String
    private(set) var items: [Item]
    /// The items prepared for matching, once there is a query.
    private var candidates: [FuzzyCandidate]?
    private(set) var shown: [Item] = []
    private(set) var selection = 0

    init(title: String, source: Source = .items, items: [Item] = [], emptyText: String = "Nothing matches.") {
        self.title = title
        self.source = source
        self.items = items
        self.emptyText = emptyText
        shown = items
    }

    var isSearch: Bool { if case .search = source { true } else { false } }

    var selected: Item? { shown.indices.contains(selection) ? shown[selection] : nil }

    /// The query has changed.
    mutating func narrow() {
        guard !isSearch else { return }
        selection = 0
        guard !query.isEmpty else {
            shown = items
            return
        }
        let prepared = candidates ?? items.map { FuzzyCandidate($0.key ?? $0.label) }
        candidates = prepared
        shown = FuzzyMatcher(query.text).rank(prepared).map { ranked in
            var item = items[ranked.index]
            // A key that says more begins with the label.
            let shown = item.key == nil || item.key?.hasPrefix(item.label) == true ? item.label.count : 0
            item.matches = ranked.match.offsets.filter { $0 < shown }
            return item
        }
    }

    /// Shows what a search found.
    mutating func show(_ found: [Item]) {
        items = found
        shown = found
        selection = 0
    }

    /// Replaces the items; the query and the selected item stay.
    mutating func replace(with new: [Item]) {
        let selected = selected?.choice
        items = new
        candidates = nil
        narrow()
        if let selected { select(selected) }
    }

    /// Whether all of it is about one task: its end, what is said in it, a search in it.
    /// - Parameter isShown: whether the task is the one that the person looks at.
    func isAbout(_ task: ChatTask.ID, isShown: Bool) -> Bool {
        source == .search(task: task)
            || items.contains { item in
                switch item.choice {
                case .suggestion: isShown
                default: false
                }
            }
    }

    /// Removes what leads to a task that is gone.
    mutating func removeItems(of task: ChatTask.ID) {
        let left = items.filter { item in
            switch item.choice {
            case .task(task), .hit(task, _, _): false
            default: true
            }
        }
        guard left.count < items.count else { return }
        let selected = selected?.choice
        items = left
        candidates = nil
        if isSearch { shown = left } else { narrow() }
        selection = min(selection, max(0, shown.count - 1))
        if let selected { select(selected) }
    }

    mutating func select(_ step: Int) {
        guard !shown.isEmpty else { return }
        selection = ((selection + step) % shown.count + shown.count) % shown.count
    }

    mutating func selectPage(_ step: Int) {
        guard !shown.isEmpty else { return }
        selection = min(max(0, selection + step), shown.count - 1)
    }

    mutating func select(_ choice: Choice) {
        if let index = shown.firstIndex(where: { $0.choice == choice }) { selection = index }
    }
}
