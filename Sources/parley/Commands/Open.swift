import ArgumentParser
import Foundation
import SessionCore
import Terminal

/// `parley`: the interface.
struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the interface (what parley does by itself).")

    @OptionGroup var config: ConfigOption

    func run() async throws {
        // The status line shows problems of the config; only a config that was asked for by name has to exist.
        let context = try config.context(reportsProblems: false)
        try await Interface.open(try await Workspace.open(context, terminalIsTaken: true))
    }
}

extension Interface {
    /// Shows the interface until the person leaves it, and closes the workspace.
    /// - Parameter intents: submitted first.
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
        // As shells count it.
        if signal > 0 { throw ExitCode(128 + signal) }
    }
}
