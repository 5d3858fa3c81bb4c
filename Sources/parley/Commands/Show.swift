import ArgumentParser
import SessionCore

/// `parley show`
struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a task with its messages, oldest first.",
        discussion: """
            Nothing is marked as read by it. Background turns that run while no Parley is open are asked about first, for five \
            seconds at most.
            """)

    @Argument(help: "The task: its id, the start of its id, or its title.")
    var task: String

    @Option(help: ArgumentHelp("Only the last messages.", valueName: "count"))
    var last: Int?

    @OptionGroup var state: PollOnceOption
    @OptionGroup var format: JSONOption
    @OptionGroup var options: ContextOptions

    func validate() throws {
        if let last, last < 1 { throw ValidationError("--last wants a number from 1.") }
    }

    func run() async throws {
        let context = try options.context()
        let store = try context.openStore()
        try await state.fetch(into: store, context)
        let task = try await store.task(matching: task)
        let messages = try await store.messages(of: task.id).suffix(last ?? .max)
        if format.json {
            return try Output.standard.write(JSON.text(TranscriptReport(task, Array(messages))))
        }
        let output = Output.standard
        let facts = [task.id.rawValue, task.account, task.agent.name, task.state.rawValue]
        try output.write(output.styled(PlainText.line(task.title), .bold) + "\n")
        try output.write(output.styled(PlainText.line(facts.joined(separator: " · ")), .dim) + "\n")
        for message in messages { try Self.write(message, of: task, to: output) }
    }

    private static func write(_ message: Message, of task: ChatTask, to output: Output) throws {
        let who = PlainText.line(message.role == .user ? "You" : task.agent.name)
        let state = message.state == .complete ? "" : " (\(message.state.rawValue))"
        let time = LocalTime.text(message.at) + state
        try output.write("\n" + output.styled(who, .bold) + "  " + output.styled(time, .dim) + "\n")
        try output.line(message.text)
    }
}
