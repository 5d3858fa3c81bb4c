import AgentServer
import Agents
import ArgumentParser
import ChatUI
import Foundation
import RichText
import Settings

/// What the guide knows besides the README, generated from the program itself: the actions with their default keys, the commands,
/// the settings and the themes.
enum ProgramManual {
    static var sections: [ManualSection] { actions + commands + settings + [themes] }

    private static var actions: [ManualSection] {
        Action.entries.filter { !$0.action.synonyms.isEmpty }.map { entry in
            let keys = entry.keysInWords
            let title = String(entry.summary.prefix { !";,:(".contains($0) }).trimmingCharacters(
                in: .whitespaces)
            let whole = entry.summary == title ? "" : entry.summary + ".\n\n"
            let press = keys.isEmpty ? "Type " : "Press \(keys), or type "
            return ManualSection(
                title: title, text: whole + press + "`/\(entry.name)` in the input.",
                path: ["Actions", entry.group.rawValue],
                keywords: entry.action.synonyms + " " + entry.name, kind: .action)
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

    /// The settings of `config.toml`, each with what its example says about it.
    private static var settings: [ManualSection] {
        Setting.all.compactMap { setting in
            guard let keywords = settingKeywords[setting.name] else { return nil }
            return ManualSection(
                title: "The setting \(setting.name)",
                text:
                    "\(setting.about)\n\n```toml\n\(setting.line)\n```\n\nIt is in `config.toml`, and counts as soon as you save it.",
                path: ["Settings"], keywords: keywords, kind: .topic)
        }
    }

    /// Words by which people ask for a setting.
    private static let settingKeywords = [
        "colors": "color colors colour colours truecolor 24bit 24-bit 256 16 palette pale wrong",
        "list-width": "wide wider narrow narrower width list pane column columns",
        "list-agents": "agent account name names second row list",
        "text-width": "wide wider narrow width line lines length text margin columns",
        "times": "relative absolute time times ago date format",
        "fold-lines": "fold folded folds collapse long code block lines hidden",
        "status-line": "status bar line customise customize parts",
        "clock": "12 24 hour hours am pm time format",
        "hints": "hints keys tips",
        "mouse": "mouse click clicks wheel pointer trackpad",
        "confirm-quit": "ask asks asking confirm quit quitting warning",
        "local": "local hide account server",
    ]

    private static var themes: ManualSection {
        let rows = ThemeCatalog().all.map { "- `\($0.name)` (\($0.variant.rawValue))" }
        return ManualSection(
            title: "Built-in themes",
            text: (["Choose one with `parley themes --use NAME`, or in the interface:"] + rows).joined(
                separator: "\n"))
    }
}
