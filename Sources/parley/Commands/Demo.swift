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

    @OptionGroup var config: ConfigOption

    func run() async throws {
        let context = ProgramContext.demo(config: config.file)
        let workspace = try await Workspace.open(context, .demo, terminalIsTaken: true)
        let isNew = try await workspace.store.tasks(includingArchived: true).isEmpty
        try await Interface.open(workspace, beginningWith: isNew ? Self.examples(workspace.accounts) : [])
    }

    /// A first question to each service, in the mode it is made for.
    private static func examples(_ accounts: [Workspace.Account]) -> [Intent] {
        accounts.flatMap { account -> [Intent] in
            guard let agent = account.agents.first else { return [] }
            let id = ChatTask.ID.random()
            let isBackground = account.name == ServiceKind.xagent.rawValue
            return [
                .create(id, account: account.name, agent: agent),
                .send(id, text: question(account.name), mode: isBackground ? .background : .streamed),
            ]
        }
    }

    private static func question(_ account: AccountName) -> String {
        switch ServiceKind(rawValue: account) {
        case .xagent: "Which keys are there?"
        case .aui: "How do I change the theme?"
        case .vectara: "Show me a demo of markdown"
        case .lyzr, nil: "What can you do?"
        }
    }
}
