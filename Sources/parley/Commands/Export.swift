import ArgumentParser
import SessionCore

/// `parley export`
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a task as a Markdown document.",
        discussion:
            "Messages are included as they were written, with their steps, cards and suggestions; what the service remembers from before them is fetched. With --json the output is that of parley show --json."
    )

    @Argument(
        help: "The task: its id, the start of its id, or its title.", completion: Completions.tasks)
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
        let transcript = try await Transcript(of: history.task, in: store)
        let document = format.json ? TranscriptDocument.json : .markdown
        try Output.standard.writeUnchanged(document.text(of: transcript))
        if !isComplete { throw ExitCode(ExitStatus.Status.failed) }
    }
}
