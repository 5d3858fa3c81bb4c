import ArgumentParser
import Foundation
import Settings
import Terminal

/// The program: its subcommands, each in a file of its own, and how an error ends it.
@main
struct Parley: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "Talk to agents from the terminal.",
        discussion: """
            Without a subcommand parley opens its interface: a list of tasks, a conversation and an input line. F1 there shows \
            every action with its keys.

            The subcommands do one thing each and work in a pipe. A task is named by its id, by an unambiguous start of its id, \
            or by its title. Errors go to standard error; the exit status is 0 for success, 1 for a failed request, 64 for \
            wrong usage and 78 for a broken config.
            """,
        version: Version.text,
        subcommands: [
            Open.self, Demo.self, Send.self, Tasks.self, Show.self, Search.self, Export.self, Import.self,
            Delete.self,
            Serve.self,
            Keys.self,
            Themes.self, ConfigCommand.self, Doctor.self, Man.self,
        ],
        defaultSubcommand: Open.self)

    static func main() {
        // A file that may not grow (`ulimit -f`) is an error of the write, as on a full disk.
        signal(SIGXFSZ, SIG_IGN)
        Terminal.preventCrashDialog()
        DescriptorLimit.raise()
        let outcome = MainThread.shared.run {
            try checkName(of: CommandLine.arguments.dropFirst().first)
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try DescriptorLimit.check()
                try await command.run()
            } else {
                try command.run()
            }
        }
        if case .failure(let error) = outcome { ExitStatus.exit(with: error) }
    }

    /// - Throws: ``Failure`` for a first argument that is neither an option nor the name of a subcommand.
    static func checkName(of argument: String?) throws {
        let names =
            ["help"] + configuration.subcommands.map { $0.configuration.commandName ?? "\($0)".lowercased() }
        guard let argument, !argument.hasPrefix("-"), !names.contains(argument) else { return }
        let nearest = NearestName(known: names).to(argument).map { "Did you mean “parley \($0)”? " } ?? ""
        throw Failure(
            message: "There is no command “\(argument)”.", detail: nearest + "`parley help` lists them.",
            status: ExitStatus.Status.usage)
    }
}

enum Version {
    static let text = "0.1.0"
    /// When this version was last changed.
    static let date = "2026-11-28"
}
