import ArgumentParser
import Foundation
import Terminal

/// `parley`: the interface.
struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the interface (what parley does by itself).")

    @OptionGroup var options: SetupOptions

    func run() async throws {
        // Problems with the config are told in the status bar; only a config that was asked for by name has to be there.
        let setup = try options.setup(tellingProblems: false)
        let workspace = try await Workspace.open(setup, terminalIsTaken: true)
        let result: Result<Int32, any Error>
        do {
            result = .success(try await Interface(workspace).run())
        } catch {
            result = .failure(error)
        }
        await workspace.close()
        let signal = try result.get()
        // Whoever started the program sees what ended it.
        if signal > 0 { throw ExitCode(128 + signal) }
    }
}
