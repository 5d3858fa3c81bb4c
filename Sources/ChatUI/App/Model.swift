import Foundation
import RichText
import SessionCore
import Settings

/// The state of the interface: the panes and what they share. Routes keys, actions and events to the pane they concern, and
/// carries out what concerns several panes. Waits for nothing and reads nothing outside itself.
struct Model: Sendable {
    /// In the order in which Tab goes through them.
    enum Pane: CaseIterable, Sendable {
        case input, conversation, list
    }

    var context: PaneContext
    private(set) var themes: ThemeChoice
    var tasks = TaskList()
    var conversation = ConversationPane()
    var composer: Composer
    var dialogs = Dialogs()
    var undoHistory = UndoHistory()
    /// Whether the mouse holds the line between list and conversation.
    var isDraggingDivider = false
    /// The earlier message that is in the input to be changed.
    var edited: EditedMessage?
    /// The template that is being filled.
    var filling: TemplateFilling?
    var notice: Notice?
    var files = OfferedFiles()
    /// What could not be stored yet; shown where there is no other notice.
    var unstored: UnstoredWork?
    /// The pane that the keys go to.
    var pane = Pane.input
    var showsList = true
    /// Whether the first list of tasks has arrived.
    var isReady = false
    /// Whether the last key was Ctrl-C with nothing to clear or stop.
    private var isQuitArmed = false
    /// Whether the person has been told that something is lost if they quit now.
    private var isLossAccepted = false
    /// The parts of the screen, settled by ``layout()``.
    private(set) var screen: ScreenLayout

    /// - Parameters:
    ///   - sent: earlier messages for the input's history, oldest first.
    ///   - problems: what is wrong with the configuration; the first is shown.
    init(
        context: PaneContext, themes: ThemeChoice, sent: [String] = [], problems: [Problem] = []
    ) {
        self.context = context
        self.themes = themes
        composer = Composer(sent: sent)
        screen = ScreenLayout(size: context.size, showsList: true, listHasKeys: false, inputRows: 1)
        if let first = problems.first {
            let more = problems.count > 1 ? " (and \(problems.count - 1) more: parley config)" : ""
            notice = Notice(text: first.description + more, role: .error)
        }
    }

    /// What the status bar shows.
    var shownNotice: Notice? {
        notice
            ?? unstored.map {
                Notice(text: "Not stored yet: \($0.reason). Retrying.", role: .statusError)
            }
    }

    var theme: Theme { themes.current(preview: dialogs.previewedTheme) }

    /// The title of the terminal's window: the number of unread tasks, and the shown one.
    var windowTitle: String {
        let unread = context.hasFocus ? tasks.unreadElsewhere : tasks.unread.count
        let name = tasks.focusedTask.map { " · " + $0.shownTitle } ?? ""
        return (unread > 0 ? "(\(unread)) " : "") + "Parley" + name
    }

    /// The bindings that apply to the next key.
    var keyContext: Action.Context {
        if dialogs.isOpen { return .dialog }
        return switch pane {
        case .input: .input
        case .list: .list
        case .conversation: .conversation
        }
    }

    // MARK: Surroundings

    mutating func clockMoved(to now: Date) { context.now = now }
    mutating func resize(to size: Size) { context.size = size }
    mutating func terminalIs(dark: Bool) { themes.terminalIs(dark: dark) }
    mutating func show(_ notice: Notice) { self.notice = notice }
    mutating func use(_ new: ThemeChoice) { themes.replace(with: new) }

    mutating func focusChanged(_ hasFocus: Bool) -> [Effect] {
        context.reportsFocus = true
        if hasFocus, !context.hasFocus, let task = tasks.focusedTask { conversation.showNews(of: task) }
        context.hasFocus = hasFocus
        return hasFocus ? [.submit(.sync)] : []
    }

    /// The external editor has ended.
    mutating func replaceInput(with text: String) {
        composer.replaceText(with: text)
        pane = .input
    }

    // MARK: Keys

    mutating func press(_ key: Key) -> [Effect] {
        let effects = route(key)
        // Who has emptied the input writes something else.
        if composer.isEmpty, edited?.fork == nil { edited = nil }
        return effects + updateMenu()
    }

    private mutating func route(_ key: Key) -> [Effect] {
        if composer.searchHistory(key) { return [] }
        switch context.keymap.press(key, in: keyContext) {
        case .pending:
            notice = nil
            return []
        case .bound(let action):
            if action != .interrupt { isQuitArmed = false }
            if action != .interrupt, action != .quit { isLossAccepted = false }
            notice = nil
            return perform(action)
        case .unbound(let keys): return unbound(keys)
        }
    }

    /// Inserts pasted text into the dialog or the input, whichever pane has the keys.
    mutating func paste(_ text: String) -> [Effect] {
        isQuitArmed = false
        if !dialogs.isOpen { pane = .input }
        notice = nil
        guard !dialogs.isOpen else { return dialogs.insert(text) }
        composer.insert(text, called: "pasted text")
        return updateMenu()
    }

    /// Characters are typed: into the dialog, else into the input, whichever pane has the keys. Of other keys it is said that they
    /// do nothing.
    private mutating func unbound(_ keys: [Key]) -> [Effect] {
        isQuitArmed = false
        notice = nil
        let characters = keys.compactMap(\.character)
        guard characters.count == keys.count else {
            let help = context.keymap.hint(.palette).map { "; \($0) lists the keys" } ?? ""
            return [.notice("\(KeySequence(keys).label) does nothing here\(help).")]
        }
        guard !characters.isEmpty else { return [] }
        if !dialogs.isOpen { pane = .input }
        return insert(String(characters))
    }

    private mutating func insert(_ text: String) -> [Effect] {
        notice = nil
        if dialogs.isOpen { return dialogs.insert(text) }
        composer.insert(text)
        return []
    }

    // MARK: Actions

    mutating func perform(_ action: Action) -> [Effect] {
        switch action {
        case .dialogCancel:
            filling = nil
            return dialogs.perform(action, context)
        case .edit where dialogs.isOpen, .dialogNext, .dialogPrevious, .dialogPageDown, .dialogPageUp,
            .dialogFirst, .dialogLast:
            return dialogs.perform(action, context)
        case .dialogAccept: return acceptDialog()
        case .edit, .historySearch, .openEditor, .toggleFold: return composer.perform(action)
        case .complete:
            if !composer.isEmpty { return composer.perform(action) }
            movePane(1)
        case .pageUp where hasMenu: composer.moveInMenu(page: -InputView.menuRows(above: screen.status.row))
        case .pageDown where hasMenu: composer.moveInMenu(page: InputView.menuRows(above: screen.status.row))
        case .send: return submitInput()
        case .sendInBackground: return submitInput(mode: .background)
        case .toggleBackground: return toggleBackground()
        case .cancel: return cancel()
        case .interrupt: return interrupt()
        case .stop, .takeBack: return saveDraft() + inConversation(action)
        case .forkTask where !focusedTaskForks: return continueInNewTask()
        case .retry, .forkTask, .pageUp, .pageDown, .lineUp, .lineDown, .top, .bottom, .firstNew,
            .toggleSteps, .toggleBlocks,
            .toggleSelected, .loadEarlier, .copyReply:
            return inConversation(action)
        case .previousMessage, .nextMessage, .previousBlock, .nextBlock:
            pane = .conversation
            return inConversation(action)
        case .nextMatch: return goToMatch(1)
        case .previousMatch: return goToMatch(-1)
        case .regenerate: return regenerate()
        case .editMessage: return editMessage()
        case .quote: return quote()
        case .useTemplate: return chooseTemplate()
        case .export: return askForExport()
        case .newTask: return newTask()
        case .nextTask, .previousTask, .firstTask, .lastTask, .taskPageDown, .taskPageUp, .task, .recentTask:
            return tasks.target(of: action).map { focus($0) } ?? []
        case .nextAttention, .previousAttention: return goToAttention(action)
        case .archiveTask, .deleteTask, .pinTask: return change(by: action)
        case .undoChange: return undoChange()
        case .archivedTasks: return togglePutAway()
        case .groupAccounts, .refresh: return tasks.perform(action)
        case .addAccount: return dialogs.openWizard(context.accounts)
        case .switcher, .renameTask, .filterAccount, .searchHere, .searchEverywhere, .copyMenu, .save,
            .linkList, .pickSuggestion, .palette, .chooseTheme:
            return openDialog(for: action)
        case .nextPane: movePane(1)
        case .previousPane: movePane(-1)
        case .focusInput: pane = .input
        case .focusList:
            if pane == .list { pane = .input } else { showList() }
        case .toggleList: toggleList()
        case .toggleBare: return toggleBare()
        case .toggleMouse: return toggleMouse()
        case .redraw: return [.redraw]
        case .suspend: return saveDraft() + [.suspend]
        case .quit: return quit()
        }
        return []
    }

    private mutating func inConversation(_ action: Action) -> [Effect] {
        tasks.focusedTask.map { conversation.perform(action, in: $0, context) } ?? []
    }

    // MARK: Esc and Ctrl-C

    private mutating func cancel() -> [Effect] {
        guard !hasMenu else {
            composer.closeMenu()
            return []
        }
        guard pane == .input else {
            pane = .input
            conversation.deselect(in: tasks.focused)
            return []
        }
        return isRunning ? perform(.stop) : []
    }

    /// The person goes on: what was said about quitting holds no longer.
    mutating func forgetQuitting() {
        isQuitArmed = false
        isLossAccepted = false
    }

    private mutating func interrupt() -> [Effect] {
        if !composer.isEmpty {
            composer.clear(remembering: composer.editor.text)
            return tasks.save(.empty)
        }
        if isRunning { return perform(.stop) }
        if isQuitArmed { return quit() }
        isQuitArmed = true
        return [.notice("Press Ctrl-C again to quit.")]
    }

    /// Whether the menu above the input takes the keys.
    private var hasMenu: Bool { pane == .input && composer.menu != nil }

    var isRunning: Bool { tasks.focusedTask.map(conversation.isRunning) ?? false }

    /// Leaves the program, unless something would be lost that the person has not been told of.
    mutating func quit() -> [Effect] {
        guard !isLossAccepted else { return leave() }
        let arriving = context.appearance.confirmQuit ? conversation.arriving : []
        let loss: String
        if let unstored {
            loss = "Not everything is stored: \(unstored.reason). Quit again to discard it."
        } else if arriving.count == 1, let task = arriving.first.flatMap({ tasks[$0] }) {
            loss = "A reply is still arriving in “\(task.shownTitle)”. Quit again to cut it off."
        } else if !arriving.isEmpty {
            loss = "\(arriving.count) replies are still arriving. Quit again to cut them off."
        } else {
            return leave()
        }
        isLossAccepted = true
        return [.notice(loss, .statusError)]
    }

    /// When how long ago something was, or how long it has run, has to be shown anew; nil if nothing on the screen grows old.
    var nextLabels: Date? {
        let tick = screen.showsConversation ? tasks.focused.flatMap(conversation.nextTick) : nil
        return [nextAges, tick].compactMap(\.self).min()
    }

    private var nextAges: Date? {
        guard context.appearance.times == .relative, let list = screen.list else { return nil }
        return tasks.window(list.rows - 1).rows.compactMap { row in
            guard case .task(let id) = row else { return nil }
            return tasks[id].flatMap { context.labels.nextAge(of: $0.updatedAt, now: context.now) }
        }.min()
    }

    /// Leaves the program at once: the draft is saved, an untouched task is discarded.
    mutating func leave() -> [Effect] { leaveTask() + [.quit] }

    // MARK: Dialogs

    mutating func openDialog(for action: Action) -> [Effect] {
        let task = tasks.focusedTask
        switch action {
        case .switcher: dialogs.open(.tasks(tasks, context))
        case .palette: dialogs.open(.help(context.keymap))
        case .chooseTheme: dialogs.open(.themes(themes))
        case .searchHere: dialogs.open(.search(in: tasks.focused))
        case .searchEverywhere: dialogs.open(.search(in: nil))
        case .filterAccount: dialogs.open(.accounts(context.accounts, selected: tasks.filter))
        case .renameTask:
            guard let task else { return [] }
            dialogs.open(Prompt(title: "Title of this task", purpose: .rename(task.id), text: task.title))
        case .copyMenu, .save, .linkList: return task.map { takeOut(of: $0.id, by: action) } ?? []
        case .pickSuggestion:
            let suggestions = task.flatMap { conversation[$0.id]?.lastReply }?.extras.suggestions ?? []
            guard !suggestions.isEmpty else { return [.notice("The agent has made no suggestions.")] }
            dialogs.open(.suggestions(suggestions))
        default: break
        }
        return []
    }

    mutating func acceptDialog() -> [Effect] {
        let (choice, effects) = dialogs.accept()
        return effects + (choice.map { carryOut($0) } ?? [])
    }

    private mutating func carryOut(_ choice: Picker.Choice) -> [Effect] {
        switch choice {
        case .task(let id): return focus(id)
        case .agent(let account, let agent):
            context.accounts.choose(agent, of: account)
            return beginTask(account: account, agent: agent)
        case .account(let name): tasks.narrow(to: name)
        case .action(let action): return perform(action)
        case .key(let action):
            let way = context.keymap.hint(action).map { "\($0) does this" } ?? "No key is bound to this"
            return [.notice("\(way): \(action.summary.lowercasedFirst)")]
        case .theme(let name): return choose(theme: name)
        case .copy(let text): return [.copy(text, name: "“\(text.firstLine)”")]
        case .save(let text, let name): return askForName(of: text, suggested: name)
        case .saveText(let text, let path): return [.writeFile(text, path: path)]
        case .exportTask(let id, let path): return [.exportTask(id, path: path)]
        case .link(let address): return ask(about: address)
        case .openLink(let address): return [.openLink(address)]
        case .suggestion(let text): return send(text)
        case .hit(let task, let message, let words): return jump(to: message, in: task, of: words)
        case .title(let id, let title): return change(id, .title(title))
        case .template(let name): return useTemplate(named: name)
        case .blank(let text): return fillBlank(with: text)
        case .none, .completion, .service, .keyKind, .offeredAgent, .typedAgent, .severalAgents,
            .markedAgents:
            break
        }
        return []
    }

    mutating func choose(theme name: String) -> [Effect] {
        guard themes.names.contains(name) else {
            let names = themes.names.joined(separator: ", ")
            return [.notice("There is no theme “\(name)”. Themes: \(names).", .statusError)]
        }
        themes.choose(name)
        return [.saveTheme(name)]
    }

    // MARK: Layout

    /// Settles what depends on the size of the screen; runs before ``view()``.
    /// - Returns: what the panes want now: pages, listings, and what has been read.
    mutating func layout() -> [Effect] {
        let task = tasks.focusedTask
        composer.layout(prompt: Composer.prompt(for: task), size: context.size)
        screen = ScreenLayout(
            size: context.size, showsList: showsList, listHasKeys: pane == .list,
            listWidth: context.appearance.listWidth, isBare: context.isBare,
            hasSeveralAccounts: context.accounts.areSeveral,
            inputRows: composer.visible.rows.count)
        guard !ScreenLayout.isTooSmall(context.size) else { return [] }
        tasks.showsAgents = context.appearance.listAgents
        var effects =
            (screen.list.map { list in
                tasks.layout(rows: list.rows - 1) + tasks.name(rows: list.rows - 1, context.accounts)
            } ?? []) + dialogs.layout()
        guard let task else { return effects }
        let room = Size(columns: screen.conversation.columns, rows: screen.conversation.rows)
        effects += conversation.layout(task, in: room, context)
        if context.hasFocus, screen.showsConversation, !dialogs.isOpen,
            let end = conversation.unreadEnd(of: task)
        {
            effects += tasks.markRead(upTo: end)
        }
        return effects
    }
}
