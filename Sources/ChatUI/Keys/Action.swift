import RichText

/// Everything a person can make Parley do: the one vocabulary of key bindings, the palette, slash commands and tests.
/// ``Action/entries`` holds each action's name, help text and default keys.
public enum Action: Hashable, Sendable {
    // Writing
    case send, sendInBackground, toggleBackground, takeBack, historySearch, complete, openEditor
    case editMessage, quote, toggleFold, useTemplate
    case edit(Edit)
    // The running turn
    case cancel, interrupt, stop, retry, regenerate
    // Tasks
    case newTask, nextTask, previousTask, firstTask, lastTask, taskPageDown, taskPageUp
    case task(Int)
    case nextAttention, previousAttention, recentTask, switcher
    case renameTask, pinTask, archiveTask, deleteTask, archivedTasks, undoChange, forkTask
    case filterAccount, groupAccounts, addAccount, refresh
    // Reading
    case pageUp, pageDown, lineUp, lineDown, top, bottom, firstNew, previousMessage, nextMessage
    case previousBlock, nextBlock, toggleBlocks
    case searchHere, searchEverywhere, nextMatch, previousMatch
    case copyReply, copyMenu, save, export, linkList, pickSuggestion, toggleSteps, toggleSelected, loadEarlier
    // Panes and the program
    case nextPane, previousPane, focusInput, focusList, toggleList, toggleBare
    case palette, chooseTheme, toggleMouse, redraw, suspend, quit
    // Dialogs
    case dialogAccept, dialogCancel, dialogNext, dialogPrevious, dialogPageDown, dialogPageUp, dialogFirst,
        dialogLast

    /// Where a key is pressed.
    public enum Context: String, CaseIterable, Sendable {
        /// In every pane, unless the pane binds the key itself.
        case everywhere
        case input, list, conversation, dialog
    }

    /// The groups of the help, in its order.
    public enum Group: String, CaseIterable, Sendable {
        case writing = "Writing"
        case turn = "The running turn"
        case tasks = "Tasks"
        case reading = "Reading"
        case program = "Panes and the program"
        case dialogs = "Dialogs"
        case editing = "Line editing"
    }

    public struct Entry: Sendable {
        public var action: Action
        /// The name in `keys.toml`, in the palette and after a slash.
        public var name: String
        public var group: Group
        public var summary: String
        /// Where a binding in `keys.toml` applies.
        public var context: Context
        public var keys: [(context: Context, text: String)]
    }

    public init?(name: String) {
        guard let entry = Action.byName[name] else { return nil }
        self = entry.action
    }

    public var name: String { Action.byAction[self]?.name ?? "" }
    public var summary: String { Action.byAction[self]?.summary ?? "" }
    public var entry: Entry? { Action.byAction[self] }

    private static let byName = Dictionary(
        entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    private static let byAction = Dictionary(
        entries.map { ($0.action, $0) }, uniquingKeysWith: { first, _ in first })
}

extension Action {
    /// Every action.
    public static let entries: [Entry] =
        writing + turn + tasks + reading + program + dialogs + editing

    static func entry(
        _ action: Action, _ name: String, _ group: Group, _ summary: String,
        in context: Context = .everywhere, _ keys: String..., also other: [(Context, String)] = []
    ) -> Entry {
        Entry(
            action: action, name: name, group: group, summary: summary, context: context,
            keys: keys.map { (context, $0) } + other.map { ($0.0, $0.1) })
    }

    private static let writing: [Entry] = [
        entry(.send, "send", .writing, "Send the message", in: .input, "enter"),
        entry(
            .edit(.newline), "newline", .writing, "Insert a line break", in: .input,
            "alt-enter", "ctrl-j", "shift-enter"),
        entry(
            .toggleBackground, "toggle-background", .writing,
            "Toggle sending in the background for this task", "alt-m", "ctrl-x m"),
        entry(
            .sendInBackground, "send-in-background", .writing, "Send this message in the background",
            in: .input, "ctrl-x enter"),
        entry(
            .takeBack, "take-back", .writing, "Take back the last unsent message",
            "ctrl-x ctrl-u", also: [(.conversation, "u")]),
        entry(
            .historySearch, "history-search", .writing, "Search your earlier messages as you type",
            in: .input,
            "ctrl-r"),
        entry(
            .complete, "complete", .writing, "Complete a command; on an empty input, go to the next pane",
            in: .input, "tab"),
        entry(
            .openEditor, "edit", .writing, "Edit the message in $VISUAL or $EDITOR", "ctrl-x ctrl-e"),
        entry(
            .editMessage, "edit-message", .writing,
            "Edit an earlier message and send it again", "ctrl-x e",
            also: [(.conversation, "E")]),
        entry(
            .quote, "quote", .writing, "Quote the selected message, or the last reply", "ctrl-x q",
            also: [(.conversation, ">")]),
        entry(
            .useTemplate, "template", .writing, "Insert a template into the message", "ctrl-x ctrl-t"),
        entry(
            .toggleFold, "unfold", .writing,
            "Show a folded text of the message, or fold it again", "ctrl-x ctrl-v"),
    ]

    private static let turn: [Entry] = [
        entry(
            .cancel, "cancel", .turn, "Close the dialog, go back to the input, or stop the running turn",
            "esc"),
        entry(
            .interrupt, "interrupt", .turn,
            "Clear the input, else stop the turn, else quit", "ctrl-c"),
        entry(.stop, "stop", .turn, "Stop the running turn of this task", "ctrl-x ctrl-c"),
        entry(
            .retry, "retry", .turn, "Retry the failed or unconfirmed message", "alt-r",
            "ctrl-x ctrl-r",
            also: [(.conversation, "r")]),
        entry(
            .regenerate, "regenerate", .turn, "Ask again for the selected or last reply",
            "ctrl-x r", also: [(.conversation, "R")]),
    ]

    private static let tasks: [Entry] =
        [
            entry(.newTask, "new-task", .tasks, "Start a new task", "alt-n", "f4", also: [(.list, "n")]),
            entry(
                .nextTask, "next-task", .tasks, "Go to the next task of the list", "ctrl-n",
                also: [(.list, "down"), (.list, "j")]),
            entry(
                .previousTask, "previous-task", .tasks, "Go to the previous task of the list", "ctrl-p",
                also: [(.list, "up"), (.list, "k")]),
            entry(
                .firstTask, "first-task", .tasks, "Go to the first task of the list", in: .list, "home", "g"),
            entry(
                .lastTask, "last-task", .tasks, "Go to the last task of the list", in: .list, "end", "G"),
            entry(.taskPageDown, "task-page-down", .tasks, "Go a page down in the list", in: .list, "pgdn"),
            entry(.taskPageUp, "task-page-up", .tasks, "Go a page up in the list", in: .list, "pgup"),
            entry(
                .nextAttention, "next-attention", .tasks,
                "Go to the next task that needs attention", "alt-a", "f2"),
            entry(
                .previousAttention, "previous-attention", .tasks,
                "Go back to the task that needed attention before", "alt-A", "shift-f2"),
            entry(
                .recentTask, "recent-task", .tasks, "Go to the task that was shown before", "alt-`",
                "ctrl-x b"),
            entry(
                .switcher, "switcher", .tasks, "Find a task by letters of its title, agent or account",
                "ctrl-s", "f3",
                also: [(.list, "/")]),
            entry(.renameTask, "rename", .tasks, "Rename this task", "f7", also: [(.list, "R")]),
            entry(
                .pinTask, "pin", .tasks, "Pin this task to the top of the list, or unpin it",
                also: [(.list, "p")]),
            entry(
                .archiveTask, "archive", .tasks,
                "Archive this task, or bring it back; search still finds it",
                also: [(.list, "a")]),
            entry(
                .deleteTask, "delete", .tasks,
                "Delete this task; can be undone for ten minutes",
                also: [(.list, "d")]),
            entry(
                .archivedTasks, "archived", .tasks, "List the archived tasks, or go back to the others",
                "ctrl-x v",
                also: [(.list, "v")]),
            entry(
                .undoChange, "undo-change", .tasks,
                "Undo the last change to a task", "ctrl-x u",
                also: [(.list, "u")]),
            entry(
                .forkTask, "fork", .tasks,
                "Fork this task at the selected message", "ctrl-x f",
                also: [(.conversation, "f")]),
            entry(
                .filterAccount, "filter", .tasks, "List the tasks of one account or of all",
                also: [(.list, "f")]),
            entry(
                .groupAccounts, "group", .tasks, "Toggle grouping by account", also: [(.list, "o")]),
            entry(
                .addAccount, "account", .tasks, "Add an account, step by step", "ctrl-x a",
                also: [(.list, "A")]),
            entry(.refresh, "refresh", .tasks, "Refresh the tasks from the services", "f5"),
        ]
        + (1...9).map {
            entry(.task($0), "task-\($0)", .tasks, "Go to task \($0) of the list", "alt-\($0)")
        }

    private static let reading: [Entry] = [
        entry(
            .pageUp, "page-up", .reading, "Scroll a page up", "pgup",
            also: [(.conversation, "b"), (.conversation, "ctrl-b")]),
        entry(
            .pageDown, "page-down", .reading, "Scroll a page down", "pgdn",
            also: [(.conversation, "space"), (.conversation, "ctrl-f")]),
        entry(
            .lineUp, "line-up", .reading, "Scroll a line up", "shift-up",
            also: [(.conversation, "up"), (.conversation, "k")]),
        entry(
            .lineDown, "line-down", .reading, "Scroll a line down", "shift-down",
            also: [(.conversation, "down"), (.conversation, "j")]),
        entry(
            .top, "top", .reading, "Go to the first message", "alt-home", "ctrl-home",
            also: [(.conversation, "home"), (.conversation, "g")]),
        entry(
            .bottom, "bottom", .reading, "Go to the end and follow new messages", "alt-end", "ctrl-end",
            also: [(.conversation, "end"), (.conversation, "G")]),
        entry(
            .firstNew, "new-messages", .reading, "Go to the first message that is new to you", "alt-e",
            also: [(.conversation, "m")]),
        entry(
            .previousMessage, "previous-message", .reading, "Select the previous message or step", "alt-up",
            also: [(.conversation, "[")]),
        entry(
            .nextMessage, "next-message", .reading, "Select the next message or step", "alt-down",
            also: [(.conversation, "]")]),
        entry(
            .previousBlock, "previous-block", .reading, "Select the previous block of code",
            "alt-{", also: [(.conversation, "{")]),
        entry(
            .nextBlock, "next-block", .reading, "Select the next block of code", "alt-}",
            also: [(.conversation, "}")]),
        entry(
            .searchHere, "search-here", .reading, "Search this task", "alt-/", "ctrl-x s",
            also: [(.conversation, "/")]),
        entry(.searchEverywhere, "search", .reading, "Search every task", "alt-g", "ctrl-x g"),
        entry(.nextMatch, "next-match", .reading, "Go to the next match", in: .conversation, "n"),
        entry(.previousMatch, "previous-match", .reading, "Go to the previous match", in: .conversation, "N"),
        entry(.copyReply, "copy-reply", .reading, "Copy the last reply", "alt-w"),
        entry(
            .copyMenu, "copy", .reading, "Choose a message or code block to copy", "ctrl-x y",
            also: [(.conversation, "y")]),
        entry(
            .save, "save", .reading, "Save a message or code block to a file", "ctrl-x w",
            also: [(.conversation, "w")]),
        entry(
            .export, "export", .reading, "Export this task to a file, as Markdown, JSON or HTML",
            "ctrl-x ctrl-w"),
        entry(
            .linkList, "links", .reading, "List the links in this task to open or copy", "alt-o",
            "ctrl-x o",
            also: [(.conversation, "o")]),
        entry(
            .pickSuggestion, "suggestions", .reading, "Send one of the agent's suggestions", "alt-s",
            "ctrl-x n"),
        entry(
            .toggleSteps, "steps", .reading, "Open or close all steps", "ctrl-x t",
            also: [(.conversation, "s")]),
        entry(
            .toggleSelected, "open-step", .reading, "Open or close the selected step or block",
            in: .conversation,
            "enter"),
        entry(
            .toggleBlocks, "blocks", .reading, "Open or close all long blocks",
            "ctrl-x z", also: [(.conversation, "z")]),
        entry(
            .loadEarlier, "earlier", .reading, "Load earlier messages from the service", "ctrl-x h",
            also: [(.conversation, "e")]),
    ]

    private static let program: [Entry] = [
        entry(
            .nextPane, "next-pane", .program, "Go to the next pane", "ctrl-x tab",
            also: [(.list, "tab"), (.conversation, "tab")]),
        entry(.previousPane, "previous-pane", .program, "Go to the previous pane", "shift-tab"),
        entry(
            .focusInput, "focus-input", .program, "Go back to the input",
            also: [(.list, "enter"), (.conversation, "i")]),
        entry(.focusList, "focus-list", .program, "Go to the task list, and back", "f6", "ctrl-x l"),
        entry(.toggleList, "toggle-list", .program, "Show or hide the task list", "f8"),
        entry(
            .toggleBare, "bare", .program,
            "Show the text alone, or everything again", "f10", "ctrl-x c"),
        entry(.palette, "help", .program, "Show every action with its keys; type to find one", "f1"),
        entry(.chooseTheme, "theme", .program, "Choose a theme", "f9"),
        entry(.toggleMouse, "toggle-mouse", .program, "Switch the mouse on or off", "ctrl-x p"),
        entry(.redraw, "redraw", .program, "Redraw the screen", "ctrl-l"),
        entry(
            .suspend, "suspend", .program, "Suspend Parley and go back to the shell (fg continues)", "ctrl-z"),
        entry(.quit, "quit", .program, "Quit Parley; everything is saved", "ctrl-q"),
    ]

    private static let dialogs: [Entry] = [
        entry(
            .dialogAccept, "dialog-accept", .dialogs, "Accept what is selected or typed", in: .dialog, "enter"
        ),
        entry(.dialogCancel, "dialog-cancel", .dialogs, "Close the dialog", in: .dialog, "esc", "ctrl-c"),
        entry(
            .dialogNext, "dialog-next", .dialogs, "Select the next one", in: .dialog, "down", "ctrl-n", "tab",
            "ctrl-s"),
        entry(
            .dialogPrevious, "dialog-previous", .dialogs, "Select the previous one", in: .dialog, "up",
            "ctrl-p",
            "shift-tab"),
        entry(
            .dialogPageDown, "dialog-page-down", .dialogs, "Move the selection a page down", in: .dialog,
            "pgdn"),
        entry(.dialogPageUp, "dialog-page-up", .dialogs, "Move the selection a page up", in: .dialog, "pgup"),
        entry(
            .dialogFirst, "dialog-first", .dialogs, "Select the first one, or go to the start of the line",
            in: .dialog, "home", "ctrl-home", "alt-<"),
        entry(
            .dialogLast, "dialog-last", .dialogs, "Select the last one, or go to the end of the line",
            in: .dialog, "end", "ctrl-end", "alt->"),
    ]
}
