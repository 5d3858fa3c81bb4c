import AgentServer
import Agents
import ArgumentParser
import ChatUI
import Foundation
import RichText
import Settings

/// What the guide knows besides the README, generated from the program itself: the actions with their default keys, the commands
/// and the themes.
enum ProgramManual {
    static var sections: [ManualSection] { actions + commands + [themes] }

    private static var actions: [ManualSection] {
        let (keymap, _) = Keymap.make()
        return Action.entries.filter { !$0.action.synonyms.isEmpty }.map { entry in
            let keys = entry.keys.compactMap { key in
                keymap.keys(of: entry.action).map(\.description).first { $0.lowercased() == key.text }
                    .map { "`\($0)`\(place(of: key.context))" }
            }
            let ways =
                (keys.isEmpty ? [] : [keys.joined(separator: ", ")]) + ["`/\(entry.name)` in the input"]
            return ManualSection(
                title: String(entry.summary.prefix { !";,:(".contains($0) }).trimmingCharacters(
                    in: .whitespaces),
                text: "\(entry.summary): \(ways.joined(separator: ", or ")).",
                path: ["Actions", entry.group.rawValue],
                keywords: entry.action.synonyms + " " + entry.name, kind: .action)
        }
    }

    private static func place(of context: Action.Context) -> String {
        switch context {
        case .everywhere: ""
        case .input: " while you write"
        case .list: " in the task list"
        case .conversation: " in the conversation"
        case .dialog: " in a dialog"
        }
    }

    private static var commands: [ManualSection] {
        Parley.configuration.subcommands.map { command in
            let configuration = command.configuration
            let name = configuration.commandName ?? "\(command)".lowercased()
            return ManualSection(
                title: "parley \(name)",
                text: [configuration.abstract, configuration.discussion, "`parley help \(name)` says more."]
                    .filter { !$0.isEmpty }.joined(separator: "\n\n"),
                path: ["Command line"], keywords: keywords[name] ?? "", kind: .command)
        }
    }

    /// Words by which people ask for a command.
    private static let keywords = [
        "export": "save markdown file conversation transcript download backup", "send": "script pipe message",
        "tasks": "list", "show": "print read", "search": "find", "serve": "server team host",
        "keys": "shortcuts", "themes": "colours", "config": "settings check", "demo": "try example",
        "doctor": "diagnose check problem", "delete": "remove",
    ]

    private static var themes: ManualSection {
        let rows = ThemeCatalog().all.map { "- `\($0.name)` (\($0.variant.rawValue))" }
        return ManualSection(
            title: "Built-in themes",
            text: (["Choose one with `parley themes --use NAME`, or in the interface:"] + rows).joined(
                separator: "\n"))
    }
}
