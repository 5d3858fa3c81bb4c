import AgentServer
import Agents
import ArgumentParser
import ChatUI
import RichText
import Settings

/// What the guide knows besides the README, generated from the program itself: the actions with their default keys, the commands
/// and the themes.
enum ProgramManual {
    static var sections: [ManualSection] { keys + [commands, themes] }

    private static var keys: [ManualSection] {
        let (keymap, _) = Keymap.make()
        return Action.Group.allCases.map { group in
            let rows = Action.entries.filter { $0.group == group }.map { entry in
                let keys = keymap.keys(of: entry.action).map { "`\($0)`" }.joined(separator: ", ")
                return "| \(entry.summary) | \(keys) | `\(entry.name)` |"
            }
            return ManualSection(
                title: "Keys: \(group.rawValue)",
                text: (["| what it does | keys | action |", "|---|---|---|"] + rows).joined(separator: "\n"))
        }
    }

    private static var commands: ManualSection {
        let rows = Parley.configuration.subcommands.map { command in
            let name = command.configuration.commandName ?? "\(command)".lowercased()
            return "| `parley \(name)` | \(command.configuration.abstract) |"
        }
        return ManualSection(
            title: "Commands",
            text: (["| command | what it does |", "|---|---|"] + rows).joined(separator: "\n"))
    }

    private static var themes: ManualSection {
        let rows = ThemeCatalog().all.map { "- `\($0.name)` (\($0.variant.rawValue))" }
        return ManualSection(
            title: "Built-in themes",
            text: (["Choose one with `parley themes --use NAME`, or in the interface:"] + rows).joined(
                separator: "\n"))
    }
}
