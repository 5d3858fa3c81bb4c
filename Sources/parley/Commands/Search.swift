import ArgumentParser
import RichText
import SessionCore

/// `parley search`
struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find messages that contain all the words, the newest first.",
        discussion: """
            Searches every message of every account, offline. The beginning of a word is enough. '"some words"' finds them one after \
            the other, -word leaves out what contains it, and from:me, from:agent, from:NAME, agent:NAME, account:NAME, in:TITLE, \
            after:DAY and before:DAY narrow it down; a day is 2026-03-14, 2026-03, today or 7d. The exit status is 0 whether or \
            not something is found.
            """)

    @Argument(parsing: .allUnrecognized, help: "The words.")
    var words: [String]

    @Option(help: "Search only this task.", completion: Completions.tasks)
    var task: String?

    @Option(help: ArgumentHelp("How many messages at most.", valueName: "count"))
    var limit = 100

    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    private var query: String { words.joined(separator: " ") }

    func validate() throws {
        if words.isEmpty { throw ValidationError("Give the words to search for.") }
        if let option = words.first(where: { $0.hasPrefix("--") }) {
            throw ValidationError("Unknown option '\(option)'")
        }
        if let problem = SearchQuery(query).problem { throw ValidationError(problem) }
        if limit < 1 { throw ValidationError("--limit takes a number from 1.") }
    }

    /// A found message in `--json` output.
    private struct HitReport: Encodable {
        var task: String
        var title: String
        var message: Int64
        var role: String
        var at: String
        var snippet: String

        init(_ hit: SearchHit) {
            task = hit.task.rawValue
            title = hit.taskTitle
            message = hit.message
            role = hit.role.rawValue
            at = JSONOutput.time(hit.at)
            snippet = hit.snippet
        }
    }

    func run() async throws {
        let store = try config.contextOfAccounts().openReportedStore()
        var id: ChatTask.ID?
        if let task { id = try await store.task(matching: task).id }
        let request = SearchRequest(words: query, task: id, limit: limit)
        let hits = try await store.search(request).hits
        if hits.isEmpty { Output.error.report("Nothing found for “\(SafeText.cell(query))”.") }
        if format.json { return try Output.standard.write(json: hits.map(HitReport.init)) }
        var table = Table()
        for hit in hits {
            table.add([
                .init(String(hit.task.rawValue.prefix(8)), .dim, whole: hit.task.rawValue),
                .init(LocalTime.text(hit.at), .dim, whole: JSONOutput.time(hit.at)),
                .init(hit.taskTitle, .bold), .init(hit.snippet),
            ])
        }
        try table.write(to: .standard)
    }
}
