import Foundation
import RichText
import SessionCore

/// One message as rows of the conversation: author and time, steps, text, and the state of its turn. Laid out once per
/// width; a streaming reply grows at its tail alone.
struct MessageBlock: Sendable {
    enum Body: Sendable {
        /// A person's message, as it was written.
        case plain([StyledLine])
        case markdown(MarkdownLayout)

        var count: Int {
            switch self {
            case .plain(let lines): lines.count
            case .markdown(let layout): layout.lineCount
            }
        }
    }

    /// Author and time, below the day where one begins: at the edge, everything else is indented.
    var title: [StyledLine]
    /// The steps.
    var head: StepLayout.Lines
    var body: Body
    var tail: [StyledLine]

    var lineCount: Int { title.count + head.lines.count + body.count + tail.count }

    /// The lines that can be selected, from the top: the author's line and those of steps.
    var stops: [(line: Int, part: Selection.Part)] {
        [(title.count - 1, .message)] + head.stops.map { ($0.line + title.count, $0.part) }
    }

    subscript(line: Int) -> StyledLine {
        if line < title.count { return title[line] }
        let inHead = line - title.count
        if inHead < head.lines.count { return head.lines[inHead] }
        let inBody = inHead - head.lines.count
        if inBody < body.count {
            switch body {
            case .plain(let lines): return lines[inBody]
            case .markdown(let layout): return layout[inBody]
            }
        }
        return tail[inBody - body.count]
    }

    var markdown: MarkdownLayout? {
        if case .markdown(let layout) = body { layout } else { nil }
    }

    /// More text of a streaming reply.
    mutating func append(_ text: String) { changeMarkdown { $0.append(text) } }

    /// Continues the layout of a streaming reply where its text has only grown, so that a reply that ends keeps its layout.
    /// - Returns: false when the message has to be laid out again.
    mutating func grow(from old: Message, to new: Message) -> Bool {
        let (before, after) = (old.text.utf8, new.text.utf8)
        guard old.state == .streaming, markdown != nil, after.starts(with: before) else { return false }
        let rest = after.dropFirst(before.count)
        changeMarkdown { layout in
            layout.append(String(decoding: rest, as: UTF8.self))
            if new.state != .streaming { layout.finish() }
        }
        return true
    }

    private mutating func changeMarkdown(_ change: (inout MarkdownLayout) -> Void) {
        guard case .markdown(var layout) = body else { return }
        body = .plain([])  // the layout is changed in place, not copied
        change(&layout)
        body = .markdown(layout)
    }
}

/// Lays out messages. Knows nothing of scrolling.
struct MessageBlockLayout: Sendable {
    var width: Int
    var labels: TimeLabels
    var showsSteps: Bool
    /// The keys that hints name.
    var retryKey: String?
    var takeBackKey: String?
    var suggestionKey: String?

    /// The columns in front of the text.
    static let indent = 2

    var textWidth: Int { max(1, width - Self.indent) }

    func block(
        for message: Message, after previous: Message?, turn: Turn?, agent: String, isLast: Bool,
        targets: TurnTargets, folding: StepFolding
    ) -> MessageBlock {
        MessageBlock(
            title: title(of: message, after: previous, turn: turn, agent: agent),
            head: steps(of: message, folding),
            body: body(of: message),
            tail: tail(of: message, turn: turn, isLast: isLast, targets: targets))
    }

    func body(of message: Message) -> MessageBlock.Body {
        switch message.role {
        case .user:
            return .plain(StyledLine.wrap(message.text, width: textWidth))
        case .agent:
            var layout = MarkdownLayout(width: textWidth)
            layout.append(message.text)
            if message.state != .streaming { layout.finish() }
            return .markdown(layout)
        }
    }

    func title(of message: Message, after previous: Message?, turn: Turn?, agent: String) -> [StyledLine] {
        var lines: [StyledLine] = []
        if previous.map({ !labels.isSameDay($0.at, message.at) }) ?? true {
            lines.append(dayLine(message.at))
            lines.append(StyledLine())
        }
        let isUser = message.role == .user
        var spans = [
            Span(isUser ? "You" : agent, isUser ? .messageUser : .messageAgent, attributes: .bold),
            Span("  " + labels.time(message.at), .messageTime),
        ]
        if isUser, turn?.mode == .background { spans.append(Span("  in the background", .messageTime)) }
        if isUser, turn?.state == .queued { spans.append(Span("  queued", .warning)) }
        lines.append(StyledLine(spans))
        return lines
    }

    func tail(of message: Message, turn: Turn?, isLast: Bool, targets: TurnTargets) -> [StyledLine] {
        var lines = CardLayout(width: textWidth).lines(of: message.extras.cards)
        if !lines.isEmpty { lines.insert(StyledLine(), at: 0) }
        if isLast, message.state != .streaming { lines += suggestions(of: message) }
        if let turn, (turn.reply ?? turn.message) == message.id {
            let isWithoutText =
                message.role == .agent && message.extras.cards.isEmpty
                && message.text.allSatisfy(\.isWhitespace)
            lines +=
                TurnNote(layout: self, turn: turn, targets: targets, isWithoutText: isWithoutText).lines
        }
        lines.append(StyledLine())
        return lines
    }

    private func dayLine(_ date: Date) -> StyledLine {
        let label = " " + labels.day(date) + " "
        let room = max(0, width - Glyphs.width(label))
        let left = min(room, 3)
        return StyledLine([
            Span(String(repeating: "─", count: left), .border),
            Span(label, .muted),
            Span(String(repeating: "─", count: room - left), .border),
        ])
    }

    func steps(of message: Message, _ folding: StepFolding) -> StepLayout.Lines {
        StepLayout(width: textWidth, folding: folding).lines(of: message)
    }

    private func suggestions(of message: Message) -> [StyledLine] {
        let suggestions = message.extras.suggestions
        guard !suggestions.isEmpty else { return [] }
        let hint = suggestionKey.map { " (\($0))" } ?? ""
        return [StyledLine(), StyledLine([Span("Suggestions" + hint + ":", .muted)])]
            + suggestions.flatMap { StyledLine.wrap("› " + $0, width: textWidth, role: .accent) }
    }
}
