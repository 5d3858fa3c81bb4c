import Settings

/// All commands: every action by its name, and the few with an argument.
extension SlashCommand {
    /// What a command asks for.
    enum Request {
        case perform(Action)
        case sendInBackground(String)
        case chooseTheme(String)
        case rename(String)
        case search(String)
        /// The argument is missing.
        case incomplete(usage: String)
    }

    /// Those with an argument first.
    static let all: [SlashCommand] =
        [
            SlashCommand(name: "bg", argument: "TEXT", summary: "Send TEXT in the background"),
            SlashCommand(name: "theme", argument: "NAME", summary: "Use the theme NAME"),
            SlashCommand(name: "rename", argument: "TITLE", summary: "Rename this task to TITLE"),
            SlashCommand(name: "search", argument: "WORDS", summary: "Search all tasks for WORDS"),
        ]
        + Action.entries.filter { entry in
            entry.group != .dialogs && entry.group != .editing
                && !["theme", "rename", "search"].contains(entry.name)
        }.map { SlashCommand(name: $0.name, argument: nil, summary: $0.summary) }

    /// - Returns: nil when there is no such command.
    static func request(_ name: String, _ argument: String) -> Request? {
        guard let command = all.first(where: { $0.name == name }) else { return nil }
        switch (name, argument.isEmpty) {
        case ("bg", false): return .sendInBackground(argument)
        case ("bg", true): return .incomplete(usage: command.usage)
        case ("theme", false): return .chooseTheme(argument)
        case ("rename", false): return .rename(argument)
        case ("search", false): return .search(argument)
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
