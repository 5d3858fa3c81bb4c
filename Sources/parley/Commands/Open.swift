import ArgumentParser
import Foundation
import SessionCore
import Terminal

/// `parley`: the interface.
struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the interface (what parley does by itself).")

    @OptionGroup var options: ContextOptions

    func run() async throws {
        // Problems with the config are told in the status bar; only a config that was asked for by name has to be there.
        let context = try options.context(tellingProblems: false)
        try await Interface.open(try await Workspace.open(context, terminalIsTaken: true))
    }
}

extension Interface {
    /// Shows the interface until it is left, and closes what it stood on.
    /// - Parameter intents: what is done first.
    /// - Throws: an `ExitCode` for the signal that ended it.
    static func open(_ workspace: Workspace, beginningWith intents: [Intent] = []) async throws {
        let result: Result<Int32, any Error>
        do {
            result = .success(try await Interface(workspace).run(beginningWith: intents))
        } catch {
            result = .failure(error)
        }
        await workspace.close()
        let signal = try result.get()
        // Whoever started the program sees what ended it.
        if signal > 0 { throw ExitCode(128 + signal) }
    }
}
