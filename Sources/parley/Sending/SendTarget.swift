import SessionCore

/// The task that a message goes to.
enum SendTarget: Sendable {
    case existing(ChatTask)
    case new(ChatTask.ID, AccountName, Agent)

    var id: ChatTask.ID {
        switch self {
        case .existing(let task): task.id
        case .new(let id, _, _): id
        }
    }

    static func find(
        task: String?, account: String?, agent: String?, in workspace: Workspace
    ) async throws -> SendTarget {
        guard let task else { return try await newTask(account: account, agent: agent, in: workspace) }
        let found = try await workspace.store.task(matching: task)
        guard workspace.accounts.contains(where: { $0.name == found.account }) else {
            throw Failure(
                message:
                    "The task “\(found.title)” belongs to the account “\(found.account)”, which the config does not have.",
                status: ExitStatus.Status.config)
        }
        // Its agent may be a model that the local server has yet to find.
        if found.account == ProgramContext.localAccount { _ = await workspace.foundAgents() }
        return .existing(found)
    }

    private static func newTask(account: String?, agent: String?, in workspace: Workspace) async throws
        -> SendTarget
    {
        guard let first = workspace.accounts.first else {
            throw Failure(message: "No account of the config can be used.", status: ExitStatus.Status.config)
        }
        guard let chosen = account == nil ? first : workspace.accounts.first(where: { $0.name == account })
        else {
            throw Failure(
                message: "There is no account “\(account ?? "")”.",
                detail: "There are: \(workspace.accounts.map(\.name).joined(separator: ", ")).",
                status: ExitStatus.Status.usage)
        }
        return .new(.random(), chosen.name, try await self.agent(agent, of: chosen, in: workspace))
    }

    private static func agent(
        _ name: String?, of account: Workspace.Account, in workspace: Workspace
    ) async throws -> Agent {
        var agents = account.agents
        if agents.isEmpty, account.service.capabilities.contains(.listsAgents) {
            agents = try await account.service.agents()
        }
        guard let name else {
            if let first = agents.first { return first }
            throw Failure(
                message: "The account “\(account.name)” has no agent.",
                detail: "Name one with --agent, or in the config: agents = [ { id = \"…\", name = \"…\" } ]",
                status: ExitStatus.Status.usage)
        }
        let matches: (Agent) -> Bool = { $0.id == name || $0.name.lowercased() == name.lowercased() }
        if let agent = agents.first(where: matches) { return agent }
        if account.name == ProgramContext.localAccount,
            let found = await workspace.foundAgents().first(where: matches)
        {
            return found
        }
        // An id that is not listed may still exist at the service.
        return Agent(id: name, name: name)
    }
}
