import ArgumentParser
import Foundation
import SessionCore

/// How a command that shows tasks learns what has become of background turns while no Parley was running.
struct PollOnceOption: ParsableArguments {
    @Flag(help: "Show only what is stored here; do not ask the services.")
    var offline = false

    /// Polls once the turns that run at their services and that no running Parley polls, and deletes what can no longer be taken back.
    /// Without any of that, nothing is opened.
    func poll(into store: SessionStore, _ context: ProgramContext) async throws {
        guard !offline, store.isWritable else { return }
        let hasDeletions = try await store.hasDueDeletions(at: .now)
        let hasTurns = try await store.hasUnattendedTurns()
        guard hasDeletions || hasTurns else { return }
        let workspace = try await Workspace.open(
            context,
            needsLocal: { store in
                if hasDeletions { return true }
                return try await store.hasUnattendedTurns(of: [ProgramContext.localAccount])
            })
        let manager = workspace.makeManager { event in
            if case .problem(let text) = event { Output.error.report(text) }
        }
        await manager.start(resuming: false)
        await manager.pollOnce()
        // A deletion is given the time that its service needs.
        await manager.shutdown(grace: hasDeletions ? .seconds(3) : .zero)
        await workspace.close()
    }
}
