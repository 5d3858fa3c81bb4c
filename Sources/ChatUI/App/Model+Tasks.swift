import Foundation
import RichText
import SessionCore

// What concerns the focused task: sending in it, going to another, archiving it, beginning a new one.
extension Model {
    // MARK: Sending

    mutating func submitInput(mode: Turn.Mode? = nil) -> [Effect] {
        switch composer.submission() {
        case .nothing: return []
        case .message(let text): return send(text, mode: mode)
        case .command(let request): return carryOut(request)
        case .unknown(let hint): return [.notice(hint, .statusError)]
        }
    }

    /// Sends a message in the focused task, or in a new one if there is none.
    /// - Parameters:
    ///   - mode: nil sends in the mode of the task.
    ///   - keepsDraft: whether the message comes from elsewhere, and what is in the input stays.
    mutating func send(_ message: String, mode: Turn.Mode? = nil, keepsDraft: Bool = false) -> [Effect] {
        guard let task = tasks.focusedTask else {
            guard isReady else { return [.notice("Loading the tasks…")] }
            let effects = beginTask()
            return tasks.focusedTask == nil
                ? effects : effects + send(message, mode: mode, keepsDraft: keepsDraft)
        }
        guard context.accounts[task.account] != nil else {
            return [
                .notice(
                    "The config has no account “\(task.account)”: this task can only be read. \(forkHint)",
                    .statusError)
            ]
        }
        if !keepsDraft, edited != nil, let effects = sendEdited(message, in: task) { return effects }
        if !keepsDraft { composer.clear(remembering: message) }
        let restored: [Effect] = task.deletedAt == nil ? [] : [.submit(.setDeleted(task.id, false))]
        tasks.changeFocused { task in
            if !keepsDraft { task.draft = .empty }
            task.deletedAt = nil
        }
        return restored
            + [.submit(.send(task.id, text: message, mode: mode ?? task.mode, keepsDraft: keepsDraft))]
            + conversation.scrollToBottom(of: task.id)
    }

    mutating func toggleBackground() -> [Effect] {
        guard let task = tasks.focusedTask else { return [] }
        let mode: Turn.Mode = task.mode == .streamed ? .background : .streamed
        if let capabilities = context.accounts[task.account]?.capabilities,
            !capabilities.contains(mode == .background ? .background : .streams)
        {
            let name = mode == .background ? "background messages" : "streamed replies"
            return [.notice("“\(task.account)” does not support \(name).", .statusError)]
        }
        return change(task.id, .mode(mode))
    }

    // MARK: Tasks

    /// Goes to a task: saves the draft of the one before, and shows the new one where its reader left it.
    mutating func focus(_ id: ChatTask.ID) -> [Effect] {
        guard id != tasks.focused, tasks[id] != nil else { return [] }
        let effects = leaveTask()
        tasks.focus(id)
        return effects + showFocusedTask()
    }

    /// Goes to the next task that wants the person, or back to where they came from.
    mutating func goToAttention(_ action: Action) -> [Effect] {
        if action == .nextAttention {
            return tasks.nextAttention().map { focus($0) } ?? [.notice("No task needs attention.")]
        }
        return tasks.previousAttention().map { focus($0) }
            ?? [.notice("No task was shown before this one.")]
    }

    mutating func showFocusedTask() -> [Effect] {
        guard let task = tasks.focusedTask else { return [] }
        composer.open(task.draft)
        return [.submit(.look(task.id))] + conversation.open(task, context)
    }

    mutating func leaveTask() -> [Effect] {
        guard let id = tasks.focused else { return [] }
        let effects = saveDraft() + (isUntouched(id) ? [.submit(.discardIfEmpty(id))] : [])
        composer.endHistorySearch()
        conversation.endSearch()
        if edited?.fork == nil { edited = nil }
        return effects
    }

    /// Whether the focused task has no messages and the input is empty.
    func isUntouched(_ focused: ChatTask.ID) -> Bool {
        conversation.isEmpty(focused) && composer.isEmpty
    }

    /// Saves the draft of the focused task if it has changed.
    mutating func saveDraft() -> [Effect] {
        guard tasks.focused != nil, let draft = composer.unsavedDraft() else { return [] }
        return tasks.save(draft)
    }

    /// Asks for the agent of a new task where there is a choice.
    mutating func newTask() -> [Effect] {
        let effects = context.accounts.askForAgents()
        guard context.accounts.agentCount != 1, !context.accounts.all.isEmpty else {
            return effects + beginTask()
        }
        dialogs.open(.agents(context.accounts, near: tasks.focusedTask))
        return effects
    }

    /// Begins a task; see ``Accounts/partner(account:agent:near:)`` for the agent when none is given.
    mutating func beginTask(account: AccountName? = nil, agent: Agent? = nil) -> [Effect] {
        guard
            let (account, agent) = context.accounts.partner(
                account: account, agent: agent, near: tasks.focusedTask)
        else {
            return [
                context.accounts.awaitAgents
                    ? .notice("Loading the agents…", about: .agents(nil))
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
        tasks.begin(task)
        return [.submit(.create(task.id, account: account.name, agent: agent))] + focus(task.id)
    }

    /// Begins the task that waited for an agent. What has been written meanwhile is its draft.
    mutating func beginAwaitedTask() -> [Effect] {
        let written = composer.draft
        let effects = beginTask()
        guard !written.text.isEmpty, let id = tasks.focused else { return effects }
        composer.open(written)
        return effects + tasks.save(written, of: id)
    }

    private var forkHint: String {
        (context.keymap.hint(.forkTask) ?? "/fork") + " continues it in a new one."
    }

    private var addAccountHint: String {
        context.keymap.hint(.addAccount).map { "\($0) adds an account." } ?? "/account adds an account."
    }

    // MARK: Reading

    mutating func goToMatch(_ step: Int) -> [Effect] {
        guard let task = tasks.focused, let effects = conversation.goToMatch(step, in: task) else {
            return openDialog(for: .searchHere)
        }
        return effects
    }

    /// Goes to a message that a search has found.
    mutating func jump(to message: Message.ID, in task: ChatTask.ID, of words: String) -> [Effect] {
        let effects = focus(task)
        pane = .conversation
        return effects + conversation.goToHit(message, of: words, in: task)
    }
}
