import ArgumentParser
import RichText
import SessionCore

/// `parley export`
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a task as a Markdown document.",
        discussion:
            "Messages are included as they were written, with their steps, cards and suggestions; what the service remembers from before them is fetched. With --json the output is that of parley show --json."
    )

    @Argument(help: "The task: its id, the start of its id, or its title.")
    var task: String

    @OptionGroup var pollOnce: PollOnceOption
    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    func run() async throws {
        let context = try config.contextOfAccounts()
        let store = try context.openReportedStore()
        try await pollOnce.poll(into: store, context)
        let history = RemoteHistory(
            task: try await store.task(matching: task), store: store, context: context)
        let isComplete = try await history.complete(offline: pollOnce.offline)
        let task = try await store.task(history.task.id) ?? history.task
        let messages = try await store.messages(of: task.id)
        if format.json {
            try Output.standard.write(JSONOutput.text(TranscriptReport(task, messages)))
        } else {
            try Self.write(messages, of: task)
        }
        if !isComplete { throw ExitCode(ExitStatus.Status.failed) }
    }

    private static func write(_ messages: [Message], of task: ChatTask) throws {
        let output = Output.standard
        try output.line("# " + SafeText.cell(task.title) + "\n")
        try output.line(
            "- task: \(task.id.rawValue)\n- account: \(task.account)\n- agent: \(SafeText.cell(task.agent.name))"
        )
        for message in messages {
            let who = SafeText.cell(message.role == .user ? "You" : task.agent.name)
            let state = message.state == .complete ? "" : ", \(message.state.rawValue)"
            try output.line("\n## \(who), \(JSONOutput.time(message.at))\(state)\n")
            try output.line(message.textWithExtras)
        }
    }
}
