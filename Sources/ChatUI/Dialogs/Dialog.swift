import RichText
import SessionCore

/// What stands over the panes and takes the keys.
enum Dialog: Sendable {
    case picker(Picker)
    case prompt(Prompt)
    case setup(AccountWizard)

    var editor: LineEditor {
        get {
            switch self {
            case .picker(let picker): picker.query
            case .prompt(let prompt): prompt.editor
            case .setup(let setup): setup.editor
            }
        }
        set {
            switch self {
            case .picker(var picker):
                picker.query = newValue
                self = .picker(picker)
            case .prompt(var prompt):
                prompt.editor = newValue
                self = .prompt(prompt)
            case .setup(var setup):
                setup.editor = newValue
                self = .setup(setup)
            }
        }
    }
}

/// A line to be filled in.
struct Prompt: Sendable {
    enum Purpose: Hashable, Sendable {
        case rename(ChatTask.ID)
    }

    var title: String
    var purpose: Purpose
    var editor: LineEditor
}

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
        case hit(task: ChatTask.ID, message: Message.ID)
        case delete(ChatTask.ID)
        /// Of the setup of an account: a service by its place among the offers, where its key comes from, its agent.
        case service(Int)
        case keyKind(AccountWizard.KeyKind)
        case offeredAgent(Agent)
        case typedAgent
        case close
    }

    struct Item: Sendable {
        var choice: Choice
        var label: String
        /// Shown muted at the right.
        var detail: String
        /// What the query is matched with; the label when nil.
        var key: String?
        /// Matched characters of the label, where a search found them.
        var matches: [Int] = []
    }

    enum Source: Hashable, Sendable {
        /// The items stand, and the query picks among them.
        case items
        /// As well, and more of them arrive while it is open.
        case agents
        /// The query is searched for, in one task or in all.
        case search(task: ChatTask.ID?)
    }

    var title: String
    var source: Source
    var query = LineEditor()
    /// What is said when nothing matches.
    var emptyText: String
    private(set) var items: [Item]
    /// The items prepared for being matched, once there is a query.
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
            if item.key == nil { item.matches = ranked.match.offsets }
            return item
        }
    }

    /// What a search found takes the place of what was shown.
    mutating func show(_ found: [Item]) {
        items = found
        shown = found
        selection = 0
    }

    /// Other items to pick from; what is typed and what is selected stays.
    mutating func replace(with new: [Item]) {
        let selected = selected?.choice
        items = new
        candidates = nil
        narrow()
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
