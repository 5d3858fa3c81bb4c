import ArgumentParser
import Foundation
import SessionCore
import Terminal

/// `parley`: the interface.
struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the interface (what parley does by itself).")

    @OptionGroup var plain: PlainOption
    @OptionGroup var config: ConfigOption

    func run() async throws {
        // The status line shows problems of the config; only a config that was asked for by name has to exist. Without a person who
        // sees them, messages could go to another account.
        let context =
            plain.plain && isatty(STDIN_FILENO) != 1
            ? try config.contextOfAccounts(reportsProblems: false)
            : try config.context(reportsProblems: false)
        try await Interface.open(
            try await Workspace.open(context, terminalIsTaken: true), plain.form(context.environment))
    }
}

extension Interface {
    /// Shows the interface until the person leaves it, and closes the workspace.
    /// - Parameter intents: submitted first.
    /// - Throws: an `ExitCode` for the signal that ended it.
    static func open(
        _ workspace: Workspace, _ form: Form, beginningWith intents: [Intent] = []
    ) async throws {
        let result: Result<(signal: Int32, hasFailed: Bool), any Error>
        do {
            result = .success(try await Interface(workspace, form).run(beginningWith: intents))
        } catch {
            result = .failure(error)
        }
        await workspace.close()
        let (signal, hasFailed) = try result.get()
        // As shells count it.
        if signal > 0 { throw ExitCode(128 + signal) }
        if hasFailed { throw ExitCode(ExitStatus.Status.failed) }
    }
}

/// The option of the subcommands that open the interface.
struct PlainOption: ParsableArguments {
    @Flag(help: "Plain mode: lines alone, for screen readers, dumb terminals and pipes.")
    var plain = false

    /// On a terminal that says that it can show nothing but lines, plain mode comes by itself.
    func form(_ environment: [String: String]) -> Interface.Form {
        let help = "/help lists the commands, Ctrl-D quits."
        if plain { return .plain(greeting: "Parley in plain mode. " + help) }
        let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        guard environment["TERM"] == "dumb", isTerminal else { return .screen }
        return .plain(
            greeting: "This terminal (TERM=dumb) shows lines alone, so Parley is in plain mode. " + help)
    }
}
