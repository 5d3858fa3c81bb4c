import SessionCore

extension Model {
    /// The rows of the task list that plain mode takes as shown: as many as it lists at once.
    private static let listedRows = 20

    /// Settles what ``layout()`` settles on a screen: more tasks are asked for, and the shown task is read to its end.
    mutating func settleWithoutScreen() -> [Effect] {
        var effects =
            tasks.layout(rows: Self.listedRows) + tasks.name(rows: Self.listedRows, context.accounts)
        guard let task = tasks.focusedTask else { return effects }
        effects += conversation.followEnd(of: task.id)
        if let end = conversation.unreadEnd(of: task) { effects += tasks.markRead(upTo: end) }
        return effects
    }

    /// Selects the next (1) or the previous (-1) message, from the last one on.
    /// - Returns: nil if there is none.
    mutating func selectMessage(_ step: Int) -> Message.ID? {
        guard let task = tasks.focused, let transcript = conversation[task], !transcript.messages.isEmpty
        else {
            return nil
        }
        let count = transcript.messages.count
        let selected = transcript.selection.flatMap { transcript.index(of: $0.message) }
        let index = min(count - 1, max(0, (selected ?? count) + step))
        let message = transcript.messages[index].id
        conversation.select(message, in: task)
        return message
    }

    /// Opens the list of the tasks that were put away.
    mutating func openArchive() {
        let items = tasks.putAway.map { task in
            Picker.Item(
                choice: .task(task.id), label: task.shownTitle,
                detail: (task.deletedAt == nil ? "archived" : "deleted") + ", "
                    + context.labels.age(task.updatedAt, now: context.now))
        }
        dialogs.open(Picker(title: "Archived tasks", items: items, emptyText: "No task is archived."))
    }
}
