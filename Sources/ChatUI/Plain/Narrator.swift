import RichText
import SessionCore

/// What plain mode writes: lines, one after the other, and nothing that changes what was written. Text from outside becomes safe here.
struct Narrator: Sendable {
    private enum Place {
        case lineStart
        /// Behind a prompt, where the person may have begun to type.
        case prompt
        /// Within a line of a reply.
        case reply
    }

    private var written = ""
    private var place = Place.lineStart
    private var isAfterBlankLine = true
    private var reply = SafeLines()
    /// Announcements that wait for the end of a line of the reply.
    private var held: [String] = []

    // What has been narrated of the conversation: see Narrator+Conversation.
    var task: ChatTask.ID?
    var isIntroduced = false
    /// Whether the task is opened because of a message that a search has found: that one is narrated, and not the end.
    var leadsToMatch = false
    /// The last message when the task was opened: what comes behind it is narrated as it comes.
    var baseline: Message.ID = .min
    var narrated: Set<Message.ID> = []
    /// The first message that was narrated: earlier ones are narrated on request.
    var earliest: Message.ID?
    var speech: Speech?
    var turns: [Turn.ID: Turn.State] = [:]
    /// Messages that the person has seen as they typed them.
    var typed: [String] = []
    /// How many turns have ended badly.
    var failures = 0

    /// - Returns: what is to be written now.
    mutating func takeWritten() -> String {
        defer { written = "" }
        return written
    }

    /// Whether the person is asked to write.
    var isAtPrompt: Bool { place == .prompt }

    // MARK: Lines

    /// Writes one or several lines.
    mutating func say(_ text: String) {
        endLine()
        write(SafeText.lines(text) + "\n")
        place = .lineStart
    }

    /// Writes lines that nothing has asked for; within a line of a reply they wait for its end.
    mutating func announce(_ text: String) {
        if place == .reply { held.append(text) } else { say(text) }
    }

    /// Writes a blank line, unless there is one.
    mutating func separate() {
        endLine()
        if !isAfterBlankLine { write("\n") }
    }

    mutating func prompt(_ text: String) {
        endLine()
        write(text)
        place = .prompt
    }

    /// The person has ended the line behind the prompt.
    mutating func lineWasTyped() {
        guard place == .prompt else { return }
        place = .lineStart
        isAfterBlankLine = false
    }

    /// Ends a line that has begun.
    mutating func endLine() {
        guard place != .lineStart else { return }
        write("\n")
        place = .lineStart
        isAfterBlankLine = false
        release()
    }

    // MARK: A reply

    /// Writes more of a reply.
    mutating func continueReply(_ text: String) {
        if place == .prompt { endLine() }
        let safe = reply.feed(text)
        guard let end = safe.lastIndex(of: "\n"), !held.isEmpty else { return add(safe) }
        add(String(safe[...end]))
        release()
        add(String(safe[safe.index(after: end)...]))
    }

    private mutating func add(_ safe: String) {
        guard let last = safe.last else { return }
        write(safe)
        place = last == "\n" ? .lineStart : .reply
    }

    /// Writes what was held back of a reply, and ends its line.
    mutating func endReply() {
        add(reply.end())
        reply = SafeLines()
        endLine()
        release()
    }

    private mutating func release() {
        let lines = held
        held = []
        for line in lines { say(line) }
    }

    private mutating func write(_ text: String) {
        guard !text.isEmpty else { return }
        isAfterBlankLine = text.hasSuffix("\n\n") || text == "\n" && (isAfterBlankLine || place == .lineStart)
        written += text
    }
}
