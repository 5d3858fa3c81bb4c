import AgentServer
import ArgumentParser
import Foundation
import RichText
import SessionCore

/// `parley import`
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take in tasks that were exported as JSON.",
        discussion: """
            A task keeps its id, its messages with their steps and cards, and how each turn ended; what was under way counts as \
            stopped. A task that is here already is left as it is. If one of the files cannot be used, nothing is imported.

            A task belongs to the account that has the name of its account here, and continues at its service, if that has the \
            conversation. The local server takes in its conversations. Without such an account the task can be read, and forked \
            into a new one.
            """)

    @Argument(
        help: "Files that parley export --json has written; - is standard input.",
        completion: .file(extensions: ["json"]))
    var files: [String]

    @Flag(help: "Put the tasks into the archive.")
    var archive = false

    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    func run() async throws {
        let context = try config.contextOfAccounts()
        var imported = try files.map {
            try TranscriptImport(name: SafeText.cell($0)).task(from: Self.data(of: $0))
        }
        if archive { for index in imported.indices { imported[index].task.isArchived = true } }
        let store = try context.openReportedStore()
        let outcomes = try await store.add(imported, at: Date())
        var added: [ChatTask] = []
        var new: [ImportedTask] = []
        for (task, outcome) in zip(imported, outcomes) {
            switch outcome {
            case .added(let stored):
                added.append(stored)
                new.append(task)
            case .alreadyHere(let task): report(alreadyHere: task)
            }
        }
        try await restore(new, context)
        report(withoutAccount: added, context)
        if format.json {
            try Output.standard.write(json: added.map(TaskReport.init))
        } else {
            for task in added {
                try Output.standard.line("\(task.id.rawValue)  \(SafeText.cell(task.title))")
            }
        }
    }

    private static func data(of path: String) throws -> Data {
        guard path != "-" else { return FileHandle.standardInput.readDataToEndOfFile() }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let reason = FileManager.default.fileExists(atPath: path) ? "cannot be read" : "does not exist"
            throw Failure(message: "“\(SafeText.cell(path))” \(reason). Nothing was imported.")
        }
    }

    private func report(alreadyHere task: ChatTask) {
        let state =
            task.deletedAt != nil
            ? ", deleted: Ctrl-X u in parley brings it back" : task.isArchived ? ", archived" : ""
        Output.error.report(
            "“\(SafeText.cell(task.title))” is here already (\(task.id.rawValue)\(state)) and was left as it is."
        )
    }

    private func report(withoutAccount tasks: [ChatTask], _ context: ProgramContext) {
        let known = Set(
            context.config.accounts.map(\.name) + (context.offersLocal ? [ProgramContext.localAccount] : []))
        for account in Set(tasks.map(\.account)).subtracting(known).sorted() {
            Output.error.report(
                "The config has no account “\(SafeText.cell(account))”: its tasks can be read, and forked into new ones."
            )
        }
    }

    /// Gives the local server the conversations that are its own, so that its agents remember them.
    private func restore(_ tasks: [ImportedTask], _ context: ProgramContext) async throws {
        let own = tasks.filter { $0.task.account == ProgramContext.localAccount && $0.task.serviceID != nil }
        guard !own.isEmpty, context.offersLocal else { return }
        let workspace = try await Workspace.open(context)
        var problem: (any Error)?
        do {
            for imported in own { try await workspace.localServer?.restore(imported, user: context.user) }
        } catch {
            problem = error
        }
        await workspace.close()
        if let problem {
            Output.error.report("The local server did not take in the conversations: \(problem)")
        }
    }
}

extension LocalAccount {
    /// Takes in the conversation of a task of the account.
    fileprivate func restore(_ imported: ImportedTask, user: String) async throws {
        guard let key = imported.task.serviceID else { return }
        let accepted = Set(imported.turns.filter { $0.reply != nil || $0.state == .done }.map(\.id))
        let messages = imported.messages.filter { message in
            !message.text.isEmpty && message.turn.map(accepted.contains) ?? true
        }
        _ = try await server.restore(
            key, agent: imported.task.agent.id, user: user, name: imported.task.title,
            messages: messages.map { (SaidWords(isUser: $0.role == .user, text: $0.text), $0.at) })
    }
}
