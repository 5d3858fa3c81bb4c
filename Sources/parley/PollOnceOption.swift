import ArgumentParser
import SessionCore

/// How a command that shows tasks learns what has become of background turns while no Parley was open.
struct PollOnceOption: ParsableArguments {
    @Flag(help: "Show what is known here; ask no service.")
    var offline = false

    /// Asks once about the turns that run at their services and that no open Parley asks about. Nothing is asked where there
    /// is none.
    func fetch(into store: SessionStore, _ context: ProgramContext) async throws {
        guard !offline, try await store.hasUnattendedTurns() else { return }
        let workspace = try await Workspace.open(context)
        let manager = SessionManager(store: workspace.store, accounts: workspace.services) { event in
            if case .problem(let text) = event { Output.error.report(text) }
        }
        await manager.start(resuming: false)
        await manager.pollOnce()
        await manager.shutdown(grace: .zero)
        await workspace.close()
    }
}
