import ChatUI
import RichText

/// The page of a command, from what the argument parser knows of it; the program's own has the README's chapters besides.
struct CommandPage: Sendable {
    private let command: CommandDescription

    init(_ command: CommandDescription) { self.command = command }

    private var isProgram: Bool { command.superCommands == nil }

    func write(_ source: inout ManualSource) {
        source.section("Synopsis")
        source.paragraph(synopsis)
        source.section("Description")
        let description = command.discussion ?? command.abstract ?? ""
        for paragraph in description.split(separator: "\n\n") { source.paragraph(String(paragraph)) }
        writeSubcommands(&source)
        writeArguments(&source)
        if isProgram { writeProgram(&source) } else { writeRest(&source) }
    }

    // MARK: Synopsis

    private var synopsis: RoffText {
        var text = RoffText()
        for word in command.words { text.append(word + " ", .bold) }
        // Without a subcommand the program itself has just the options.
        let arguments = command.shownArguments
        for argument in arguments.filter({ $0.kind != .positional })
            + arguments.filter({ $0.kind == .positional })
        {
            append(argument, to: &text)
        }
        if !command.shownSubcommands.isEmpty {
            text.append("[", .roman)
            text.append("subcommand", .italic)
            text.append("]", .roman)
        }
        return text
    }

    private func append(_ argument: CommandDescription.Argument, to text: inout RoffText) {
        text.append(argument.isOptional ? "[" : "", .roman)
        if let name = argument.names?.last(where: { $0.kind == .long }) ?? argument.names?.first {
            text.append(name.text, .bold)
            if argument.kind == .option { text.append(" ", .roman) }
        }
        if argument.kind != .flag { text.append(argument.valueName ?? "value", .italic) }
        text.append((argument.isRepeating ? "..." : "") + (argument.isOptional ? "] " : " "), .roman)
    }

    // MARK: Lists

    private func writeSubcommands(_ source: inout ManualSource) {
        guard !command.shownSubcommands.isEmpty else { return }
        source.section("Commands")
        for subcommand in command.shownSubcommands {
            var tag = RoffText()
            tag.append((command.words + [subcommand.commandName]).joined(separator: " "), .bold)
            source.entry(tag, subcommand.abstract ?? "")
        }
    }

    private func writeArguments(_ source: inout ManualSource) {
        guard !command.shownArguments.isEmpty else { return }
        source.section("Options")
        for argument in command.shownArguments {
            var tag = RoffText()
            for (index, name) in (argument.names ?? []).enumerated() {
                if index > 0 { tag.append(", ", .roman) }
                tag.append(name.text, .bold)
            }
            if argument.kind != .flag {
                tag.append(" ", .roman)
                tag.append(argument.valueName ?? "value", .italic)
            }
            source.entry(tag, meaning(of: argument))
        }
    }

    private func meaning(of argument: CommandDescription.Argument) -> String {
        let standard = argument.defaultValue.map { "The default is `\($0)`." }
        return [argument.abstract, argument.discussion, standard].compactMap(\.self).joined(separator: " ")
    }

    // MARK: Chapters

    private func writeProgram(_ source: inout ManualSource) {
        source.readme("First steps")
        source.readme(subsections: ["Quit and come back", "Undo, archive and delete"])
        source.section("Messages")
        source.readme(subsections: ["Send a message", "Background", "Stop a reply", "When a message fails"])
        source.readme("Reading")
        source.readme(subsections: [
            "Markdown", "Fold long text", "Select with the terminal", "What is new, and what needs you",
            "Steps, cards and suggestions", "Search", "Copy",
            "Ask again, edit, quote", "Files, long pastes and templates", "Export and import",
        ])
        source.section("Keys")
        source.paragraph(
            "Every action with its keys; **parley-keys**(5) says how to bind others, and has the names of all keys."
        )
        FilePages.writeActions(&source)
        source.readme(subsections: ["Mouse", "Panes", "Slash commands"])
        source.readme("Plain mode and screen readers")
        source.readme(subsections: ["ASCII"])
        source.readme("Command line")
        source.readme("Manual and completions", isSubsection: true)
        source.section("Exit status")
        for (status, meaning) in ExitStatus.meanings { source.entry(tag("\(status)"), meaning) }
        source.readme("Environment variables", as: "Environment")
        source.readme("Where files and data are stored", as: "Files")
        source.readme(subsections: ["What the store holds", "Privacy"])
        source.readme("When something is wrong")
        source.seeAlso(
            command.all.dropFirst().map { $0.words.joined(separator: "-") + "(1)" }
                + FilePages.all.map(\.reference))
    }

    private func writeRest(_ source: inout ManualSource) {
        source.section("Exit status")
        source.paragraph("That of every command; see **parley**(1).")
        let parent = (command.superCommands ?? []).joined(separator: "-") + "(1)"
        let below = command.shownSubcommands.map { ($0.words).joined(separator: "-") + "(1)" }
        source.seeAlso([parent] + below + FilePages.related(to: command.commandName))
    }

    private func tag(_ text: String) -> RoffText {
        var tag = RoffText()
        tag.append(text, .bold)
        return tag
    }
}
