import RichText
import SessionCore

/// Prints a reply while it arrives, or as JSON when it is complete.
struct ReplyPrinter {
    private let isJSON: Bool
    private let output = Output.standard
    private var safe = SafeLines()
    /// The text printed so far, as it came.
    private var printed = ""
    /// What a program prints for a terminal: a line is printed when it is written over no more.
    private var terminal: OutputLayout?

    init(isJSON: Bool) { self.isJSON = isJSON }

    /// The reply of a turn in `--json` output.
    private struct ReplyReport: Encodable {
        var task: String
        var state: String
        var reply: MessageReport?
        /// Why it failed or broke off.
        var error: ErrorReport?
    }

    /// Prints a chunk, unless it has been printed.
    /// - Parameter offset: where the chunk begins, in UTF-8 bytes of the reply.
    mutating func printChunk(_ text: String, at offset: Int) throws(BrokenPipe) {
        let known = printed.utf8.count
        if offset <= known, offset + text.utf8.count > known {
            try write(String(decoding: text.utf8.dropFirst(known - offset), as: UTF8.self))
        }
    }

    /// The reply has begun.
    mutating func begin(_ message: Message) {
        if message.format == .terminal, terminal == nil {
            terminal = OutputLayout(width: .max, form: .terminal)
        }
    }

    /// Prints what is new of the reply. If the agent replaced what was printed, the whole reply is printed again below.
    /// - Parameter text: the whole reply so far.
    mutating func printRest(of text: String) throws(BrokenPipe) {
        if text.hasPrefix(printed) { return try write(String(text.utf8.dropFirst(printed.utf8.count)) ?? "") }
        guard !printed.hasPrefix(text) else { return }
        if !isJSON { try output.write("\n\n") }
        printed = ""
        if terminal != nil { terminal = OutputLayout(width: .max, form: .terminal) }
        try write(text)
    }

    private mutating func write(_ text: String) throws(BrokenPipe) {
        printed += text
        guard !isJSON, !text.isEmpty else { return }
        guard terminal != nil else { return try output.write(safe.feed(text)) }
        terminal?.append(text)
        let lines = terminal?.takeFinal() ?? []
        try output.write(safe.feed(lines.map { $0.text + "\n" }.joined()))
    }

    /// Prints the end of a turn that is over.
    mutating func finish(task: ChatTask.ID, turn: Turn, message: Message?) throws {
        guard !isJSON else {
            let report = ReplyReport(
                task: task.rawValue, state: turn.state.rawValue,
                reply: message.map {
                    MessageReport($0, turn: turn, outcome: turn.outcome(isWithoutText: $0.isWithoutText))
                }, error: turn.failure.map(ErrorReport.init))
            return try output.write(json: report)
        }
        terminal?.finish()
        try output.write(safe.feed((terminal?.lines ?? []).map(\.text).joined(separator: "\n")) + safe.end())
        if !printed.isEmpty, printed.last?.isNewline != true { try output.write("\n") }
        if Output.error.isTerminal {
            try? Output.error.write(Output.error.styled("task \(task.rawValue)", .dim) + "\n")
        }
    }

    /// Prints the id of a task whose background turn the service has accepted.
    func printAccepted(task: ChatTask.ID) throws {
        guard !isJSON else {
            return try output.write(
                json:
                    ReplyReport(task: task.rawValue, state: Turn.State.running.rawValue, reply: nil))
        }
        try output.line(task.rawValue)
    }
}
