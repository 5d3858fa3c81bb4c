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
        /// An action that only its key can do, where the cursor is: it is said which.
        case key(Action)
        case theme(String)
        case copy(String)
        /// A text to be saved, and the name that is suggested for its file.
        case save(String, name: String)
        case saveText(String, path: String)
        case exportTask(ChatTask.ID, path: String)
        /// A link, which is opened or copied.
        case link(String)
        case openLink(String)
        case suggestion(String)
        case hit(task: ChatTask.ID, message: Message.ID, words: String)
        /// A template by its name, and the text for a blank of it.
        case template(String)
        case blank(String)
        /// A new title of a task.
        case title(ChatTask.ID, String)
        /// In the account wizard: a service by its index among the offers, the kind of its key, its agent.
        case service(Int)
        case keyKind(AccountWizard.KeyKind)
        case offeredAgent(Agent)
        case typedAgent, severalAgents, markedAgents
        /// An entry of the menu above the input, by its index.
        case completion(Int)
        /// A heading, which cannot be chosen.
        case none
    }

    struct Item: Sendable {
        var choice: Choice
        var label: String
        /// Shown muted at the right.
        var detail: String
        /// The detail where there is little room; the whole of it when nil.
        var shortDetail: String?
        /// A text of which the beginning is shown while it is selected.
        var preview = ""
        /// What the query is matched against; the label when nil.
        var key: String?
        /// Further words for it, which match from their beginnings.
        var synonyms = ""
        /// Matched characters of the label, where a search found them.
        var matches: [Int] = []

        static func heading(_ text: String) -> Item { Item(choice: .none, label: text, detail: "") }
        var isHeading: Bool { choice == .none }
    }

    enum Source: Hashable, Sendable {
        /// The items are fixed, and the query narrows them.
        case items
        /// Tasks, with a preview of the selected one.
        case tasks
        /// Templates, with their beginnings.
        case templates
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
    /// The index of the selected item; nil while nothing is selected.
    private(set) var selection: Int?
    /// Whether nothing is selected until the person selects something or types.
    private let opensUnselected: Bool

    init(
        title: String, source: Source = .items, items: [Item] = [], emptyText: String = "Nothing matches.",
        opensUnselected: Bool = false
    ) {
        self.title = title
        self.source = source
        self.items = items
        self.emptyText = emptyText
        self.opensUnselected = opensUnselected
        present(items, selectingFirst: !opensUnselected)
    }

    var isSearch: Bool { if case .search = source { true } else { false } }

    var selected: Item? { selection.map { shown[$0] } }
    /// Whether Enter has nothing to do because nothing was selected yet.
    var awaitsSelection: Bool { opensUnselected && selection == nil && !shown.isEmpty }

    private mutating func present(_ items: [Item], selectingFirst: Bool) {
        shown = items
        selection = selectingFirst ? items.firstIndex { !$0.isHeading } : nil
    }

    /// The items to draw in `rows` rows, the selected one among them.
    func window(rows: Int) -> Range<Int> {
        let first = min(max(0, (selection ?? 0) - rows / 2), max(0, shown.count - rows))
        return first..<min(shown.count, first + max(0, rows))
    }

    /// - Returns: false if there is nothing to choose at this index.
    mutating func select(at index: Int) -> Bool {
        guard shown.indices.contains(index), !shown[index].isHeading else { return false }
        selection = index
        return true
    }

    /// The query has changed.
    mutating func narrow() {
        guard !isSearch else { return }
        guard !query.isEmpty else {
            present(items, selectingFirst: !opensUnselected)
            return
        }
        let found = items.filter { !$0.isHeading }
        let prepared = candidates ?? found.map { FuzzyCandidate($0.key ?? $0.label) }
        candidates = prepared
        let ranked = FuzzyMatcher(query.text).rank(prepared)
        let matching = ranked.map { ranked in
            var item = found[ranked.index]
            // A key that says more begins with the label.
            let shown = item.key == nil || item.key?.hasPrefix(item.label) == true ? item.label.count : 0
            item.matches = ranked.match.offsets.filter { $0 < shown }
            return item
        }
        guard found.contains(where: { !$0.synonyms.isEmpty }) else {
            present(matching, selectingFirst: true)
            return
        }
        let known = Set(ranked.map(\.index))
        let others = found.indices.filter { !known.contains($0) }.map { found[$0] }
        present(Self.ordered(matching, others, by: query.text), selectingFirst: true)
    }

    /// First what has every word of the query in its name, then what has it among its synonyms, then what has only its letters.
    /// - Parameter others: what lacks even those.
    private static func ordered(_ matching: [Item], _ others: [Item], by query: String) -> [Item] {
        let wanted = words(query)
        func has(_ item: Item, _ text: String) -> Bool {
            let words = words(text)
            return wanted.allSatisfy { wanted in words.contains { $0.hasPrefix(wanted) } }
        }
        var (named, meant, spelled): ([Item], [Item], [Item]) = ([], [], [])
        for item in matching {
            let name = item.key ?? item.label
            if has(item, name) {
                named.append(item)
            } else if has(item, name + " " + item.synonyms) {
                meant.append(item)
            } else {
                spelled.append(item)
            }
        }
        meant += others.filter { has($0, ($0.key ?? $0.label) + " " + $0.synonyms) }
        return named + meant + spelled
    }

    private static func words(_ text: String) -> [Substring] {
        text.lowercased().split { $0.isWhitespace || $0 == "," || $0 == ";" }
    }

    /// Shows what a search found.
    mutating func show(_ found: [Item]) {
        items = found
        present(found, selectingFirst: true)
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
        let place = selection
        items = left
        candidates = nil
        if isSearch { present(left, selectingFirst: true) } else { narrow() }
        if let place, !shown.isEmpty { selection = min(place, shown.count - 1) }
        if let selected { select(selected) }
    }

    /// Selects the next (1) or the previous (-1) item; the ends join.
    mutating func select(_ step: Int) {
        guard shown.contains(where: { !$0.isHeading }) else { return }
        var index = selection ?? (step > 0 ? -1 : shown.count)
        repeat {
            index = ((index + step) % shown.count + shown.count) % shown.count
        } while shown[index].isHeading
        selection = index
    }

    /// Moves the selection by a number of rows, or to the end.
    mutating func selectPage(_ step: Int) {
        let choices = shown.indices.filter { !shown[$0].isHeading }
        let wanted = (selection ?? 0) + step
        selection =
            step > 0
            ? choices.first { $0 >= wanted } ?? choices.last : choices.last { $0 <= wanted } ?? choices.first
    }

    /// Selects the first item or the last.
    mutating func selectEnd(first: Bool) {
        selection = first ? shown.firstIndex { !$0.isHeading } : shown.lastIndex { !$0.isHeading }
    }

    mutating func select(_ choice: Choice) {
        if let index = shown.firstIndex(where: { $0.choice == choice }) { selection = index }
    }
}
