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

    mutating func apply(_ event: SessionEvent) -> [Effect] {
        switch event {
        case .message, .chunk, .steps, .messageRemoved, .turn, .page, .history:
            return conversation.apply(event)
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
        case .unstored(let work): unstored = work
        case .problem(let text): return [.notice(text, .statusError)]
        }
        return []
    }

    mutating func apply(_ all: [ChatTask]) -> [Effect] {
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

    mutating func apply(_ task: ChatTask) -> [Effect] {
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

    mutating func remove(_ id: ChatTask.ID) -> [Effect] {
        let wasFocused = tasks.focused == id
        tasks.remove(id)
        conversation.forget(id)
        guard wasFocused else { return [] }
        return tasks.focused == nil ? beginTask() : showFocusedTask()
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
