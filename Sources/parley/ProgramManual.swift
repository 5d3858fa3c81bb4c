import AgentServer
import ArgumentParser
import RichText
import Settings

/// What the guide knows beside the README, made of what the program is made of: the commands and the themes.
enum ProgramManual {
    static var sections: [ManualSection] { [commands, themes] }

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
