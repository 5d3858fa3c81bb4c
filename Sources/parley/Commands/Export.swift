import ArgumentParser
import RichText
import SessionCore

/// `parley export`
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a task as a Markdown document.",
        discussion:
            "Messages are included as they were written, with their steps, cards and suggestions. With --json the output is that of parley show --json."
    )

    @Argument(help: "The task: its id, the start of its id, or its title.")
    var task: String

    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    func run() async throws {
        let store = try config.contextOfAccounts().openStore()
        let task = try await store.task(matching: task)
        let messages = try await store.messages(of: task.id)
        if format.json { return try Output.standard.write(JSONOutput.text(TranscriptReport(task, messages))) }
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
