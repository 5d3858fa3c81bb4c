/// What the keys of a pane do, as the status bar shows it while the pane has them.
struct PaneKeys {
    /// The name of the pane.
    let name: String
    /// The most useful first.
    let hints: [(key: String, label: String)]
    /// The way back; always shown.
    let back: (key: String, label: String)?

    /// - Returns: nil for the input, whose keys are those of any input.
    /// - Parameter listsArchived: whether the list shows the archived tasks.
    init?(of pane: Model.Pane, listsArchived: Bool = false, _ keymap: Keymap) {
        let (context, labels): (Action.Context, [(actions: [Action], label: String)])
        switch pane {
        case .input: return nil
        case .list:
            (name, context, labels) =
                listsArchived ? ("ARCHIVED", .list, Self.archived) : ("TASKS", .list, Self.list)
        case .conversation: (name, context, labels) = ("CONVERSATION", .conversation, Self.conversation)
        }
        hints = labels.compactMap { entry in
            let keys = entry.actions.compactMap { keymap.hint($0, in: context) }
            return keys.isEmpty ? nil : (keys.joined(separator: " "), entry.label)
        }
        back = keymap.hint(.cancel, in: context).map { ($0, "back") }
    }

    private init(name: String, hints: [(key: String, label: String)], back: (key: String, label: String)?) {
        (self.name, self.hints, self.back) = (name, hints, back)
    }

    /// The keys of the menu above the input.
    /// - Parameter offersFiles: whether it names files within a message, which Enter sends unless one is selected.
    static func menu(_ keymap: Keymap, offersFiles: Bool = false, hasSelection: Bool = false) -> PaneKeys {
        func hint(_ actions: Action..., label: String) -> (key: String, label: String)? {
            let keys = actions.compactMap { keymap.hint($0, in: .input) }
            return keys.isEmpty ? nil : (keys.joined(separator: " "), label)
        }
        return PaneKeys(
            name: offersFiles ? "FILE" : "COMMAND",
            hints: [
                hint(.send, label: !offersFiles ? "run" : hasSelection ? "attach" : "send"),
                hint(.complete, label: "complete"),
                hint(.edit(.rowUp), .edit(.rowDown), label: "select"),
            ].compactMap(\.self),
            back: hint(.cancel, label: "close"))
    }

    private static let list: [(actions: [Action], label: String)] = [
        ([.focusInput], "open"), ([.pinTask], "pin"), ([.archiveTask], "archive"), ([.deleteTask], "delete"),
        ([.undoChange], "undo"),
        ([.renameTask], "rename"), ([.newTask], "new"), ([.switcher], "find"), ([.archivedTasks], "archived"),
        ([.filterAccount], "one account"),
        ([.groupAccounts], "group"), ([.addAccount], "add account"), ([.refresh], "refresh"),
    ]

    private static let archived: [(actions: [Action], label: String)] = [
        ([.focusInput], "open"), ([.archiveTask], "bring back"), ([.archivedTasks], "the other tasks"),
        ([.deleteTask], "delete"), ([.undoChange], "undo"), ([.switcher], "find"),
    ]

    private static let conversation: [(actions: [Action], label: String)] = [
        ([.previousMessage, .nextMessage], "select"), ([.toggleSelected], "open"), ([.copyMenu], "copy"),
        ([.searchHere], "search"), ([.linkList], "links"), ([.toggleSteps], "steps"),
        ([.previousBlock, .nextBlock], "code"), ([.toggleBlocks], "fold"), ([.retry], "retry"),
        ([.forkTask], "fork"), ([.takeBack], "take back"), ([.loadEarlier], "earlier"),
        ([.focusInput], "write"),
    ]
}
