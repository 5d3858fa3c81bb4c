import ArgumentParser
import SessionCore

/// `parley tasks`
struct Tasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the tasks, the most recent first.",
        discussion: """
            On a terminal each line shows the start of the id, the state, how many answers are unread, the last activity, \
            the account and the title. In a pipe the ids are whole and columns are separated by tabs. Background turns that no \
            running Parley polls are polled first, for five seconds at most.
            """)

    @Option(help: "Only the tasks of this account.", completion: Completions.accounts)
    var account: String?

    @Flag(help: "Only tasks with something unread.")
    var unread = false

    @Flag(help: "Include archived tasks.")
    var all = false

    @OptionGroup var pollOnce: PollOnceOption
    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    func run() async throws {
        let context = try config.contextOfAccounts()
        let store = try context.openReportedStore()
        try await pollOnce.poll(into: store, context)
        let tasks = try await store.tasks(includingArchived: all)
            .filter { account == nil || $0.account == account }
            .filter { !unread || $0.unread > 0 }
        if format.json { return try Output.standard.write(json: tasks.map(TaskReport.init)) }
        var table = Table()
        for task in tasks { table.add(Self.row(task)) }
        try table.write(to: .standard)
    }

    private static func row(_ task: ChatTask) -> [Table.Cell] {
        [
            .init(String(task.id.rawValue.prefix(8)), .dim, whole: task.id.rawValue),
            .init(task.state.rawValue),
            .init(
                task.unread > 0 ? String(task.unread) + (task.unread < ChatTask.unreadLimit ? "" : "+") : "",
                .bold, isRightAligned: true,
                whole: String(task.unread)),
            .init(LocalTime.text(task.updatedAt), .dim, whole: JSONOutput.time(task.updatedAt)),
            .init(task.account),
            .init(task.title, task.unread > 0 ? .bold : nil),
        ]
    }
}
