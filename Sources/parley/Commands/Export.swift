import ArgumentParser
import SessionCore

/// `parley export`
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a task as a Markdown document.",
        discussion:
            "The messages stand in it as they were written. With --json the document is the one of parley show --json."
    )

    @Argument(help: "The task: its id, the start of its id, or its title.")
    var task: String

    @OptionGroup var format: JSONOption
    @OptionGroup var options: ContextOptions

    func run() async throws {
        let store = try options.context().openStore()
        let task = try await store.task(matching: task)
        let messages = try await store.messages(of: task.id)
        if format.json { return try Output.standard.write(JSON.text(TranscriptReport(task, messages))) }
        let output = Output.standard
        try output.line("# " + PlainText.line(task.title) + "\n")
        try output.line(
            "- task: \(task.id.rawValue)\n- account: \(task.account)\n- agent: \(PlainText.line(task.agent.name))"
        )
        for message in messages {
            let who = PlainText.line(message.role == .user ? "You" : task.agent.name)
            let state = message.state == .complete ? "" : ", \(message.state.rawValue)"
            try output.line("\n## \(who), \(JSON.time(message.at))\(state)\n")
            try output.line(message.text)
        }
    }
}
