import Foundation
import RichText
import SessionCore
import Settings

/// An account as the interface offers it.
public struct AccountEntry: Sendable {
    public var name: AccountName
    public var agents: [Agent]
    public var capabilities: Capabilities

    public init(name: AccountName, agents: [Agent], capabilities: Capabilities) {
        self.name = name
        self.agents = agents
        self.capabilities = capabilities
    }
}

/// What is to be done outside the model.
enum Effect: Sendable {
    case submit(Intent)
    case copy(String)
    case bell
    case suspend
    case redraw
    /// Let an editor work on this text.
    case editText(String)
    /// Keep the choice of a theme.
    case saveTheme(String)
    /// Answered by a ``AccountWizardAnswer``.
    case setUp(AccountWizardRequest)
    /// Answered by an ``AgentsAnswer``.
    case listAgents(AccountName)
    case quit
}

/// Everything the views draw from. It changes by keys (``perform(_:)``) and by what the session manager tells
/// (``take(_:)``); what is to be done outside gathers in ``effects``. It waits for nothing and reads nothing.
struct Model: Sendable {
    enum Pane: CaseIterable, Sendable {
        case input, list, conversation
    }

    /// A line in the status bar.
    struct Notice: Hashable, Sendable {
        var text: String
        var role: StyleRole
    }

    var accounts: [AccountEntry]
    /// The services that accounts can be added for.
    var offers: [ServiceOffer]
    var keymap: Keymap
    var themes: ThemeChoice
    var labels: TimeLabels
    var now: Date
    var size: Size

    var tasks = TaskList()
    /// How far the tasks of each account are listed.
    var listings: [AccountName: FetchState] = [:]
    var lastGlance: ListingDemand?
    /// The accounts whose listing fails, which has been told.
    var troubledListings: Set<AccountName> = []
    /// The accounts whose services were asked for their agents.
    var listedAgents: Set<AccountName> = []
    /// The task that a fork is to become: it opens when it is there.
    var awaitedFork: ChatTask.ID?
    /// Whom the last new task was begun with.
    var chosenAgent: (account: AccountName, agent: Agent)?
    /// Whether the first list of tasks has come.
    var isReady = false
    var transcripts: [ChatTask.ID: Transcript] = [:]
    /// The tasks whose transcripts are kept, last used last.
    var recent: [ChatTask.ID] = []

    var pane = Pane.input
    var editor = LineEditor()
    var history = InputHistory()
    var historySearch: HistorySearch?
    var dialog: Dialog?
    /// An account that was not finished when its dialog was closed.
    var leftSetup: AccountWizard?
    var notice: Notice?
    /// What was searched for last in the focused task, and what was found.
    var search: (words: String, hits: [Message.ID])?
    var showsList = true
    var showsSteps = false
    var hasFocus = true
    /// Whether the last key asked to quit once, with Ctrl-C.
    var isQuitArmed = false
    var isDraftDirty = false

    var effects: [Effect] = []

    init(
        accounts: [AccountEntry], offers: [ServiceOffer] = [], keymap: Keymap, themes: ThemeChoice,
        timeZone: TimeZone, now: Date,
        size: Size,
        problems: [Problem] = []
    ) {
        self.accounts = accounts
        self.offers = offers
        self.keymap = keymap
        self.themes = themes
        self.labels = TimeLabels(timeZone: timeZone)
        self.now = now
        self.size = size
        if let first = problems.first {
            let more = problems.count > 1 ? " (and \(problems.count - 1) more: parley config check)" : ""
            notice = Notice(text: first.description + more, role: .error)
        }
    }

    var theme: Theme { themes.current }
    var focusedTask: ChatTask? { tasks.focusedTask }
    /// How many tasks beside the focused one have something unread.
    var unreadElsewhere: Int {
        tasks.unread.count - (tasks.focused.map(tasks.unread.contains) ?? false ? 1 : 0)
    }

    /// Where keys go.
    var context: Action.Context {
        if dialog != nil { return .dialog }
        return switch pane {
        case .input: .input
        case .list: .list
        case .conversation: .conversation
        }
    }

    mutating func submit(_ intent: Intent) { effects.append(.submit(intent)) }

    mutating func say(_ text: String, _ role: StyleRole = .statusBar) {
        notice = Notice(text: text, role: role)
    }

    func account(_ name: AccountName) -> AccountEntry? { accounts.first { $0.name == name } }
}

/// The themes there are and the one in use.
public struct ThemeChoice: Sendable {
    /// What `auto` means on a dark and on a light terminal.
    public var automatic: (dark: Theme, light: Theme)
    public var all: [Theme]
    /// A theme's name, or `auto`.
    public private(set) var name: String
    /// The theme that is looked at before it is chosen.
    private var preview: String?
    private var isDark = true

    public init(all: [Theme], automatic: (dark: Theme, light: Theme), name: String) {
        self.all = all
        self.automatic = automatic
        self.name = name
    }

    public static let automaticName = "auto"
    public var names: [String] { [Self.automaticName] + all.map(\.name) }

    public var current: Theme {
        let shown = preview ?? name
        return all.first { $0.name == shown } ?? (isDark ? automatic.dark : automatic.light)
    }

    mutating func choose(_ name: String) {
        self.name = name
        preview = nil
    }

    /// Shows a theme for as long as it is looked at; nil goes back to the chosen one.
    mutating func look(at name: String?) { preview = name }
    mutating func terminalIs(dark: Bool) { isDark = dark }
}
