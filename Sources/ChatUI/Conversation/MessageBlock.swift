import Foundation
import RichText
import SessionCore

/// One message as rows of the conversation: author and time, steps, text, and the state of its turn. The text is cut into pages, and
/// a page is laid out, once per width, when it is needed; a streaming reply grows at the end of its last page alone.
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

        subscript(line: Int) -> StyledLine {
            switch self {
            case .plain(let lines): lines[line]
            case .markdown(let layout): layout[line]
            }
        }
    }

    /// A page as far as it is laid out.
    private struct PageLayout: Sendable {
        var body: Body
        /// The bytes of the page that are in it.
        var covered: Int
        /// Whether that is all of it.
        var isWhole: Bool
    }

    /// Author and time, below the day where one begins: at the edge, everything else is indented.
    var title: [StyledLine]
    /// The steps.
    var head: StepLayout.Lines
    var tail: [StyledLine]
    /// Where the text is cut.
    private(set) var text: TextPages
    private var layouts: [Int: PageLayout] = [:]

    init(title: [StyledLine], head: StepLayout.Lines, tail: [StyledLine], text: TextPages) {
        self.title = title
        self.head = head
        self.tail = tail
        self.text = text
    }

    var pages: Range<Int> { text.pages.indices }
    /// The pages that are laid out.
    var laidOut: [Int] { Array(layouts.keys) }

    /// The lines that can be selected, from the top of the first page: the author's line and those of steps.
    var stops: [(line: Int, part: Selection.Part)] {
        [(title.count - 1, .message)] + head.stops.map { ($0.line + title.count, $0.part) }
    }

    /// The rows of a page that is laid out.
    func lineCount(_ page: Int) -> Int { before(page) + (layouts[page]?.body.count ?? 0) + after(page).count }

    /// A row of a page that is laid out.
    func line(_ line: Int, of page: Int) -> StyledLine {
        let inBody = line - before(page)
        if let body = layouts[page]?.body, inBody >= 0 {
            return inBody < body.count ? body[inBody] : after(page)[inBody - body.count]
        }
        guard page == 0 else { return StyledLine() }
        return line < title.count ? title[line] : head.lines[line - title.count]
    }

    /// The rows before the text of a page.
    private func before(_ page: Int) -> Int {
        page == 0 ? title.count + head.lines.count : text.pages[page].followsBlank ? 1 : 0
    }

    /// The rows of the text of a page that is laid out.
    func textLines(of page: Int) -> Range<Int> {
        let start = before(page)
        return start..<start + (layouts[page]?.body.count ?? 0)
    }

    private func after(_ page: Int) -> [StyledLine] { page == pages.upperBound - 1 ? tail : [] }

    func markdown(_ page: Int) -> MarkdownLayout? {
        if case .markdown(let layout) = layouts[page]?.body { layout } else { nil }
    }

    /// More text.
    mutating func append(_ text: String) { self.text.append(text) }

    /// Lays out what is missing of a page.
    /// - Parameter message: the message, whose text is cut as this block says.
    mutating func layOut(_ page: Int, of message: Message, for form: MarkdownForm) {
        let cut = text.pages[page]
        let isWhole = message.state != .streaming || page < pages.upperBound - 1
        var known = layouts[page]
        if let known, known.covered == cut.bytes.count, known.isWhole == isWhole { return }
        layouts[page] = nil  // changed in place, not copied
        switch known?.body {
        case .markdown(var layout) where !(known?.isWhole ?? false):
            known = nil
            let start = cut.bytes.lowerBound + covered(page, of: layout)
            layout.append(message.text[utf8: start..<cut.bytes.upperBound])
            if isWhole { layout.finish() }
            layouts[page] = PageLayout(body: .markdown(layout), covered: cut.bytes.count, isWhole: isWhole)
        default:
            let body = body(message.text[utf8: cut.bytes], cut, message.role, isWhole, form)
            layouts[page] = PageLayout(body: body, covered: cut.bytes.count, isWhole: isWhole)
        }
    }

    private func covered(_ page: Int, of layout: MarkdownLayout) -> Int {
        layout.text.utf8.count - text.pages[page].opening.utf8.count
    }

    private func body(
        _ text: String, _ page: TextPages.Page, _ role: Message.Role, _ isWhole: Bool, _ form: MarkdownForm
    ) -> Body {
        switch role {
        case .user: return .plain(StyledLine.wrap(text, width: min(form.width, form.prose)))
        case .agent where isWhole:
            return .markdown(MarkdownLayout(form, finished: page.opening + text))
        case .agent:
            var layout = MarkdownLayout(form)
            layout.append(page.opening + text)
            return .markdown(layout)
        }
    }

    /// Drops the layouts of all other pages.
    mutating func keep(_ pages: Range<Int>) {
        for page in layouts.keys where !pages.contains(page) { layouts[page] = nil }
    }
}

extension String {
    /// The text of these bytes, which begin and end between two scalars.
    fileprivate subscript(utf8 range: Range<Int>) -> String {
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        return String(decoding: utf8[start..<utf8.index(start, offsetBy: range.count)], as: UTF8.self)
    }
}

/// Lays out messages. Knows nothing of scrolling.
struct MessageBlockLayout: Sendable {
    var width: Int
    /// The columns of a row of running text at most.
    var prose = Int.max
    /// The marks of Markdown that the terminal needs.
    var marks: SyntaxMarks = []
    var languages = LanguageCatalog.empty
    var labels: TimeLabels
    var showsSteps: Bool
    /// The keys that hints name.
    var retryKey: String?
    var takeBackKey: String?
    var suggestionKey: String?

    /// The columns in front of the text.
    static let indent = 2

    var textWidth: Int { max(1, width - Self.indent) }
    var proseWidth: Int { min(textWidth, prose) }
    var form: MarkdownForm {
        MarkdownForm(width: textWidth, prose: proseWidth, marks: marks, languages: languages)
    }

    /// - Parameter text: where the message's text is cut.
    func block(
        for message: Message, cut text: TextPages, after previous: Message?, turn: Turn?, agent: String,
        isLast: Bool, isNew: Bool = false, targets: TurnTargets, folding: StepFolding
    ) -> MessageBlock {
        MessageBlock(
            title: title(of: message, after: previous, turn: turn, agent: agent, isNew: isNew),
            head: steps(of: message, folding),
            tail: tail(of: message, turn: turn, isLast: isLast, targets: targets), text: text)
    }

    /// - Parameter isNew: whether what is new to the person begins here.
    func title(
        of message: Message, after previous: Message?, turn: Turn?, agent: String, isNew: Bool = false
    ) -> [StyledLine] {
        var lines: [StyledLine] = []
        if isNew { lines.append(rule("new", role: .listUnread)) }
        if previous.map({ !labels.isSameDay($0.at, message.at) }) ?? true {
            lines.append(rule(labels.day(message.at), role: .muted))
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
        var lines = CardLayout(width: proseWidth).lines(of: message.extras.cards)
        if !lines.isEmpty { lines.insert(StyledLine(), at: 0) }
        if isLast, message.state != .streaming { lines += suggestions(of: message) }
        if let turn, (turn.reply ?? turn.message) == message.id {
            lines +=
                TurnNote(layout: self, turn: turn, targets: targets, isWithoutText: message.isWithoutText)
                .lines
        }
        lines.append(StyledLine())
        return lines
    }

    private func rule(_ text: String, role: StyleRole) -> StyledLine {
        let label = " " + text + " "
        let room = max(0, width - Glyphs.width(label))
        let left = min(room, 3)
        return StyledLine([
            Span(String(repeating: "─", count: left), .border),
            Span(label, role),
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
            + suggestions.flatMap { StyledLine.wrap("› " + $0, width: proseWidth, role: .accent) }
    }
}
