import ArgumentParser
import Foundation
import SessionCore

/// `parley send`
struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send a message and print the reply as it arrives.",
        discussion: """
            The message is taken from the arguments, or from standard input when there are none. Without --task a new task is \
            created, with the first agent of the first account unless --account and --agent say otherwise.

            Ctrl-C stops the reply; the part that arrived is kept in the task. With --background the service works on by \
            itself and parley prints the id of the task; with --wait as well, parley waits for the reply and prints it.
            """)

    @Argument(help: "The message; from standard input when there is none, or when it is a single dash.")
    var text: [String] = []

    @Option(
        help: "Continue this task: its id, the start of its id, or its title.",
        completion: Completions.tasks)
    var task: String?

    @Option(help: "Create the task in this account.", completion: Completions.accounts)
    var account: String?

    @Option(
        help: "Create the task with this agent: its id or its name.", completion: Completions.agents)
    var agent: String?

    @Flag(help: "Leave the work to the service, and print the id of the task.")
    var background = false

    @Flag(help: "With --background: wait for the reply and print it.")
    var wait = false

    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    func validate() throws {
        if task != nil, account != nil || agent != nil {
            throw ValidationError(
                "A task has its account and agent: leave out --task, or --account and --agent.")
        }
        if wait, !background {
            throw ValidationError("--wait needs --background: otherwise parley always waits.")
        }
        if text.isEmpty, isatty(STDIN_FILENO) == 1 {
            throw ValidationError("Give the message as arguments or on standard input.")
        }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let context = try config.contextOfAccounts()
        let message = try message()
        let workspace = try await Workspace.open(context, needsLocal: { try await goesToLocal($0, context) })
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

    /// Whether the message may be for the local server.
    private func goesToLocal(_ store: SessionStore, _ context: ProgramContext) async throws -> Bool {
        if let task { return try await store.task(matching: task).account == ProgramContext.localAccount }
        let others = context.config.accounts.map(\.name)
        return account.map { !others.contains($0) } ?? others.isEmpty
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
