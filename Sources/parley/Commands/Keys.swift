import ArgumentParser
import ChatUI
import Settings

/// `parley keys`
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the actions of the interface and their keys.",
        discussion: """
            Every action can be bound to other keys in keys.toml, beside the config: below [keys], a line such as \
            "ctrl-n" = "next-task", or "ctrl-x ctrl-e" = "edit" for two keys in sequence. "none" instead of an action unbinds \
            the keys.
            """)

    @OptionGroup var format: JSONOption

    /// An action in `--json` output.
    private struct ActionReport: Encodable {
        var action: String
        var group: String
        var context: String
        var keys: [String]
        var summary: String
    }

    func run() throws {
        let context = ProgramContext(config: nil)
        let (bindings, fileProblems) = KeyBinding.load(from: context.folders)
        let (keymap, problems) = Keymap.make(
            bindings: bindings, file: context.folders.display(context.folders.keysFile))
        for problem in fileProblems + problems { Output.error.report(problem.description) }
        if format.json {
            return try Output.standard.write(JSONOutput.text(Action.entries.map { report($0, keymap) }))
        }
        try write(keymap)
    }

    private func report(_ entry: Action.Entry, _ keymap: Keymap) -> ActionReport {
        ActionReport(
            action: entry.name, group: entry.group.rawValue, context: entry.context.rawValue,
            keys: keymap.keys(of: entry.action).map(\.description), summary: entry.summary)
    }

    private func write(_ keymap: Keymap) throws {
        let output = Output.standard
        var table = Table()
        for group in Action.Group.allCases {
            if output.isTerminal { table.add([.init(group.rawValue, .bold)]) }
            for entry in Action.entries where entry.group == group {
                let keys = keymap.keys(of: entry.action).map(\.description).joined(separator: ", ")
                table.add([
                    .init((output.isTerminal ? "  " : "") + entry.name), .init(keys, .dim),
                    .init(entry.summary),
                ])
            }
        }
        try table.write(to: output)
    }
}
