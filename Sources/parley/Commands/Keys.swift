import ArgumentParser
import ChatUI
import Settings

/// `parley keys`
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the actions of the interface and their keys, or show what a key does.",
        discussion: """
            Every action can be bound to other keys in keys.toml, beside the config: below [keys], a line such as \
            "ctrl-n" = "next-task", or "ctrl-x ctrl-e" = "edit" for two keys in sequence. "none" instead of an action unbinds \
            the keys.

            With --show it waits for keys, and shows what the terminal sends for each, how keys.toml names it and what it does. \
            Pressing q or Ctrl-C twice ends that. Keys can also be named: parley keys --show ctrl-x q.
            """)

    @Flag(help: "Show what keys send and do: those that are named, or those that are pressed.")
    var show = false

    @Flag(help: "Print an example keys.toml to start from, with every action.")
    var example = false

    @Argument(help: "With --show: keys by their names, one after the other.")
    var keys: [String] = []

    @OptionGroup var format: JSONOption

    func validate() throws {
        if !show, !keys.isEmpty { throw ValidationError("To show what keys do, add --show.") }
        if show, example { throw ValidationError("--show and --example cannot be combined.") }
        if show, format.json, keys.isEmpty {
            throw ValidationError("With --json, name the keys to show.")
        }
    }

    /// An action in `--json` output.
    private struct ActionReport: Encodable {
        var action: String
        var group: String
        var context: String
        var keys: [String]
        var summary: String
    }

    func run() async throws {
        if example { return try Output.standard.write(Self.exampleText) }
        let context = ProgramContext(config: nil)
        let file = context.folders.display(context.folders.keysFile)
        let (bindings, fileProblems) = KeyBinding.load(from: context.folders)
        let (keymap, problems) = Keymap.make(bindings: bindings, file: file)
        for problem in fileProblems + problems { Output.error.report(problem.description) }
        let explanation = KeyExplanation(keymap: keymap, bindings: bindings, file: file)
        if show { return try await show(explanation, environment: context.environment) }
        if format.json {
            return try Output.standard.write(json: Action.entries.map { report($0, keymap) })
        }
        try write(keymap)
        for note in explanation.notes { Output.error.report(note) }
    }

    private func show(_ explanation: KeyExplanation, environment: [String: String]) async throws {
        guard !keys.isEmpty else {
            return try await MainThread.shared.perform {
                try KeyListener(explanation: explanation).run(environment: environment)
            }
        }
        let text = keys.joined(separator: " ")
        guard let sequence = KeySequence(text: text) else {
            throw Failure(
                message: "There is no key “\(text)”.",
                detail: "Write it as in ctrl-n, alt-enter, f5, shift-up or ctrl-x ctrl-e.",
                status: ExitStatus.Status.usage)
        }
        if format.json { return try Output.standard.write(json: explanation.report(on: sequence)) }
        for line in explanation.lines(on: sequence) { try Output.standard.line(line) }
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

    /// A file to start from, with every action and its default keys in comments.
    static var exampleText: String {
        let width = Action.entries.map(\.name.count).max() ?? 0
        let groups = Action.Group.allCases.map { group in
            let entries = Action.entries.filter { $0.group == group }
            return "# \(group.rawValue)\n#\n"
                + entries.map { entry in
                    let name = entry.name + String(repeating: " ", count: width - entry.name.count)
                    let keys = entry.keys.map(\.text).joined(separator: ", ")
                    return "#   \(name)  \(entry.summary)" + (keys.isEmpty ? "" : ": \(keys)") + "\n"
                }.joined()
        }
        return """
            # The keys of parley: ~/.config/parley/keys.toml. It counts as soon as it is saved, also while parley runs.

            [keys]

            # "ctrl-t" = "new-task"
            # "ctrl-x ctrl-s" = "send"   # two keys, one after the other
            # "alt-w" = "none"           # nothing

            # The actions, with what they do and their default keys.


            """ + groups.joined(separator: "#\n")
    }
}
