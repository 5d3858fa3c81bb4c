import SessionCore

/// Prints a reply while it arrives; with JSON, when it is there.
struct ReplyPrinter {
    private let isJSON: Bool
    private let output = Output.standard
    private var plain = PlainText()
    /// What has been printed, before it was made safe.
    private var printed = ""

    init(isJSON: Bool) { self.isJSON = isJSON }

    /// The reply of a turn, as `--json` gives it.
    private struct ReplyReport: Encodable {
        var task: String
        var state: String
        var reply: MessageReport?
    }

    /// More of the reply.
    /// - Parameter offset: where it begins, in UTF-8 bytes of the whole.
    mutating func more(_ text: String, at offset: Int) throws(BrokenPipe) {
        let known = printed.utf8.count
        if offset <= known, offset + text.utf8.count > known {
            try write(String(decoding: text.utf8.dropFirst(known - offset), as: UTF8.self))
        }
    }

    /// The whole reply as it is now: what is new of it is printed. One that does not go on from what was printed (an agent
    /// may change its mind) is printed anew below.
    mutating func whole(_ text: String) throws(BrokenPipe) {
        if text.hasPrefix(printed) { return try write(String(text.utf8.dropFirst(printed.utf8.count)) ?? "") }
        guard !printed.hasPrefix(text) else { return }
        if !isJSON { try output.write("\n\n") }
        printed = ""
        try write(text)
    }

    private mutating func write(_ text: String) throws(BrokenPipe) {
        printed += text
        if !isJSON, !text.isEmpty { try output.write(plain.feed(text)) }
    }

    /// The turn is over.
    mutating func end(task: ChatTask.ID, turn: Turn, message: Message?) throws {
        guard !isJSON else {
            let report = ReplyReport(
                task: task.rawValue, state: turn.state.rawValue, reply: message.map(MessageReport.init))
            return try output.write(JSON.text(report))
        }
        try output.write(plain.end())
        if !printed.isEmpty, printed.last?.isNewline != true { try output.write("\n") }
        if Output.error.isTerminal {
            try? Output.error.write(Output.error.styled("task \(task.rawValue)", .dim) + "\n")
        }
    }

    /// The service works on the message by itself.
    func accepted(task: ChatTask.ID) throws {
        guard !isJSON else {
            return try output.write(
                JSON.text(ReplyReport(task: task.rawValue, state: Turn.State.running.rawValue, reply: nil)))
        }
        try output.line(task.rawValue)
    }
}
