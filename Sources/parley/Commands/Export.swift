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
        let transcript = try await Transcript(of: history.task, in: store)
        if format.json {
            try Output.standard.write(JSONOutput.text(TranscriptReport(transcript)))
        } else {
            try Self.write(transcript)
        }
        if !isComplete { throw ExitCode(ExitStatus.Status.failed) }
    }

    private static func write(_ transcript: Transcript) throws {
        let (output, task) = (Output.standard, transcript.task)
        try output.line("# " + SafeText.cell(task.title) + "\n")
        try output.line(
            "- task: \(task.id.rawValue)\n- account: \(task.account)\n- agent: \(SafeText.cell(task.agent.name))"
        )
        for message in transcript.messages {
            let who = SafeText.cell(transcript.author(of: message))
            let state = message.state == .complete ? "" : ", \(message.state.rawValue)"
            try output.line("\n## \(who), \(JSONOutput.time(message.at))\(state)\n")
            let text = message.textWithExtras
            // What follows is not a part of code that broke off.
            let whole = text + (TextPages.unclosedFence(of: text).map { "\n" + $0 } ?? "")
            if !whole.isEmpty { try output.line(whole) }
            let notes = transcript.notes(below: message).map { "> " + SafeText.cell($0).escapedAsMarkdown }
            if !notes.isEmpty {
                try output.line((whole.isEmpty ? "" : "\n") + notes.joined(separator: "  \n"))
            }
        }
    }
}

extension String {
    /// The text with a backslash before what Markdown would take for markup within a line.
    fileprivate var escapedAsMarkdown: String {
        reduce(into: "") { text, character in
            if "\\`*[]<>&~".contains(character) { text.append("\\") }
            text.append(character)
        }
    }
}
