import ArgumentParser
import Foundation
import SessionCore

/// `parley send`
struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send a message and print the reply as it arrives.",
        discussion: """
            The message is taken from the arguments, or from standard input when there are none. Without --task a new task is \
            begun, with the first agent of the first account unless --account and --agent say otherwise.

            Ctrl-C stops the reply; what had arrived is kept in the task. With --background the message is handed to the \
            service, the id of the task is printed, and the service goes on by itself; with --wait as well, parley waits for \
            the reply and prints it.
            """)

    @Argument(help: "The message; from standard input when there is none, or when it is a single dash.")
    var text: [String] = []

    @Option(help: "Go on with this task: its id, the start of its id, or its title.")
    var task: String?

    @Option(help: "Begin the task in this account.")
    var account: String?

    @Option(help: "Begin the task with this agent: its id or its name.")
    var agent: String?

    @Flag(help: "Let the service work on it by itself, and print the id of the task.")
    var background = false

    @Flag(help: "With --background: wait for the reply and print it.")
    var wait = false

    @OptionGroup var format: JSONOption
    @OptionGroup var options: ContextOptions

    func validate() throws {
        if task != nil, account != nil || agent != nil {
            throw ValidationError(
                "A task has its account and agent already: leave out --task, or --account and --agent.")
        }
        if wait, !background {
            throw ValidationError("--wait goes with --background: without it parley always waits.")
        }
        if text.isEmpty, isatty(STDIN_FILENO) == 1 {
            throw ValidationError("Say what to send, as arguments or on standard input.")
        }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let context = try options.context()
        let message = try message()
        let workspace = try await Workspace.open(context)
        for problem in workspace.problems.dropFirst(context.problems.count) {
            Output.error.report(problem.description)
        }
        do {
            try await send(message, in: workspace)
        } catch {
            await workspace.close()
            throw error
        }
        await workspace.close()
    }

    private func send(_ message: String, in workspace: Workspace) async throws {
        let target = try await SendTarget.find(task: task, account: account, agent: agent, in: workspace)
        let mode: Turn.Mode = background ? .background : .streamed
        let run = SendRun(
            message: message, mode: mode, waits: !background || wait, target: target,
            reply: ReplyPrinter(isJSON: format.json))
        try await run.run(in: workspace)
    }

    private func message() throws -> String {
        let isFromInput = text.isEmpty || text == ["-"]
        let data = isFromInput ? FileHandle.standardInput.readDataToEndOfFile() : Data()
        guard let input = String(data: data, encoding: .utf8) else {
            throw Failure(message: "Standard input is not UTF-8.", status: ExitStatus.Status.usage)
        }
        var message = isFromInput ? input : text.joined(separator: " ")
        while message.last?.isNewline == true { message.removeLast() }
        guard !message.allSatisfy(\.isWhitespace) else {
            throw Failure(message: "There is nothing to send.", status: ExitStatus.Status.usage)
        }
        return message
    }
}

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
        guard let task else { return try await begin(account: account, agent: agent, in: workspace) }
        let found = try await workspace.store.task(matching: task)
        guard workspace.accounts.contains(where: { $0.name == found.account }) else {
            throw Failure(
                message:
                    "The task “\(found.title)” belongs to the account “\(found.account)”, which the config does not have.",
                status: ExitStatus.Status.config)
        }
        // A model of this computer may have to be found first.
        if found.account == Workspace.localAccount { _ = await workspace.foundAgents() }
        return .existing(found)
    }

    private static func begin(account: String?, agent: String?, in workspace: Workspace) async throws
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
        let fits: (Agent) -> Bool = { $0.id == name || $0.name.lowercased() == name.lowercased() }
        if let agent = agents.first(where: fits) { return agent }
        if account.name == Workspace.localAccount,
            let found = await workspace.foundAgents().first(where: fits)
        {
            return found
        }
        // An id that the config does not list is the service's to judge.
        return Agent(id: name, name: name)
    }
}
