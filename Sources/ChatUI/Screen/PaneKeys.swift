import RichText

/// What the keys of a pane do, as the status bar shows it while the pane has them.
struct PaneKeys {
    /// The name of the pane.
    let name: String
    /// The most useful first.
    let hints: [(key: String, label: String)]
    /// The way back; always shown.
    let back: (key: String, label: String)?

    /// - Returns: nil for the input, whose keys are those of any input.
    init?(of pane: Model.Pane, _ keymap: Keymap) {
        let (context, labels): (Action.Context, [(action: Action, label: String)])
        switch pane {
        case .input: return nil
        case .list: (name, context, labels) = ("TASKS", .list, Self.list)
        case .conversation: (name, context, labels) = ("CONVERSATION", .conversation, Self.conversation)
        }
        hints = labels.compactMap { entry in
            keymap.hint(entry.action, in: context).map { ($0, entry.label) }
        }
        back = keymap.hint(.cancel, in: context).map { ($0, "back") }
    }

    private static let list: [(action: Action, label: String)] = [
        (.focusInput, "open"), (.pinTask, "pin"), (.archiveTask, "archive"), (.deleteTask, "delete"), (.undoChange, "undo"),
        (.renameTask, "rename"), (.newTask, "new"), (.switcher, "find"), (.archivedTasks, "archived"), (.filterAccount, "one account"),
        (.groupAccounts, "group"), (.addAccount, "add account"), (.refresh, "refresh"),
    ]

    private static let conversation: [(action: Action, label: String)] = [
        (.previousMessage, "select up"), (.nextMessage, "down"), (.toggleSelected, "open"),
        (.copyMenu, "copy"), (.searchHere, "search"), (.linkList, "links"), (.toggleSteps, "steps"),
        (.retry, "retry"), (.forkTask, "fork"), (.takeBack, "take back"), (.loadEarlier, "earlier"),
        (.focusInput, "write"),
    ]

    /// Draws as many as fit.
    /// - Returns: the columns it took.
    func draw(row: Int, column: Int, width: Int, on canvas: inout ThemedCanvas) -> Int {
        func columns(of hint: (key: String, label: String)) -> Int {
            Glyphs.width(hint.key) + 1 + Glyphs.width(hint.label)
        }
        let separator = " · "
        var used = 0
        func room() -> Int { width - used }
        func put(_ text: String, _ role: StyleRole) {
            used += canvas.put(text, row: row, column: column + used, width: room(), role: role)
        }
        put(name + " ", .statusMode)
        let reserved = back.map { columns(of: $0) + separator.count } ?? 0
        var isFirst = true
        func put(_ hint: (key: String, label: String)) {
            put(isFirst ? " " : separator, .statusBar)
            put(hint.key, .statusKey)
            put(" " + hint.label, .statusBar)
            isFirst = false
        }
        for hint in hints {
            guard columns(of: hint) + separator.count + reserved <= room() else { break }
            put(hint)
        }
        if let back { put(back) }
        return used
    }
}
