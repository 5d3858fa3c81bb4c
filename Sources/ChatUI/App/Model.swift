import Foundation
import RichText
import SessionCore
import Settings

/// The state of the interface: the panes and what they share. Routes keys, actions and events to the pane they concern, and
/// carries out what concerns several panes. Waits for nothing and reads nothing outside itself.
struct Model: Sendable {
    enum Pane: CaseIterable, Sendable {
        case input, list, conversation
    }

    private(set) var context: PaneContext
    private(set) var themes: ThemeChoice
    private(set) var tasks = TaskList()
    private(set) var conversation = ConversationPane()
    private(set) var composer: Composer
    private(set) var dialogs = Dialogs()
    private(set) var notice: Notice?
    /// The pane that the keys go to.
    private(set) var pane = Pane.input
    private var showsList = true
    /// Whether the first list of tasks has arrived.
    private var isReady = false
    /// Whether the last key was Ctrl-C with nothing to clear or stop.
    private var isQuitArmed = false
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
        screen = ScreenLayout(size: context.size, showsList: true, inputRows: 1)
        if let first = problems.first {
            let more = problems.count > 1 ? " (and \(problems.count - 1) more: parley config check)" : ""
            notice = Notice(text: first.description + more, role: .error)
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
    private var keyContext: Action.Context {
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

    mutating func focusChanged(_ hasFocus: Bool) -> [Effect] {
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
        if composer.searchHistory(key) { return [] }
        switch context.keymap.press(key, in: keyContext) {
        case .pending:
            notice = nil
            return []
        case .bound(let action):
            if action != .interrupt { isQuitArmed = false }
            notice = nil
            return perform(action)
        case .unbound(let keys):
            return keys.flatMap { type($0) }
        }
    }

    /// Inserts pasted text into the dialog or the input, whichever pane has the keys.
    mutating func paste(_ text: String) -> [Effect] {
        isQuitArmed = false
        if !dialogs.isOpen { pane = .input }
        return insert(text)
    }

    private mutating func type(_ key: Key) -> [Effect] {
        guard case .character(let character) = key.code, key.modifiers.subtracting(.shift).isEmpty else {
            return []
        }
        isQuitArmed = false
        return dialogs.isOpen || pane == .input ? insert(String(character)) : []
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
        case .edit where dialogs.isOpen, .dialogNext, .dialogPrevious, .dialogPageDown, .dialogPageUp,
            .dialogCancel:
            return dialogs.perform(action, context)
        case .dialogAccept: return acceptDialog()
        case .edit, .historySearch, .openEditor: return composer.perform(action)
        case .complete:
            if !composer.isEmpty { return composer.perform(action) }
            movePane(1)
        case .send: return submitInput()
        case .sendInBackground: return submitInput(mode: .background)
        case .toggleBackground: return toggleBackground()
        case .cancel: return cancel()
        case .interrupt: return interrupt()
        case .stop, .takeBack: return saveDraft() + inConversation(action)
        case .retry, .forkTask, .pageUp, .pageDown, .lineUp, .lineDown, .top, .bottom, .toggleSteps,
            .toggleSelected, .loadEarlier, .copyReply:
            return inConversation(action)
        case .previousMessage, .nextMessage:
            pane = .conversation
            return inConversation(action)
        case .nextMatch: return goToMatch(1)
        case .previousMatch: return goToMatch(-1)
        case .newTask: return newTask()
        case .nextTask, .previousTask, .task: return tasks.target(of: action).map { focus($0) } ?? []
        case .nextAttention:
            return tasks.target(of: action).map { focus($0) } ?? [.notice("No task needs attention.")]
        case .archiveTask: return archiveTask()
        case .pinTask, .groupAccounts, .refresh: return tasks.perform(action)
        case .addAccount: return dialogs.openWizard(context.accounts)
        case .switcher, .renameTask, .deleteTask, .filterAccount, .searchHere, .searchEverywhere, .copyMenu,
            .linkList, .pickSuggestion, .palette, .chooseTheme:
            return openDialog(for: action)
        case .nextPane: movePane(1)
        case .previousPane: movePane(-1)
        case .focusInput: pane = .input
        case .toggleList:
            showsList.toggle()
            if !showsList, pane == .list { pane = .input }
        case .redraw: return [.redraw]
        case .suspend: return saveDraft() + [.suspend]
        case .quit: return quit()
        }
        return []
    }

    private mutating func inConversation(_ action: Action) -> [Effect] {
        tasks.focusedTask.map { conversation.perform(action, in: $0, context) } ?? []
    }

    private mutating func movePane(_ step: Int) {
        let panes = Pane.allCases.filter {
            $0 != .list || ScreenLayout.canShowList(context.size, showsList: showsList)
        }
        let index = panes.firstIndex(of: pane) ?? 0
        pane = panes[(index + step + panes.count) % panes.count]
    }

    // MARK: Sending

    private mutating func submitInput(mode: Turn.Mode? = nil) -> [Effect] {
        switch composer.submission() {
        case .nothing: return []
        case .message(let text): return send(text, mode: mode)
        case .command(let request): return carryOut(request)
        case .unknown(let hint): return [.notice(hint, .statusError)]
        }
    }

    private mutating func carryOut(_ request: SlashCommand.Request) -> [Effect] {
        switch request {
        case .perform(let action): return perform(action)
        case .sendInBackground(let text): return send(text, mode: .background)
        case .chooseTheme(let name): return choose(theme: name)
        case .rename(let title): return tasks.focused.map { [.submit(.rename($0, title: title))] } ?? []
        case .search(let words):
            dialogs.open(.search(in: nil))
            return dialogs.insert(words)
        case .incomplete(let usage):
            return [.notice("This command needs an argument: \(usage)", .statusError)]
        }
    }

    /// Sends a message in the focused task.
    /// - Parameter mode: nil sends in the mode of the task.
    private mutating func send(_ message: String, mode: Turn.Mode? = nil) -> [Effect] {
        guard let task = tasks.focusedTask else { return [] }
        guard context.accounts[task.account] != nil else {
            return [
                .notice(
                    "The account “\(task.account)” is no longer in the configuration: this task can only be read.",
                    .statusError)
            ]
        }
        composer.clear(remembering: message)
        tasks.changeFocused { $0.draft = .empty }
        return [.submit(.send(task.id, text: message, mode: mode ?? task.mode))]
            + conversation.scrollToBottom(of: task.id)
    }

    private mutating func toggleBackground() -> [Effect] {
        guard let task = tasks.focusedTask else { return [] }
        let mode: Turn.Mode = task.mode == .streamed ? .background : .streamed
        if let capabilities = context.accounts[task.account]?.capabilities,
            !capabilities.contains(mode == .background ? .background : .streams)
        {
            let name = mode == .background ? "background messages" : "streamed replies"
            return [.notice("“\(task.account)” does not support \(name).", .statusError)]
        }
        tasks.changeFocused { $0.mode = mode }
        return [.submit(.setMode(task.id, mode))]
    }

    // MARK: Esc and Ctrl-C

    private mutating func cancel() -> [Effect] {
        guard pane == .input else {
            pane = .input
            conversation.deselect(in: tasks.focused)
            return []
        }
        return isRunning ? perform(.stop) : []
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

    private var isRunning: Bool { tasks.focusedTask.map(conversation.isRunning) ?? false }

    /// Leaves the program: the draft is saved, an untouched task is discarded.
    mutating func quit() -> [Effect] { leaveTask() + [.quit] }

    // MARK: Tasks

    /// Goes to a task: saves the draft of the one before, and shows the new one where its reader left it.
    private mutating func focus(_ id: ChatTask.ID) -> [Effect] {
        guard id != tasks.focused, tasks[id] != nil else { return [] }
        let effects = leaveTask()
        tasks.focus(id)
        return effects + showFocusedTask()
    }

    private mutating func showFocusedTask() -> [Effect] {
        guard let task = tasks.focusedTask else { return [] }
        composer.open(task.draft)
        return conversation.open(task, context)
    }

    private mutating func leaveTask() -> [Effect] {
        guard let id = tasks.focused else { return [] }
        let effects = saveDraft() + (isUntouched(id) ? [.submit(.discardIfEmpty(id))] : [])
        composer.endHistorySearch()
        conversation.endSearch()
        return effects
    }

    /// Whether the focused task has no messages and the input is empty.
    private func isUntouched(_ focused: ChatTask.ID) -> Bool {
        conversation.isEmpty(focused) && composer.isEmpty
    }

    /// Saves the draft of the focused task if it has changed.
    mutating func saveDraft() -> [Effect] {
        guard tasks.focused != nil, let draft = composer.unsavedDraft() else { return [] }
        return tasks.save(draft)
    }

    private mutating func archiveTask() -> [Effect] {
        guard let task = tasks.focusedTask else { return [] }
        let effects: [Effect] = [.submit(.setArchived(task.id, !task.isArchived))]
        guard !task.isArchived else { return effects }
        let next = tasks.neighbour(1).flatMap { $0 == task.id ? nil : $0 }
        return effects + (next.map { focus($0) } ?? beginTask())
    }

    /// Asks for the agent of a new task where there is a choice.
    private mutating func newTask() -> [Effect] {
        let effects = context.accounts.askForAgents()
        guard context.accounts.agentCount != 1, !context.accounts.all.isEmpty else {
            return effects + beginTask()
        }
        dialogs.open(.agents(context.accounts, near: tasks.focusedTask))
        return effects
    }

    /// Begins a task; see ``Accounts/partner(account:agent:near:)`` for the agent when none is given.
    private mutating func beginTask(account: AccountName? = nil, agent: Agent? = nil) -> [Effect] {
        guard
            let (account, agent) = context.accounts.partner(
                account: account, agent: agent, near: tasks.focusedTask)
        else {
            return [
                context.accounts.awaitAgents
                    ? .notice("Loading the agents…")
                    : .notice("There is no agent to talk to. \(addAccountHint)", .statusError)
            ]
        }
        pane = .input
        if let filter = tasks.filter, filter != account.name { tasks.narrow(to: nil) }
        if let task = tasks.focusedTask, task.agent == agent, task.account == account.name,
            isUntouched(task.id)
        {
            return []
        }
        let mode: Turn.Mode = account.capabilities.contains(.streams) ? .streamed : .background
        let task = ChatTask(
            id: .random(), account: account.name, agent: agent, createdAt: context.now,
            updatedAt: context.now, mode: mode)
        tasks.put(task)
        return [.submit(.create(task.id, account: account.name, agent: agent))] + focus(task.id)
    }

    private var addAccountHint: String {
        context.keymap.hint(.addAccount).map { "\($0) adds an account." } ?? "/account adds an account."
    }

    // MARK: Reading

    private mutating func goToMatch(_ step: Int) -> [Effect] {
        guard let task = tasks.focused, let message = conversation.match(step, in: task) else {
            return openDialog(for: .searchHere)
        }
        return jump(to: message, in: task)
    }

    private mutating func jump(to message: Message.ID, in task: ChatTask.ID) -> [Effect] {
        let effects = focus(task)
        pane = .conversation
        return effects + conversation.jump(to: message, in: task)
    }

    // MARK: Dialogs

    private mutating func openDialog(for action: Action) -> [Effect] {
        let task = tasks.focusedTask
        switch action {
        case .switcher: dialogs.open(.tasks(tasks, context))
        case .palette: dialogs.open(.actions(context.keymap))
        case .chooseTheme: dialogs.open(.themes(themes))
        case .searchHere: dialogs.open(.search(in: tasks.focused))
        case .searchEverywhere: dialogs.open(.search(in: nil))
        case .filterAccount: dialogs.open(.accounts(context.accounts, selected: tasks.filter))
        case .deleteTask: if let task { dialogs.open(.deletion(of: task)) }
        case .renameTask:
            guard let task else { return [] }
            dialogs.open(Prompt(title: "Title of this task", purpose: .rename(task.id), text: task.title))
        case .copyMenu:
            if let task {
                dialogs.open(.copying(from: conversation.nearbyLayouts(of: task.id), context.labels))
            }
        case .linkList:
            if let task { dialogs.open(.links(in: conversation.nearbyLayouts(of: task.id))) }
        case .pickSuggestion:
            let suggestions = task.flatMap { conversation[$0.id]?.lastReply }?.extras.suggestions ?? []
            guard !suggestions.isEmpty else { return [.notice("The agent has made no suggestions.")] }
            dialogs.open(.suggestions(suggestions))
        default: break
        }
        return []
    }

    private mutating func acceptDialog() -> [Effect] {
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
        case .theme(let name): return choose(theme: name)
        case .copy(let text): return .copying(text, named: "“\(text.firstLine)”")
        case .suggestion(let text): return send(text)
        case .hit(let task, let message): return jump(to: message, in: task)
        case .delete(let id): return [.submit(.delete(id))]
        case .close, .service, .keyKind, .offeredAgent, .typedAgent: break
        }
        return []
    }

    private mutating func choose(theme name: String) -> [Effect] {
        guard themes.names.contains(name) else {
            let names = themes.names.joined(separator: ", ")
            return [.notice("There is no theme “\(name)”. Themes: \(names).", .statusError)]
        }
        themes.choose(name)
        return [.saveTheme(name)]
    }

    // MARK: Events

    /// Whether what arrived may change the screen.
    func shows(_ mail: Mail) -> Bool {
        guard case .session(.chunk(let task, _, _, _)) = mail else { return true }
        return task == tasks.focused
    }

    mutating func receive(_ mail: Mail) -> [Effect] {
        switch mail {
        case .session(let event): return apply(event)
        case .accountWizard(let answer): return apply(answer)
        case .agents(let answer):
            let effects = context.accounts.apply(answer)
            dialogs.agentsChanged(context.accounts)
            let isWaiting = isReady && tasks.focused == nil && context.accounts.agentCount > 0
            return effects + (isWaiting ? beginTask() : [])
        }
    }

    private mutating func apply(_ event: SessionEvent) -> [Effect] {
        switch event {
        case .message, .chunk, .messageRemoved, .turn, .page, .history: return conversation.apply(event)
        case .tasks(let all): return apply(all)
        case .task(let task): return apply(task)
        case .taskRemoved(let id): return remove(id)
        case .listing(let account, let state): return tasks.apply(state, of: account, context)
        case .found(let answer):
            if dialogs.apply(answer, context), answer.request.task == tasks.focused {
                conversation.found(answer.hits.map(\.message), for: answer.request.words)
            }
        case .draft(let id, let draft):
            if id == tasks.focused {
                composer.replaceDraft(with: draft)
            } else if var task = tasks[id] {
                task.draft = draft
                tasks.put(task)
            }
        case .problem(let text): return [.notice(text, .statusError)]
        }
        return []
    }

    private mutating func apply(_ all: [ChatTask]) -> [Effect] {
        let changed = all.filter { task in tasks[task.id].map { $0.updatedAt < task.updatedAt } ?? false }
        tasks.replace(with: all)
        var effects = isReady ? [] : askServices()
        isReady = true
        for task in changed { effects += conversation.reload(task.id, isShown: task.id == tasks.focused) }
        if let focused = tasks.focused {
            return effects + (conversation[focused] == nil ? showFocusedTask() : [])
        }
        return effects + (tasks.order.first.map { focus($0) } ?? beginTask())
    }

    private mutating func apply(_ task: ChatTask) -> [Effect] {
        var task = task
        // The draft being written is newer than the one in the store.
        if task.id == tasks.focused { task.draft = composer.draft }
        var effects = tasks.apply(task, context)
        if tasks.focused == nil { effects += focus(task.id) }
        if conversation.isAwaitedFork(task.id) {
            effects += focus(task.id)
            pane = .input
            effects.append(.notice("This is the fork; the other task stays as it is."))
        }
        return effects
    }

    private mutating func remove(_ id: ChatTask.ID) -> [Effect] {
        let wasFocused = tasks.focused == id
        tasks.remove(id)
        conversation.forget(id)
        guard wasFocused else { return [] }
        return tasks.focused == nil ? beginTask() : showFocusedTask()
    }

    private mutating func apply(_ answer: AccountWizardAnswer) -> [Effect] {
        var effects: [Effect] = []
        if case .saved(let all) = answer.outcome {
            context.accounts.replace(with: all)
            effects = askServices()
        }
        guard let added = dialogs.apply(answer) else { return effects }
        return effects + beginTask(account: added.name, agent: added.agents.first)
            + [.notice("Added the account “\(added.name)”.")]
    }

    /// Asks the services for their tasks and agents.
    private mutating func askServices() -> [Effect] {
        (context.accounts.listTasks ? [.submit(.refresh)] : []) + context.accounts.askForAgents()
    }

    // MARK: Layout

    /// Settles what depends on the size of the screen; runs before ``view()``.
    /// - Returns: what the panes want now: pages, listings, and what has been read.
    mutating func layout() -> [Effect] {
        let task = tasks.focusedTask
        composer.layout(prompt: Composer.prompt(for: task), size: context.size)
        screen = ScreenLayout(
            size: context.size, showsList: showsList, hasSeveralAccounts: context.accounts.areSeveral,
            inputRows: composer.visible.rows.count)
        var effects: [Effect] = []
        if let list = screen.list { effects += tasks.layout(rows: list.rows - 1) }
        guard let task, !ScreenLayout.isTooSmall(context.size) else { return effects }
        let room = Size(columns: screen.conversation.columns, rows: screen.conversation.rows)
        effects += conversation.layout(task, in: room, context)
        if context.hasFocus, !dialogs.isOpen, let end = conversation.unreadEnd(of: task) {
            effects += tasks.markRead(upTo: end)
        }
        return effects
    }
}
