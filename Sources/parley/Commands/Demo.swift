import AgentClient
import ArgumentParser
import SessionCore

/// `parley demo`
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open the interface with four accounts, one of each service, on the local server.",
        discussion: """
            Nothing leaves this computer, and the demo does not touch your own tasks: it keeps its data in a folder of its own, \
            demo in the data folder. Delete that folder to start over.
            """)

    @OptionGroup var plain: PlainOption
    @OptionGroup var config: ConfigOption

    func run() async throws {
        let context = ProgramContext.demo(config: config.file)
        let workspace = try await Workspace.open(context, .demo, terminalIsTaken: true)
        let isNew = try await workspace.store.tasks(includingArchived: true).isEmpty
        try await Interface.open(
            workspace, plain.form(context.environment),
            beginningWith: isNew ? Self.examples(workspace.accounts) : [])
    }

    /// First messages to each service, in the mode it is made for.
    private static func examples(_ accounts: [Workspace.Account]) -> [Intent] {
        accounts.flatMap { account -> [Intent] in
            guard let agent = account.agents.first, let kind = ServiceKind(rawValue: account.name) else {
                return []
            }
            return messages(to: kind).flatMap { text -> [Intent] in
                let id = ChatTask.ID.random()
                return [
                    .create(id, account: account.name, agent: agent),
                    .send(id, text: text, mode: kind == .xagent ? .background : .streamed),
                ]
            }
        }
    }

    private static func messages(to kind: ServiceKind) -> [String] {
        switch kind {
        case .lyzr: ["Show me everything"]
        case .xagent: ["Ask me something", "Do a job of 60 seconds"]
        case .aui: ["Which cards are there?"]
        case .vectara: ["Use your tools"]
        }
    }
}
