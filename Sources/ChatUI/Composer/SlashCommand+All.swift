import SessionCore
import Settings

/// All commands: every action by its name, and the few with an argument.
extension SlashCommand {
    /// What a command asks for.
    enum Request: Hashable, Sendable {
        case perform(Action)
        case sendInBackground(String)
        case chooseTheme(String)
        case rename(String)
        case search(String)
        /// A task by its title, an agent and an account by their names: as typed, or chosen from the menu.
        case findTask(String)
        case goToTask(ChatTask.ID)
        case findAgent(String)
        case beginTask(account: AccountName, Agent)
        case findAccount(String)
        case narrow(to: AccountName?)
        case insertFile(path: String)
        case attachFile(path: String)
        case export(path: String)
        case useTemplate(String)
        /// The argument is missing.
        case incomplete(usage: String)
    }

    /// Those with an argument first. What only a key can do is not among them: it acts on what is being written.
    static let all: [SlashCommand] =
        [
            SlashCommand(name: "bg", argument: "TEXT", summary: "Send TEXT in the background"),
            SlashCommand(name: "task", argument: "TITLE", values: .tasks, summary: "Go to the task TITLE"),
            SlashCommand(
                name: "new-task", argument: "AGENT", values: .agents, summary: "Start a new task with AGENT"),
            SlashCommand(name: "rename", argument: "TITLE", summary: "Rename this task to TITLE"),
            SlashCommand(name: "search", argument: "WORDS", summary: "Search all tasks for WORDS"),
            SlashCommand(name: "theme", argument: "NAME", values: .themes, summary: "Use the theme NAME"),
            SlashCommand(
                name: "filter", argument: "ACCOUNT", values: .accounts, summary: "List the tasks of ACCOUNT"),
            SlashCommand(
                name: "insert", argument: "FILE", values: .files,
                summary: "Insert the text of FILE into the message"),
            SlashCommand(
                name: "attach", argument: "FILE", values: .files,
                summary: "Attach FILE to the message: its name and its text"),
            SlashCommand(
                name: "template", argument: "NAME", values: .templates,
                summary: "Insert the template NAME into the message"),
            SlashCommand(
                name: "export", argument: "FILE", values: .files,
                summary: "Export this task to FILE, as Markdown, JSON or HTML"),
        ]
        + Action.entries.filter { entry in
            entry.group != .dialogs && entry.group != .editing && !entry.action.isOnlyForKeys
                && !["theme", "rename", "search", "new-task", "filter", "template", "export"].contains(
                    entry.name)
        }.map { SlashCommand(name: $0.name, argument: nil, summary: $0.summary) }

    /// - Returns: nil when there is no such command.
    static func request(_ name: String, _ argument: String) -> Request? {
        guard let command = all.first(where: { $0.name == name }) else { return nil }
        switch (name, argument.isEmpty) {
        case ("bg", false): return .sendInBackground(argument)
        case ("insert", false): return .insertFile(path: argument)
        case ("attach", false): return .attachFile(path: argument)
        case ("bg", true), ("insert", true), ("attach", true): return .incomplete(usage: command.usage)
        case ("export", false): return .export(path: argument)
        case ("template", false): return .useTemplate(argument)
        case ("theme", false): return .chooseTheme(argument)
        case ("rename", false): return .rename(argument)
        case ("search", false): return .search(argument)
        case ("task", false): return .findTask(argument)
        case ("task", true): return .perform(.switcher)
        case ("new-task", false): return .findAgent(argument)
        case ("filter", false): return .findAccount(argument)
        default: return Action(name: name).map { .perform($0) }
        }
    }

    static func hint(forUnknown name: String) -> String {
        let names = all.map(\.name)
        let near =
            NearestName(known: names).to(name) ?? FuzzyMatcher.rank(name, names).first.map { names[$0.index] }
        let hint = near.map { " Did you mean /\($0)?" } ?? ""
        return "There is no command /\(name).\(hint) To send the text itself, begin with //."
    }
}

extension Action {
    /// Whether it acts on what is being written, so that a command in its place makes no sense.
    fileprivate var isOnlyForKeys: Bool {
        switch self {
        case .send, .edit, .complete, .cancel, .interrupt, .sendInBackground, .historySearch: true
        default: false
        }
    }
}
