import Foundation
import RichText
import SessionCore

/// What keys, the palette and commands do.
extension Model {
    /// A key was pressed.
    mutating func press(_ key: Key) {
        if historySearch != nil, searchHistory(key) { return }
        switch keymap.press(key, in: context) {
        case .pending: notice = nil
        case .bound(let action): run(action)
        case .unbound(let keys): for key in keys { type(key) }
        }
    }

    /// Text was pasted: it goes where one writes, whatever pane has the keys.
    mutating func paste(_ text: String) {
        isQuitArmed = false
        if dialog == nil { pane = .input }
        insert(text)
    }

    private mutating func type(_ key: Key) {
        guard case .character(let character) = key.code, key.modifiers.subtracting(.shift).isEmpty else {
            return
        }
        isQuitArmed = false
        if dialog == nil, pane != .input { return }
        insert(String(character))
    }

    private mutating func insert(_ text: String) {
        notice = nil
        if dialog != nil {
            dialog?.editor.insert(text.replacing("\n", with: " "))
            dialogEdited()
        } else {
            editor.insert(text)
            edited()
        }
    }

    private mutating func run(_ action: Action) {
        if action != .interrupt { isQuitArmed = false }
        notice = nil
        perform(action)
    }

    mutating func perform(_ action: Action) {
        switch action {
        case .send: send()
        case .sendInBackground: send(mode: .background)
        case .toggleBackground: toggleBackground()
        case .takeBack: takeBack()
        case .historySearch: historySearch = HistorySearch(history)
        case .complete: complete()
        case .openEditor: effects.append(.editText(editor.text))
        case .edit(let edit): apply(edit)
        case .cancel: cancel()
        case .interrupt: interrupt()
        case .stop: stop()
        case .retry: retry()
        case .newTask: newTask()
        case .nextTask: move(1)
        case .previousTask: move(-1)
        case .task(let number): if let task = tasks[number - 1] { focus(task.id) }
        case .nextAttention: nextAttention()
        case .switcher: openSwitcher()
        case .renameTask: renameTask()
        case .pinTask: if let task = focusedTask { submit(.setPinned(task.id, !task.isPinned)) }
        case .archiveTask: archiveTask()
        case .deleteTask: confirmDelete()
        case .filterAccount: openAccounts()
        case .addAccount: openSetup()
        case .groupAccounts: tasks.group(!tasks.isGrouped)
        case .forkTask: forkTask()
        case .refresh:
            submit(.refresh)
            say("Asking for the tasks…")
        case .pageUp, .pageDown, .lineUp, .lineDown, .top, .bottom, .previousMessage, .nextMessage:
            scroll(action)
        case .searchHere: openSearch(in: tasks.focused)
        case .searchEverywhere: openSearch(in: nil)
        case .nextMatch: goToMatch(1)
        case .previousMatch: goToMatch(-1)
        case .copyReply: copyReply()
        case .copyMenu: openCopyMenu()
        case .linkList: openLinkList()
        case .pickSuggestion: openSuggestions()
        case .toggleSteps: showsSteps.toggle()
        case .toggleSelected: toggleSelected()
        case .loadEarlier: loadEarlier()
        case .nextPane: movePane(1)
        case .previousPane: movePane(-1)
        case .focusInput: pane = .input
        case .toggleList: toggleList()
        case .palette: openPalette()
        case .chooseTheme: openThemes()
        case .redraw: effects.append(.redraw)
        case .suspend:
            saveDraft()
            effects.append(.suspend)
        case .quit: leave()
        case .dialogAccept: acceptDialog()
        case .dialogCancel: cancelDialog()
        case .dialogNext: moveSelection(1)
        case .dialogPrevious: moveSelection(-1)
        case .dialogPageDown: movePage(1)
        case .dialogPageUp: movePage(-1)
        }
    }

    // MARK: Writing

    mutating func edited() { isDraftDirty = true }

    private mutating func apply(_ edit: LineEditor.Edit) {
        guard dialog == nil else {
            dialog?.editor.perform(edit)
            dialogEdited()
            return
        }
        if edit == .rowUp || edit == .rowDown, walkHistory(edit) { return }
        let before = editor.revision
        editor.perform(edit)
        if editor.revision != before { edited() }
    }

    var inputWidth: Int { ScreenLayout.inputWidth(columns: size.columns, prompt: prompt) }

    /// What stands before the input: it shows how the message will be sent.
    var prompt: String { focusedTask?.mode == .background ? "bg> " : "> " }

    /// Up in the first row and Down in the last walk through what was said before.
    private mutating func walkHistory(_ edit: LineEditor.Edit) -> Bool {
        if edit == .rowUp, editor.isInFirstRow, let text = history.older(than: editor.text) {
            editor.setText(text)
        } else if edit == .rowDown, editor.isInLastRow, let text = history.newer(than: editor.text) {
            editor.setText(text)
        } else {
            return false
        }
        isDraftDirty = true
        return true
    }

    private mutating func searchHistory(_ key: Key) -> Bool {
        guard var search = historySearch else { return false }
        switch search.press(key) {
        case .searching:
            historySearch = search
            return true
        case .accepted(let draft, let consumed):
            historySearch = nil
            editor.setText(draft.text, cursor: draft.cursor)
            isDraftDirty = true
            return consumed
        case .cancelled(let consumed):
            historySearch = nil
            return consumed
        }
    }

    private mutating func send(mode: Turn.Mode? = nil) {
        let text = editor.text
        switch SlashCommand.parse(text) {
        case .command(let name, let argument): runCommand(name, argument)
        case .message(let message): say(message: message, mode: mode)
        case .empty: break
        }
    }

    /// Sends a message of the focused task.
    mutating func say(message: String, mode: Turn.Mode? = nil) {
        guard let task = focusedTask else { return }
        let account = account(task.account)
        guard account != nil else {
            say(
                "The account “\(task.account)” is not in the configuration any more: this task can only be read.",
                .statusError)
            return
        }
        history.append(message)
        clearInput()
        submit(.send(task.id, text: message, mode: mode ?? task.mode))
        if let request = transcripts[task.id]?.scrollToBottom() { submit(.load(request)) }
    }

    private mutating func clearInput() {
        editor.setText("")
        isDraftDirty = false
        if let id = tasks.focused, var task = tasks[id] {
            task.draft = .empty
            tasks.put(task)
        }
    }

    private mutating func toggleBackground() {
        guard var task = focusedTask else { return }
        let new: Turn.Mode = task.mode == .streamed ? .background : .streamed
        if let capabilities = account(task.account)?.capabilities,
            !capabilities.contains(new == .background ? .background : .streams)
        {
            say("“\(task.agent.name)” cannot do that: its service knows no other way to send.", .statusError)
            return
        }
        task.mode = new
        tasks.put(task)
        submit(.setMode(task.id, new))
    }

    private mutating func takeBack() {
        guard let turn = turn(\.takeBack, where: \.canBeTakenBack) else {
            say("There is no unsent message to take back.")
            return
        }
        saveDraft()
        submit(.takeBack(turn))
    }

    // MARK: The running turn

    /// The turn of the focused task that is under way.
    var runningTurn: Turn? {
        tasks.focused.flatMap { transcripts[$0] }?.turns.values.first { !$0.state.isOver }
    }

    private mutating func cancel() {
        if pane != .input {
            pane = .input
            search = nil
            if let id = tasks.focused { transcripts[id]?.selection = nil }
        } else if runningTurn != nil {
            stop()
        }
    }

    private mutating func interrupt() {
        if !editor.isEmpty {
            history.append(editor.text)
            clearInput()
            if let id = tasks.focused { submit(.setDraft(id, .empty)) }
        } else if runningTurn != nil {
            stop()
        } else if isQuitArmed {
            leave()
        } else {
            isQuitArmed = true
            say("Press Ctrl-C once more to quit.")
        }
    }

    private mutating func stop() {
        guard let id = tasks.focused, runningTurn != nil else {
            say("Nothing is running here.")
            return
        }
        saveDraft()
        submit(.stop(id))
    }

    private mutating func retry() {
        guard let turn = turn(\.retry, where: { $0.canBeRetried || $0.state == .queued }) else {
            say("There is nothing to send once more: no turn failed here.")
            return
        }
        submit(.retry(turn))
    }

    /// The turn that a key acts on: that of the selected message, else the newest that it can act on.
    private func turn(_ target: KeyPath<TurnTargets, Turn.ID?>, where canBe: (Turn) -> Bool) -> Turn.ID? {
        guard let transcript = tasks.focused.flatMap({ transcripts[$0] }) else { return nil }
        if let selected = transcript.selectedTurn, canBe(selected) { return selected.id }
        return transcript.targets[keyPath: target]
    }

    // MARK: Tasks

    /// Begins a task that holds this one, up to the selected message or all of it.
    private mutating func forkTask() {
        guard let task = focusedTask, let transcript = transcripts[task.id] else { return }
        guard let account = account(task.account), account.capabilities.contains(.forks) else {
            say("Tasks of “\(task.account)” cannot be forked: their service does not know how.", .statusError)
            return
        }
        guard task.serviceID != nil, !transcript.messages.isEmpty else {
            say("Nothing was said here yet that could be forked.")
            return
        }
        let fork = ChatTask.ID.random()
        awaitedFork = fork
        submit(.fork(task.id, upTo: transcript.selection?.message, as: fork))
        say(transcript.selection == nil ? "Forking the task…" : "Forking the task from the selected message…")
    }

    private mutating func move(_ step: Int) {
        if let id = tasks.neighbour(step) { focus(id) }
    }

    private mutating func nextAttention() {
        guard let id = tasks.attention.next(after: tasks.focused) else {
            say("No task wants attention.")
            return
        }
        focus(id)
    }

    private mutating func archiveTask() {
        guard let task = focusedTask else { return }
        submit(.setArchived(task.id, !task.isArchived))
        guard !task.isArchived else { return }
        let next = tasks.neighbour(1).flatMap { $0 == task.id ? nil : $0 }
        if let next { focus(next) } else { beginTask() }
    }

    // MARK: Reading

    private mutating func scroll(_ action: Action) {
        guard let id = tasks.focused else { return }
        var request: PageRequest?
        switch action {
        case .pageUp: transcripts[id]?.scrollPage(-1)
        case .pageDown: transcripts[id]?.scrollPage(1)
        case .lineUp: transcripts[id]?.scroll(by: -1)
        case .lineDown: transcripts[id]?.scroll(by: 1)
        case .top: request = transcripts[id]?.scrollToTop() ?? nil
        case .bottom: request = transcripts[id]?.scrollToBottom() ?? nil
        case .previousMessage, .nextMessage:
            transcripts[id]?.select(action == .nextMessage ? 1 : -1)
            pane = .conversation
        default: break
        }
        if let request { submit(.load(request)) }
    }

    /// Opens or closes the selected step, or the steps of the selected message.
    private mutating func toggleSelected() {
        guard let id = tasks.focused else { return }
        if transcripts[id]?.selection == nil {
            let keys = [keymap.hint(.previousMessage), keymap.hint(.nextMessage)].compactMap(\.self)
            say("Nothing is selected: \(keys.joined(separator: " and ")) select a message or a step.")
        } else if transcripts[id]?.toggleSelected() != true {
            say("There are no steps to open here.")
        }
    }

    private mutating func loadEarlier() {
        guard let task = focusedTask else { return }
        guard account(task.account)?.capabilities.contains(.history) ?? false, task.serviceID != nil else {
            say("There is nothing earlier to ask a service for.")
            return
        }
        submit(.loadEarlier(task.id))
    }

    mutating func jump(to message: Message.ID, in task: ChatTask.ID) {
        if task != tasks.focused { focus(task) }
        if let request = transcripts[task]?.jump(to: message) { submit(.load(request)) }
        pane = .conversation
    }

    private mutating func goToMatch(_ step: Int) {
        guard let search, !search.hits.isEmpty, let id = tasks.focused else {
            openSearch(in: tasks.focused)
            return
        }
        let current: Message.ID = {
            if case .line(let message, _)? = transcripts[id]?.anchor { return message }
            return step > 0 ? .min : .max
        }()
        let next =
            step > 0
            ? search.hits.first { $0 > current } ?? search.hits.first
            : search.hits.last { $0 < current } ?? search.hits.last
        if let next { jump(to: next, in: id) }
    }

    private mutating func copyReply() {
        guard let id = tasks.focused, let reply = transcripts[id]?.lastReply else {
            say("There is no reply to copy yet.")
            return
        }
        copy(reply.text, what: "the last reply")
    }

    mutating func copy(_ text: String, what: String) {
        effects.append(.copy(text))
        say("Copied \(what).")
    }

    // MARK: Panes

    private mutating func movePane(_ step: Int) {
        let panes = Pane.allCases.filter {
            $0 != .list || ScreenLayout.canShowList(size, showsList: showsList)
        }
        let index = panes.firstIndex(of: pane) ?? 0
        pane = panes[(index + step + panes.count) % panes.count]
    }

    private mutating func toggleList() {
        showsList.toggle()
        if !showsList, pane == .list { pane = .input }
    }

    private mutating func complete() {
        if editor.isEmpty {
            movePane(1)
        } else if let completed = SlashCommand.complete(editor.text, among: Self.commands) {
            editor.replace(0..<editor.count, with: completed)
            edited()
        }
    }
}
