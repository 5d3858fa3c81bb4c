import ArgumentParser
import Foundation
import RichText
import SessionCore
import Synchronization

/// `parley delete`
struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete a task, here and at its service.",
        discussion: """
            What was said in the task is taken out of the files, the index for searching included. The service deletes its \
            conversation too, if it can. On a terminal parley asks first.
            """)

    @Argument(
        help: "The task: its id, the start of its id, or its title.", completion: Completions.tasks)
    var task: String

    @Flag(name: [.short, .long], help: "Do not ask for confirmation.")
    var yes = false

    @Flag(help: "Delete it here only, not at the service.")
    var offline = false

    @OptionGroup var config: ConfigOption

    func validate() throws {
        if !yes, isatty(STDIN_FILENO) != 1 {
            throw ValidationError("Without a terminal to ask on, deleting needs --yes.")
        }
    }

    func run() async throws {
        let context = try config.contextOfAccounts()
        let store = try context.openReportedStore()
        let task = try await store.task(matching: task)
        guard try yes || confirm(task) else { throw Failure(message: "Nothing was deleted.") }
        guard !offline, task.serviceID != nil else {
            return try await delete(task, by: SessionManager(store: store, accounts: [:]) { _ in })
        }
        let workspace = try await Workspace.open(
            context, needsLocal: { _ in task.account == ProgramContext.localAccount })
        let problems = Problems()
        let manager = workspace.makeManager { problems.add($0) }
        do {
            try await delete(task, by: manager)
        } catch {
            await workspace.close()
            throw error
        }
        let service = workspace.accounts.first { $0.name == task.account }?.service
        await workspace.close()
        if service?.capabilities.contains(.deletes) != true {
            Output.error.report(
                service == nil
                    ? "It was deleted here only: the config has no account “\(task.account)”."
                    : "It was deleted here only: “\(task.account)” does not support deleting.")
        } else if let problem = problems.first {
            throw Failure(message: problem)
        }
    }

    /// - Throws: ``Failure`` if the task is still there afterwards.
    private func delete(_ task: ChatTask, by manager: SessionManager) async throws {
        await manager.start(resuming: false)
        manager.submit(.delete(task.id))
        if let lost = await manager.shutdown() {
            throw Failure(message: "Nothing was deleted: \(lost.reason).")
        }
    }

    /// The problems that a session manager reports.
    private final class Problems: Sendable {
        private let texts = Mutex<[String]>([])

        var first: String? { texts.withLock { $0.first } }

        func add(_ event: SessionEvent) {
            if case .problem(let text) = event { texts.withLock { $0.append(text) } }
        }
    }

    private func confirm(_ task: ChatTask) throws -> Bool {
        let place = offline || task.serviceID == nil ? "here" : "here and at the service"
        try Output.error.write("Delete “\(SafeText.cell(task.title))” \(place)? [y/N] ")
        return ["y", "yes"].contains(readLine()?.trimmingCharacters(in: .whitespaces).lowercased())
    }
}
