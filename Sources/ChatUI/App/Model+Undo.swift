import SessionCore

// What a person does to a task is done at once, and a key takes it back.
extension Model {
    /// Archives, deletes or pins the focused task; what was put away comes back by the same key.
    mutating func change(by action: Action) -> [Effect] {
        guard let task = tasks.focusedTask else { return [] }
        switch action {
        case .archiveTask where task.deletedAt != nil, .deleteTask where task.deletedAt != nil:
            return change(task.id, .deleted(false))
        case .archiveTask: return change(task.id, .archived(!task.isArchived))
        case .deleteTask: return change(task.id, .deleted(true))
        case .pinTask: return change(task.id, .pinned(!task.isPinned))
        default: return []
        }
    }

    /// Changes a task and says so, with the key that takes it back.
    mutating func change(_ id: ChatTask.ID, _ change: TaskChange) -> [Effect] {
        guard let task = tasks[id] else { return [] }
        let inverse = change.inverse(in: task)
        guard inverse != change else { return [] }
        undoHistory.add(inverse, to: id)
        let key = context.keymap.hint(.undoChange).map { " \($0) undoes it." } ?? ""
        return carryOut(change, in: task) + [.notice(change.description(of: task) + key)]
    }

    /// Takes the last change of a task back.
    mutating func undoChange() -> [Effect] {
        guard let (task, inverse) = undoHistory.takeLast(tasks) else {
            return [.notice("There is nothing to undo.")]
        }
        var effects = carryOut(inverse, in: task)
        if let restored = tasks[task.id], !restored.isPutAway { effects += focus(task.id) }
        return effects + [.notice(inverse.description(of: task))]
    }

    private mutating func carryOut(_ change: TaskChange, in task: ChatTask) -> [Effect] {
        let heir = task.id == tasks.focused ? tasks.heir(of: task.id) : nil
        // What is not saved yet belongs to the task; an empty one is discarded by leaving it.
        let draft = task.id == tasks.focused ? saveDraft() : []
        tasks.change(task.id) { change.apply(to: &$0, at: context.now) }
        let effects = draft + [.submit(change.intent(for: task.id))]
        guard change.movesTask, let changed = tasks.focusedTask, changed.id == task.id,
            !tasks.isListed(changed)
        else { return effects }
        return effects + (heir.map { focus($0) } ?? beginTask())
    }

    /// Shows the archived tasks in the list, or the others again.
    mutating func togglePutAway() -> [Effect] {
        let shows = !tasks.showsPutAway
        tasks.showPutAway(shows)
        if shows {
            showList()
            return []
        }
        // The shown task may be an archived one.
        return tasks.focusedTask.map(tasks.isListed) == false ? tasks.order.first.map { focus($0) } ?? [] : []
    }
}
