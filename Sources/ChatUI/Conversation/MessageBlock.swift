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
        /// What a program printed.
        case output(OutputLayout)

        var count: Int {
            switch self {
            case .plain(let lines): lines.count
            case .output(let layout): layout.lines.count
            case .markdown(let layout): layout.lineCount
            }
        }

        subscript(line: Int) -> StyledLine {
            switch self {
            case .plain(let lines): lines[line]
            case .output(let layout): layout.lines[line]
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
        /// What of it is shown.
        var rows: FoldedRows
    }

    /// Author and time, below the day where one begins: at the edge, everything else is indented.
    var title: [StyledLine]
    /// The steps.
    var head: StepLayout.Lines
    var tail: [StyledLine]
    /// Where the text is cut.
    private(set) var text: TextPages
    private var layouts: [Int: PageLayout] = [:]
    /// Whether all behind the first page is folded away.
    private var endsAfterFirstPage = false

    init(title: [StyledLine], head: StepLayout.Lines, tail: [StyledLine], text: TextPages) {
        self.title = title
        self.head = head
        self.tail = tail
        self.text = text
    }

    /// The pages that are shown.
    var pages: Range<Int> { endsAfterFirstPage ? 0..<1 : text.pages.indices }
    /// The pages that are laid out.
    var laidOut: [Int] { Array(layouts.keys) }

    /// The lines that can be selected, from the top of the first page: the author's line and those of steps.
    var stops: [(line: Int, part: Selection.Part)] {
        [(title.count - 1, .message)] + head.stops.map { ($0.line + title.count, $0.part) }
    }

    /// The blocks of a page that is laid out, with their lines on the page.
    func blockStops(of page: Int) -> [FoldedRows.Stop] {
        let before = before(page)
        return layouts[page]?.rows.stops.map { stop in
            var stop = stop
            stop.lines = stop.lines.lowerBound + before...stop.lines.upperBound + before
            return stop
        } ?? []
    }

    /// A block that is shown.
    func stop(of block: TextBlock) -> FoldedRows.Stop? {
        blockStops(of: block.page).first { $0.block == block }
    }

    /// The rows of a page that is laid out.
    func lineCount(_ page: Int) -> Int { before(page) + (layouts[page]?.rows.count ?? 0) + after(page).count }

    /// A row of a page that is laid out.
    func line(_ line: Int, of page: Int) -> StyledLine {
        let inBody = line - before(page)
        if let layout = layouts[page], inBody >= 0 {
            guard inBody < layout.rows.count else { return after(page)[inBody - layout.rows.count] }
            switch layout.rows.row(inBody) {
            case .label(let label): return label
            case .text(let row):
                let line = layout.body[row]
                return layout.rows.isClosedSummary(row) ? Details.folded(line) : line
            }
        }
        guard page == 0 else { return StyledLine() }
        return line < title.count ? title[line] : head.lines[line - title.count]
    }

    /// The rows before the text of a page.
    private func before(_ page: Int) -> Int {
        page == 0 ? title.count + head.lines.count : text.pages[page].followsBlank ? 1 : 0
    }

    /// The rows of the text of a page that is laid out, also those that are folded away.
    func textRows(of page: Int) -> LazyMapSequence<Range<Int>, StyledLine> {
        let body = layouts[page]?.body
        return (0..<(body?.count ?? 0)).lazy.map { body?[$0] ?? StyledLine() }
    }

    /// The line of a row of a page's text, or of what is shown in its place.
    func line(ofTextRow row: Int, of page: Int) -> Int {
        before(page) + (layouts[page]?.rows.shownRow(of: row) ?? 0)
    }

    /// The row of a page's text in a line, or the first one of those that it stands for; nil if it is not of the text.
    func textRow(of line: Int, of page: Int) -> Int? {
        guard let rows = layouts[page]?.rows else { return nil }
        let line = line - before(page)
        return line >= 0 && line < rows.count ? rows.textRow(line) : nil
    }

    /// Whether a row of a page's text is folded away.
    func isHidden(textRow row: Int, of page: Int) -> Bool {
        !pages.contains(page) || layouts[page]?.rows.isHidden(row) ?? false
    }

    /// The text of a block of a page that is laid out; nil if it is not there.
    func code(_ block: TextBlock) -> CodeBlock? {
        guard block.kind == .code, let blocks = markdown(block.page)?.codeBlocks,
            blocks.indices.contains(block.index)
        else { return nil }
        return blocks[block.index]
    }

    /// The blocks that hold a row of a page that is laid out, from the outermost to the innermost.
    func blocks(aroundTextRow row: Int, of page: Int) -> [TextBlock] {
        guard let layout = markdown(page) else { return [TextBlock(kind: .text)] }
        let details = layout.details.enumerated().filter { $0.element.content.contains(row) }
        let code = layout.codeBlocks.enumerated().filter { $0.element.lines.contains(row) }
        return details.map { TextBlock(kind: .details, page: page, index: $0.offset) }
            + code.map { TextBlock(kind: .code, page: page, index: $0.offset) }
    }

    private func after(_ page: Int) -> [StyledLine] { page == pages.upperBound - 1 ? tail : [] }

    /// Whether a line of a page that is laid out is below the text.
    func isInTail(_ line: Int, of page: Int) -> Bool { line >= lineCount(page) - after(page).count }

    func markdown(_ page: Int) -> MarkdownLayout? {
        if case .markdown(let layout) = layouts[page]?.body { layout } else { nil }
    }

    /// More text.
    mutating func append(_ text: String) { self.text.append(text) }

    /// Lays out what is missing of a page.
    /// - Parameter message: the message, whose text is cut as this block says.
    mutating func layOut(_ page: Int, of message: Message, for form: MarkdownForm, _ folding: Folding) {
        let cut = text.pages[page]
        let isWhole = message.state != .streaming || page < text.pages.count - 1
        var known = layouts[page]
        if let known, known.covered == cut.bytes.count, known.isWhole == isWhole { return }
        layouts[page] = nil  // changed in place, not copied
        switch known?.body {
        case .markdown(var layout) where !(known?.isWhole ?? false):
            known = nil
            let start = cut.bytes.lowerBound + covered(page, of: layout)
            layout.append(message.text[utf8: start..<cut.bytes.upperBound])
            if isWhole { layout.finish() }
            lay(.markdown(layout), page, of: message, isWhole: isWhole, folding)
        case .output(var layout) where !(known?.isWhole ?? false):
            let start = cut.bytes.lowerBound + (known?.covered ?? 0)
            known = nil
            layout.append(message.text[utf8: start..<cut.bytes.upperBound])
            if isWhole { layout.finish() }
            lay(.output(layout), page, of: message, isWhole: isWhole, folding)
        default:
            let body = body(of: message, cut, isWhole, form)
            lay(body, page, of: message, isWhole: isWhole, folding)
        }
    }

    private mutating func lay(
        _ body: Body, _ page: Int, of message: Message, isWhole: Bool, _ folding: Folding
    ) {
        layouts[page] = PageLayout(
            body: body, covered: text.pages[page].bytes.count, isWhole: isWhole,
            rows: rows(of: body, page, of: message, folding))
    }

    private func rows(of body: Body, _ page: Int, of message: Message, _ folding: Folding) -> FoldedRows {
        switch body {
        case .markdown(let layout): return FoldedRows(layout, page: page, of: message.id, folding)
        case .output(let layout): return FoldedRows(count: layout.lines.count)
        case .plain(let lines):
            let rest = page == 0 && text.pages.count > 1 ? linesBehindFirstPage(of: message) : 0
            return FoldedRows(rows: lines.count, rest: rest, page: page, of: message.id, folding)
        }
    }

    private func linesBehindFirstPage(of message: Message) -> Int {
        message.text.utf8.dropFirst(text.pages[0].bytes.count).count { $0 == 0x0A } + 1
    }

    /// Shows what is open now, and nothing else.
    mutating func fold(_ message: Message, _ folding: Folding) {
        endsAfterFirstPage =
            message.role == .user && text.pages.count > 1 && folding.limit != nil
            && !folding.isOpen(TextBlock(kind: .text), in: message.id)
        for page in layouts.keys {
            guard let body = layouts[page]?.body else { continue }
            let rows = rows(of: body, page, of: message, folding)
            layouts[page]?.rows = rows
        }
    }

    private func covered(_ page: Int, of layout: MarkdownLayout) -> Int {
        layout.text.utf8.count - text.pages[page].opening.utf8.count
    }

    private func body(
        of message: Message, _ page: TextPages.Page, _ isWhole: Bool, _ form: MarkdownForm
    ) -> Body {
        var text = message.text[utf8: page.bytes]
        if message.role == .user {
            // The line end between two pages is not one of a row.
            if page != self.text.pages.last, text.hasSuffix("\n") { text.removeLast() }
            return .plain(StyledLine.wrap(text, width: min(form.width, form.prose)))
        }
        if let output = OutputLayout.Form(message.format) {
            var layout = OutputLayout(width: form.width, form: output)
            layout.append(text)
            if isWhole { layout.finish() }
            return .output(layout)
        }
        if isWhole { return .markdown(MarkdownLayout(form, finished: page.opening + text)) }
        var layout = MarkdownLayout(form)
        layout.append(page.opening + text)
        return .markdown(layout)
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
    /// Whether there are no edges and no indent.
    var isBare = false
    var labels: TimeLabels
    /// Until when the time of turns that are under way is counted.
    var now = Date.distantPast
    var showsSteps: Bool
    /// The lines above which code and the person's messages fold; nil if they never do.
    var foldLines: Int?
    /// The keys that hints name.
    var retryKey: String?
    var takeBackKey: String?
    var suggestionKey: String?

    /// The columns in front of the text.
    static func indent(isBare: Bool) -> Int { isBare ? 0 : 2 }

    var textWidth: Int { max(1, width - Self.indent(isBare: isBare)) }
    var proseWidth: Int { min(textWidth, prose) }
    var form: MarkdownForm {
        MarkdownForm(width: textWidth, prose: proseWidth, marks: marks, languages: languages, isBare: isBare)
    }

    /// - Parameter text: where the message's text is cut.
    func block(
        for message: Message, cut text: TextPages, after previous: Message?, turn: Turn?, agent: String,
        isLast: Bool, isNew: Bool = false, targets: TurnTargets, folding: Folding
    ) -> MessageBlock {
        var block = MessageBlock(
            title: title(of: message, after: previous, turn: turn, agent: agent, isNew: isNew),
            head: steps(of: message, folding),
            tail: tail(of: message, turn: turn, isLast: isLast, targets: targets), text: text)
        block.fold(message, folding)
        return block
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
        if let cost = cost(of: message, turn) { spans.append(Span("  " + cost, .messageTime)) }
        lines.append(StyledLine(spans))
        return lines
    }

    /// The seconds from which on it is said how long a reply took.
    private static let longTurn = 10

    /// How long a reply took, if that was long, and its tokens, where the service says so.
    private func cost(of message: Message, _ turn: Turn?) -> String? {
        guard message.role == .agent else { return nil }
        var parts: [String] = []
        if let turn, turn.reply == message.id, turn.state.isOver, let end = turn.endedAt {
            let elapsed = Elapsed(from: turn.startedAt, to: end)
            if elapsed.seconds >= Self.longTurn { parts.append(elapsed.label) }
        }
        if let usage = message.usage { parts.append("\(usage.total) tokens") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    func tail(of message: Message, turn: Turn?, isLast: Bool, targets: TurnTargets) -> [StyledLine] {
        var lines = CardLayout(width: proseWidth, isFramed: !isBare).lines(of: message.extras.cards)
        if !lines.isEmpty { lines.insert(StyledLine(), at: 0) }
        if isLast, message.state != .streaming { lines += suggestions(of: message) }
        if let turn, (turn.reply ?? turn.message) == message.id {
            lines +=
                TurnNote(
                    layout: self, turn: turn, targets: targets, isWithoutText: message.isWithoutText,
                    steps: message.extras.steps.count
                ).lines
        }
        lines.append(StyledLine())
        return lines
    }

    private func rule(_ text: String, role: StyleRole) -> StyledLine {
        guard !isBare else { return StyledLine([Span(text, role)]) }
        let label = " " + text + " "
        let room = max(0, width - Glyphs.width(label))
        let left = min(room, 3)
        return StyledLine([
            Span(String(repeating: "─", count: left), .border),
            Span(label, role),
            Span(String(repeating: "─", count: room - left), .border),
        ])
    }

    func steps(of message: Message, _ folding: Folding) -> StepLayout.Lines {
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
