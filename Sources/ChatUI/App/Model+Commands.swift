import SessionCore
import Settings

/// What is typed after a slash: every action by its name, and the few commands that take words.
extension Model {
    /// The commands with their arguments; every action without one follows.
    static let commands: [SlashCommand] =
        [
            SlashCommand(name: "bg", argument: "TEXT", summary: "Send TEXT in the background"),
            SlashCommand(name: "theme", argument: "NAME", summary: "Use the theme NAME"),
            SlashCommand(name: "rename", argument: "TITLE", summary: "Give this task another title"),
            SlashCommand(name: "search", argument: "WORDS", summary: "Search every task"),
        ]
        + Action.entries.filter { entry in
            entry.group != .dialogs && entry.group != .editing
                && !["theme", "rename", "search"].contains(entry.name)
        }.map { SlashCommand(name: $0.name, argument: nil, summary: $0.summary) }

    mutating func runCommand(_ name: String, _ argument: String) {
        guard let command = Self.commands.first(where: { $0.name == name }) else {
            let names = Self.commands.map(\.name)
            let near =
                NearestName(known: names).to(name)
                ?? FuzzyMatcher.rank(name, names).first.map { names[$0.index] }
            let hint = near.map { " Did you mean /\($0)?" } ?? ""
            say("There is no command /\(name).\(hint) Begin with // to send it as it is.", .statusError)
            return
        }
        history.append(editor.text)
        editor.setText("")
        edited()
        run(command, argument)
    }

    private mutating func run(_ command: SlashCommand, _ argument: String) {
        switch (command.name, argument.isEmpty) {
        case ("bg", false): say(message: argument, mode: .background)
        case ("bg", true): say("Say what to send: /bg TEXT.", .statusError)
        case ("theme", false): choose(theme: argument)
        case ("rename", false): if let id = tasks.focused { submit(.rename(id, title: argument)) }
        case ("search", false):
            openSearch(in: nil)
            dialog?.editor.insert(argument)
            dialogEdited()
        default: if let action = Action(name: command.name) { perform(action) }
        }
    }
}
