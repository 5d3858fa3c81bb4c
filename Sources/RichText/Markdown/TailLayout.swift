/// The tail of a streaming text, parsed and laid out after the final part of the page.
struct TailLayout {
    /// Where the final part of the tail ends.
    struct Cut {
        /// The bytes of the final part.
        var bytes: Int
        /// The end of its page.
        var mark: RenderedPage.Mark
        /// How the rest is parsed.
        var rest: Rest
    }

    enum Rest {
        case blocks(BlockLayout.Resumption)
        /// Lines of an open code block.
        case code(CodeFence, info: String)
    }

    let page: RenderedPage
    private(set) var cut: Cut?
    /// The row to which plain words can be added.
    private(set) var liveRow: LiveRow?
    /// The bytes that were parsed.
    let work: Int

    /// - Parameters:
    ///   - source: the tail.
    ///   - page: the final part of the page.
    ///   - width: the columns of a row.
    ///   - resumption: how the tail continues the page.
    ///   - ended: whether the text ends with the tail.
    init(
        _ source: UnsafeBufferPointer<UInt8>, page: RenderedPage, width: Int,
        resumption: BlockLayout.Resumption,
        ended: Bool
    ) {
        let prelude = resumption.table?.prelude ?? []
        let lines = SourceLines(source, prelude: prelude.isEmpty ? 0 : 2)
        let start = page.end
        var layout = BlockLayout(page: page, width: width, lines: lines, resumption: resumption)
        let open = prelude.withUnsafeBufferPointer { prelude in
            let tree = MarkdownTree([prelude, source], definitions: false)
            let open = ended ? OpenEnd() : tree.withLastLeaf { OpenEnd($0, lines) } ?? OpenEnd()
            if let completed = open.completed(source) {
                completed.withUnsafeBufferPointer { completed in
                    MarkdownTree([prelude, completed], definitions: false).walk { layout.visit($0, $1) }
                }
                if !open.isShown(in: layout) { return open }
                layout.restart(at: start)
            }
            tree.walk { layout.visit($0, $1) }
            return open
        }
        work = source.count * (open.isComplete ? 1 : 2)
        self.page = layout.writer.page
        guard !ended else { return }
        cut = Self.cut(layout, lines)
        if open.isPlain, let paragraph = layout.lastParagraph {
            let spaces = source.reversed().prefix { $0 == 0x20 }.count
            liveRow = LiveRow(paragraph.flow, row: paragraph.row, spaces: spaces)
        }
    }
}

// MARK: - The final part

extension TailLayout {
    private static func cut(_ layout: BlockLayout, _ lines: SourceLines) -> Cut? {
        let whole = layout.seams.filter { $0.line < lines.partial }
        guard let last = whole.last, let top = whole.last(where: \.part.isBlock) else {
            return blankCut(layout, lines, after: nil)
        }
        let found =
            blankCut(layout, lines, after: top) ?? codeCut(layout, lines, top) ?? tableCut(layout, lines, top)
            ?? seamCut(last, lines, layout)
        return found.flatMap { $0.bytes > 0 ? $0 : nil }
    }

    /// All whole lines are final when the last of them is blank and closes the last block.
    private static func blankCut(_ layout: BlockLayout, _ lines: SourceLines, after top: BlockLayout.Seam?)
        -> Cut?
    {
        guard lines.isBlank(lines.partial - 1), top?.part.isClosedByBlank ?? true else { return nil }
        let bytes = lines.start(of: lines.partial)
        guard bytes > 0 else { return nil }
        return Cut(bytes: bytes, mark: layout.mark(after: lines), rest: .blocks(.init(followsBlank: true)))
    }

    /// A fenced block is final after its closing fence; an open one is read line by line from its first line on.
    private static func codeCut(_ layout: BlockLayout, _ lines: SourceLines, _ top: BlockLayout.Seam) -> Cut?
    {
        guard top.part == .block(.codeBlock), let (line, fence, info) = layout.lastFence, line == top.line
        else { return nil }
        let closing = (top.line + 1..<max(top.line + 1, lines.partial)).first {
            fence.closes(lines.bytes(of: $0).firstLine.line)
        }
        guard let closing else {
            return Cut(bytes: lines.start(of: top.line + 1), mark: top.mark, rest: .code(fence, info: info))
        }
        return Cut(
            bytes: lines.start(of: closing + 1), mark: layout.mark(after: lines), rest: .blocks(.init()))
    }

    /// Whole rows of a table are final once its plan is.
    private static func tableCut(_ layout: BlockLayout, _ lines: SourceLines, _ top: BlockLayout.Seam) -> Cut?
    {
        guard top.part == .block(.table), let table = layout.lastTable, table.isPlanFinal,
            let plan = table.plan
        else { return nil }
        let partial = table.rows.first { $0.line >= lines.partial }
        return Cut(
            bytes: lines.start(of: lines.partial), mark: partial?.mark ?? layout.mark(after: lines),
            rest: .blocks(.init(table: plan)))
    }

    /// Everything before the last block, or the last item of a list, is final.
    private static func seamCut(_ seam: BlockLayout.Seam, _ lines: SourceLines, _ layout: BlockLayout) -> Cut?
    {
        var rest = BlockLayout.Resumption(followsBlank: lines.endsParagraph(seam.line - 1))
        if case .item(let number) = seam.part { rest.item = number }
        return Cut(bytes: lines.start(of: seam.line), mark: seam.mark, rest: .blocks(rest))
    }
}

extension BlockLayout {
    /// The end of the page before the block that the partial line began.
    fileprivate func mark(after lines: SourceLines) -> RenderedPage.Mark {
        seams.first { $0.line >= lines.partial }?.mark ?? writer.page.end
    }
}

extension BlockLayout.Seam.Part {
    fileprivate var isBlock: Bool {
        if case .block = self { return true }
        return false
    }

    fileprivate var isClosedByBlank: Bool {
        switch self {
        case .block(.paragraph), .block(.heading), .block(.table), .block(.quote), .block(.rule): true
        default: false
        }
    }
}

extension TablePlan {
    /// A header of the same columns, for the parser to read further rows as a table.
    fileprivate var prelude: [UInt8] {
        let head = alignments.map { _ in "a" }.joined(separator: "|")
        let rule = alignments.map { alignment in
            switch alignment {
            case .left: ":-"
            case .center: ":-:"
            case .right: "-:"
            }
        }.joined(separator: "|")
        return Array("|\(head)|\n|\(rule)|\n".utf8)
    }
}

// MARK: - The open end

/// The end of a tail whose last line is incomplete, and what to add so that it is parsed as what it will most likely become.
private struct OpenEnd {
    private var closers: [UInt8] = []
    /// Where to put a backslash that keeps a line of dashes from turning the paragraph above it into a heading.
    private var underline: Int?
    /// Whether text can continue it plainly.
    private(set) var isPlain = false

    var isComplete: Bool { underline == nil && closers.isEmpty }

    init() {}

    init(_ leaf: MarkdownNode, _ lines: SourceLines) {
        guard leaf.kind == .paragraph || leaf.kind == .heading, leaf.startLine >= lines.first else { return }
        guard leaf.startLine == lines.partial || !lines.endsParagraph(lines.partial - 1) else { return }
        let source = lines.bytes
        if leaf.kind == .heading { underline = Self.underline(leaf, lines) }
        guard underline == nil, leaf.kind == .paragraph || leaf.startLine == lines.partial else { return }
        let start = min(lines.start(of: leaf.startLine) + max(0, leaf.startColumn - 1), source.count)
        let end = source.count - source[start...].reversed().prefix { $0.isMarkdownSpace }.count
        let syntax = UnclosedInlines(UnsafeBufferPointer(rebasing: source[start..<end]))
        closers = Self.isRuleOrFence(source[start..<end]) ? [] : syntax.closers
        isPlain = leaf.kind == .paragraph && syntax.keepsStyle && PlainContinuation.canFollow(source)
    }

    /// Whether the last line has only markers, so that more of them would make it a rule or a fence.
    private static func isRuleOrFence(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.reversed().prefix { $0 != 0x0A && $0 != 0x0D }.allSatisfy {
            $0.isMarkdownSpace || "*_~`->".utf8.contains($0)
        }
    }

    /// Whether the closers show as text, because they did not close anything.
    func isShown(in layout: BlockLayout) -> Bool {
        guard let last = closers.last, let shown = layout.lastParagraph?.flow.utf8 else { return false }
        return shown.last == last
    }

    /// The start of the underline in the last line, if only that makes the leaf a heading.
    private static func underline(_ leaf: MarkdownNode, _ lines: SourceLines) -> Int? {
        guard leaf.startLine < lines.partial, let mark = lines.bytes.last(where: { $0 != 0x20 }),
            mark == UInt8(ascii: "-") || mark == UInt8(ascii: "=")
        else { return nil }
        let line = lines.start(of: lines.partial)
        return lines.bytes[line...].firstIndex(of: mark)
    }

    /// The source with the additions; nil when there are none.
    func completed(_ source: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        if let underline {
            return source[..<underline] + [UInt8(ascii: "\\")] + source[underline...]
        }
        guard !closers.isEmpty else { return nil }
        let end = source.count - source.reversed().prefix { $0.isMarkdownSpace }.count
        return source[..<end] + closers + source[end...]
    }
}
