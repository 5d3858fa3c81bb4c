import Foundation
import RichText
import SessionCore

// What arrives from the session manager, the account wizard and the services goes to the panes.
extension Model {
    // MARK: Events

    /// Whether what arrived may change the screen.
    func shows(_ mail: Mail) -> Bool {
        switch mail {
        case .session(.chunk(let task, _, _, _)), .session(.steps(let task, _, _)): task == tasks.focused
        default: true
        }
    }

    mutating func receive(_ mail: Mail) -> [Effect] {
        let effects = route(mail)
        dropVoidNotice()
        return effects
    }

    /// A notice goes with what it is about.
    private mutating func dropVoidNotice() {
        let holds =
            switch notice?.subject {
            case nil: true
            case .attention(let task): tasks.wantsAttention(task)
            case .listing(let account): tasks.listings.isUnfinished(account)
            case .agents(nil): context.accounts.awaitAgents
            case .agents(let account?): context.accounts[account]?.agents.isEmpty ?? false
            case .fork: conversation.awaitsFork
            }
        if !holds { notice = nil }
    }

    private mutating func route(_ mail: Mail) -> [Effect] {
        switch mail {
        case .session(let event): return apply(event)
        case .accountWizard(let answer): return apply(answer)
        case .files(let answer): return apply(answer)
        case .agents(let answer):
            let effects = context.accounts.apply(answer)
            dialogs.agentsChanged(context.accounts)
            let isWaiting = isReady && tasks.focused == nil && context.accounts.agentCount > 0
            return effects + (isWaiting ? beginAwaitedTask() : [])
        case .clipboard(let text): return clipboardRead(text)
        case .settings(let update): return apply(update)
        case .settled: return []
        }
    }

    /// The person has saved a settings file.
    private mutating func apply(_ update: SettingsUpdate) -> [Effect] {
        if let alerts = update.alerts { context.alerts = alerts }
        if let keymap = update.keymap { context.keymap = keymap }
        if let appearance = update.appearance {
            context.appearance = appearance
            context.labels = TimeLabels(
                zone: context.labels.zone, times: appearance.times, clock: appearance.clock)
        }
        if let languages = update.languages { context.languages = languages }
        if let templates = update.templates { context.templates = templates }
        context.keymap.showsHints = context.appearance.hints
        if let themes = update.themes { use(themes) }
        var effects: [Effect] = []
        if let accounts = update.accounts {
            context.accounts.replace(with: accounts)
            dialogs.agentsChanged(context.accounts)
            effects = askServices()
            if isReady, tasks.focused == nil, context.accounts.agentCount > 0 {
                effects += beginAwaitedTask()
            }
        }
        if let message = update.message {
            effects.append(.notice(message.text, message.isProblem ? .error : .statusBar))
        }
        return effects
    }

    mutating func apply(_ event: SessionEvent) -> [Effect] {
        if case .history(let task, let state) = event { tasks.historyChanged(of: task, to: state) }
        switch event {
        case .message, .chunk, .steps, .messageRemoved, .turn, .page, .history, .places:
            return conversation.apply(event)
        case .tasks(let all): return apply(all)
        case .changed(let changed): return apply(changed: changed)
        case .task(let task): return apply(task)
        case .taskRemoved(let id, let successor): return remove(id, successor: successor)
        case .listing(let account, let state): return tasks.apply(state, of: account, context)
        case .found(let answer): dialogs.apply(answer, context)
        case .preview(let task, let messages): dialogs.preview(messages, of: task)
        case .returned(let id, let text): return returnToDraft(text, of: id)
        case .unstored(let work): unstored = work
        case .problem(let text): return [.notice(text, .statusError)]
        }
        return []
    }

    mutating func apply(_ all: [ChatTask]) -> [Effect] {
        let changed = all.filter { task in tasks[task.id].map { $0.revision < task.revision } ?? false }
        tasks.replace(with: all)
        var effects = isReady ? [] : askServices()
        // What was deleted before the last quit can be taken back.
        if !isReady { for task in tasks.deleted { undoHistory.add(.deleted(false), to: task.id) } }
        isReady = true
        for task in changed { effects += conversation.reload(task.id, isShown: task.id == tasks.focused) }
        if let focused = tasks.focused {
            return effects + (conversation[focused] == nil ? showFocusedTask() : [])
        }
        return effects + (tasks.order.first.map { focus($0) } ?? beginTask())
    }

    /// Tasks that other programs have changed, among those that were changed here.
    private mutating func apply(changed: [ChatTask]) -> [Effect] {
        var effects: [Effect] = []
        for task in changed where tasks[task.id].map({ $0.revision < task.revision }) ?? true {
            if task.id != tasks.focused { tasks.takeDraft(of: task) }
            effects += apply(task)
            effects += conversation.reload(task.id, isShown: task.id == tasks.focused)
        }
        return effects
    }

    mutating func apply(_ task: ChatTask) -> [Effect] {
        var task = task
        // Drafts are written here: they are newer than what is in the store.
        task.draft = task.id == tasks.focused ? composer.draft : tasks[task.id]?.draft ?? task.draft
        var effects = tasks.apply(task, context)
        if tasks.focused == nil { effects += focus(task.id) }
        if conversation.isAwaitedFork(task.id) {
            if let edited, edited.fork == task.id { return effects + sendInFork(task.id, edited) }
            effects += focus(task.id)
            pane = .input
            effects.append(.notice("This is the fork; the original task is unchanged."))
        }
        return effects
    }

    /// Messages were not sent after all: their text goes in front of what is being written. It is saved at once.
    private mutating func returnToDraft(_ text: String, of id: ChatTask.ID) -> [Effect] {
        if id == tasks.focused {
            composer.returnToDraft(text)
            return saveDraft()
        }
        guard let draft = tasks[id]?.draft.returning(text) else { return [] }
        return tasks.save(draft, of: id)
    }

    /// - Parameter successor: holds what the task has held.
    mutating func remove(_ id: ChatTask.ID, successor: ChatTask.ID?) -> [Effect] {
        let wasFocused = tasks.focused == id
        var effects: [Effect] = []
        if let successor, tasks[successor] != nil {
            let written = wasFocused ? composer.draft.text : tasks[id]?.draft.text ?? ""
            if wasFocused { effects = focus(successor) }
            if !written.isEmpty { effects += returnToDraft(written, of: successor) }
        }
        tasks.remove(id)
        conversation.forget(id)
        dialogs.taskRemoved(id, wasShown: wasFocused)
        guard wasFocused, tasks.focused == nil || tasks.focused != successor else { return effects }
        return effects + (tasks.focused == nil ? beginTask() : showFocusedTask())
    }

    mutating func apply(_ answer: AccountWizardAnswer) -> [Effect] {
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
    mutating func askServices() -> [Effect] {
        (context.accounts.listTasks ? [.submit(.refresh)] : []) + context.accounts.askForAgents()
    }
}
