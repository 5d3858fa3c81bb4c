import ArgumentParser
import Foundation
import RichText
import SessionCore
import Settings
import Storage

/// `parley export`
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a task as Markdown, JSON or HTML, or write it into a file.",
        discussion: """
            Messages are included as they were written, with their steps, cards and suggestions; what the service remembers from \
            before them is fetched. JSON holds everything, is the same as that of parley show --json, and can be imported again. \
            HTML is one file that loads and runs nothing.

            With --output the form is what the ending of the name says, unless --format says another. A file that exists already is \
            left as it is.
            """)

    /// The words for the forms.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case markdown, json, html

        var document: TranscriptDocument {
            switch self {
            case .markdown: .markdown
            case .json: .json
            case .html: .html
            }
        }
    }

    @Argument(
        help: "The task: its id, the start of its id, or its title.", completion: Completions.tasks)
    var task: String

    @Option(
        name: [.long, .short], help: ArgumentHelp("Write a new file instead of printing.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("The form: markdown, json or html.", valueName: "form"))
    var format: Format?

    @Flag(help: "The same as --format json.")
    var json = false

    @OptionGroup var pollOnce: PollOnceOption
    @OptionGroup var config: ConfigOption

    func validate() throws {
        if json, format != nil, format != .json {
            throw ValidationError("--json and --format name two forms: give one of them.")
        }
        if let output, chosen == nil, TranscriptDocument(path: output) == nil {
            throw ValidationError(
                "“\(output)” names no form: let it end with \(TranscriptDocument.endings), or give --format.")
        }
    }

    private var chosen: TranscriptDocument? { json ? .json : format?.document }

    func run() async throws {
        let context = try config.contextOfAccounts()
        let store = try context.openReportedStore()
        try await pollOnce.poll(into: store, context)
        let history = RemoteHistory(
            task: try await store.task(matching: task), store: store, context: context)
        let isComplete = try await history.complete(offline: pollOnce.offline)
        let transcript = try await Transcript(of: history.task, in: store)
        let document = chosen ?? output.flatMap { TranscriptDocument(path: $0) } ?? .markdown
        let text = try document.text(of: transcript, languages: LanguageCatalog.load(from: context.folders).0)
        if let output {
            try Self.write(text, to: output)
        } else {
            try Output.standard.writeUnchanged(text)
        }
        if !isComplete { throw ExitCode(ExitStatus.Status.failed) }
    }

    /// Writes a new file that only the person can read.
    private static func write(_ text: String, to path: String) throws {
        do {
            try AtomicFile.write(text, to: URL(fileURLWithPath: path).path, mode: 0o600, overwriting: false)
        } catch  where error.number == EEXIST {
            throw Failure(
                message: "“\(path)” exists already and was left as it is.", detail: "Give another name.",
                status: ExitStatus.Status.failed)
        } catch {
            throw Failure(
                message: "“\(path)” was not written: \(error.reason).", status: ExitStatus.Status.failed)
        }
    }
}
