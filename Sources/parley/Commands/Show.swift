import ArgumentParser
import ChatUI
import RichText
import SessionCore

/// `parley show`
struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a task with its messages, oldest first.",
        discussion: """
            Nothing is marked as read. Background turns that no running Parley polls are polled first, for five seconds at most; \
            what the service remembers from before the messages that are here is fetched.
            """)

    @Argument(
        help: "The task: its id, the start of its id, or its title.", completion: Completions.tasks)
    var task: String

    @Option(help: ArgumentHelp("Only the last messages.", valueName: "count"))
    var last: Int?

    @OptionGroup var pollOnce: PollOnceOption
    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    func validate() throws {
        if let last, last < 1 { throw ValidationError("--last takes a number from 1.") }
    }

    func run() async throws {
        let context = try config.contextOfAccounts()
        let store = try context.openReportedStore()
        try await pollOnce.poll(into: store, context)
        let history = RemoteHistory(
            task: try await store.task(matching: task), store: store, context: context)
        let isComplete = try await history.complete(offline: pollOnce.offline, last: last)
        let transcript = try await Transcript(of: history.task, in: store, last: last)
        if format.json {
            try Output.standard.write(json: TranscriptReport(transcript))
        } else {
            try Self.write(transcript)
        }
        if !isComplete { throw ExitCode(ExitStatus.Status.failed) }
    }

    private static func write(_ transcript: Transcript) throws {
        let (output, task) = (Output.standard, transcript.task)
        let details = [task.id.rawValue, task.account, task.agent.name, task.state.rawValue]
        try output.write(output.styled(SafeText.cell(task.title), .bold) + "\n")
        try output.write(output.styled(SafeText.cell(details.joined(separator: " · ")), .dim) + "\n")
        for message in transcript.messages { try write(message, of: transcript, to: output) }
    }

    private static func write(_ message: Message, of transcript: Transcript, to output: Output) throws {
        let who = SafeText.cell(transcript.author(of: message))
        let state = message.state == .complete ? "" : " (\(message.state.rawValue))"
        let time = LocalTime.text(message.at) + state
        try output.write("\n" + output.styled(who, .bold) + "  " + output.styled(time, .dim) + "\n")
        let text = message.textWithExtras
        if !text.isEmpty { try output.line(text) }
        let notes = transcript.notes(below: message).map { "[" + SafeText.cell($0) + "]" }
        if !text.isEmpty, !notes.isEmpty { try output.line() }
        for note in notes { try output.write(output.styled(note, .dim) + "\n") }
    }
}
