import Foundation
import RichText
import SessionCore

/// One message as rows of the conversation: who and when, what was said, and what became of it. Laid out once per width;
/// a streaming reply grows by its tail alone.
struct MessageBlock: Sendable {
    enum Body: Sendable {
        /// What a person wrote stands as it was written.
        case plain([StyledLine])
        case markdown(MarkdownLayout)

        var count: Int {
            switch self {
            case .plain(let lines): lines.count
            case .markdown(let layout): layout.lineCount
            }
        }
    }

    /// Who and when, after the day where one begins: set at the edge, all below it indented.
    var title: [StyledLine]
    /// What the agent did on the way.
    var head: [StyledLine]
    var body: Body
    var tail: [StyledLine]

    var lineCount: Int { title.count + head.count + body.count + tail.count }

    subscript(line: Int) -> StyledLine {
        if line < title.count { return title[line] }
        let inHead = line - title.count
        if inHead < head.count { return head[inHead] }
        let inBody = inHead - head.count
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

    /// More text of a reply that streams.
    mutating func append(_ text: String) {
        guard case .markdown(var layout) = body else { return }
        body = .plain([])  // the layout is changed in place, not copied
        layout.append(text)
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

    /// The columns that text is set in from the left.
    static let indent = 2

    var textWidth: Int { max(1, width - Self.indent) }

    func block(
        for message: Message, after previous: Message?, turn: Turn?, agent: String, isLast: Bool,
        targets: TurnTargets
    )
        -> MessageBlock
    {
        MessageBlock(
            title: title(of: message, after: previous, turn: turn, agent: agent),
            head: steps(of: message),
            body: body(of: message),
            tail: tail(of: message, turn: turn, isLast: isLast, targets: targets))
    }

    func body(of message: Message) -> MessageBlock.Body {
        switch message.role {
        case .user:
            return .plain(wrapped(message.text, .text, width: textWidth))
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
        lines.append(StyledLine(spans))
        return lines
    }

    func tail(of message: Message, turn: Turn?, isLast: Bool, targets: TurnTargets) -> [StyledLine] {
        var lines = cards(of: message)
        if isLast, message.state != .streaming { lines += suggestions(of: message) }
        if let turn, (turn.reply ?? turn.message) == message.id { lines += status(of: turn, targets) }
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

    func steps(of message: Message) -> [StyledLine] {
        let steps = message.extras.steps
        guard !steps.isEmpty else { return [] }
        guard showsSteps else {
            let noun = steps.count == 1 ? "step" : "steps"
            let names = steps.suffix(3).map(\.title).joined(separator: ", ")
            return wrapped("▸ \(steps.count) \(noun): \(names)", .muted, width: textWidth)
        }
        return steps.flatMap { step -> [StyledLine] in
            let mark =
                switch step.state {
                case .running: "…"
                case .completed: "✓"
                case .failed: "✗"
                }
            let title = wrapped(
                "▾ \(mark) \(step.title)", step.state == .failed ? .error : .muted, width: textWidth)
            return title + wrapped(step.detail, .muted, width: max(1, textWidth - 4), indent: 4)
        }
    }

    private func cards(of message: Message) -> [StyledLine] {
        message.extras.cards.flatMap { card -> [StyledLine] in
            let title = (card.isRecommended ? "★ " : "■ ") + card.title
            let lines = wrapped(title, .strong, width: textWidth)
            return [StyledLine()] + lines
                + card.properties.flatMap { property in
                    wrapped(
                        "\(property.title): \(property.value)", .text, width: max(1, textWidth - 2), indent: 2
                    )
                }
        }
    }

    private func suggestions(of message: Message) -> [StyledLine] {
        let suggestions = message.extras.suggestions
        guard !suggestions.isEmpty else { return [] }
        let hint = suggestionKey.map { " (\($0))" } ?? ""
        return [StyledLine(), StyledLine([Span("You could say" + hint + ":", .muted)])]
            + suggestions.flatMap { wrapped("› " + $0, .accent, width: textWidth) }
    }

    private func status(of turn: Turn, _ targets: TurnTargets) -> [StyledLine] {
        let again = targets.retry == turn.id ? retryKey.map { "\($0) sends it once more" } : nil
        let back = targets.takeBack == turn.id ? takeBackKey.map { "\($0) takes it back" } : nil
        let hints = [again, back].compactMap(\.self).joined(separator: ", ")
        let after = hints.isEmpty ? "" : "; " + hints
        switch turn.state {
        case .queued: return note("queued: it is sent when the turn before it has ended" + after, .muted)
        case .sending: return note("sending…", .muted)
        case .streaming: return note("…", .accent)
        case .running: return note("running in the background…", .accent)
        case .waiting: return note("the agent waits for your answer", .warning)
        case .done: return []
        case .stopped: return note("stopped" + after, .warning)
        case .truncated: return note("the reply broke off here" + after, .warning)
        case .unconfirmed:
            return note(
                "not confirmed: Parley ended while this was being sent, and the service may have it" + after,
                .warning)
        case .failed: return failure(turn, hints: hints)
        }
    }

    private func failure(_ turn: Turn, hints: String) -> [StyledLine] {
        guard let failure = turn.failure else { return note("failed", .error) + note(hints, .muted) }
        var text = "failed: " + failure.message
        if let detail = failure.detail, !detail.isEmpty { text += " (\(detail))" }
        let time = failure.retryAt.map { note("not before \(labels.time($0))", .muted) } ?? []
        return note(text, .error) + time + note(hints, .muted)
    }

    private func note(_ text: String, _ role: StyleRole) -> [StyledLine] {
        wrapped(text, role, width: textWidth)
    }

    private func wrapped(_ text: String, _ role: StyleRole, width: Int, indent: Int = 0) -> [StyledLine] {
        guard !text.isEmpty else { return [] }
        let space = indent > 0 ? [Span(String(repeating: " ", count: indent), role)] : []
        return StyledLine.wrap(text, width: width + indent, role: role, first: space, rest: space)
    }
}
