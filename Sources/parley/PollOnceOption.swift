import ArgumentParser
import SessionCore

/// How a command that shows tasks learns what has become of background turns while no Parley was running.
struct PollOnceOption: ParsableArguments {
    @Flag(help: "Show what is stored here; ask no service.")
    var offline = false

    /// Polls once the turns that run at their services and that no running Parley polls. Without any, nothing is opened.
    func poll(into store: SessionStore, _ context: ProgramContext) async throws {
        guard !offline, store.isWritable, try await store.hasUnattendedTurns() else { return }
        let workspace = try await Workspace.open(
            context, needsLocal: { try await $0.hasUnattendedTurns(of: [ProgramContext.localAccount]) })
        let manager = workspace.makeManager { event in
            if case .problem(let text) = event { Output.error.report(text) }
        }
        await manager.start(resuming: false)
        await manager.pollOnce()
        await manager.shutdown(grace: .zero)
        await workspace.close()
    }
}
