/// The tail of a streaming text, parsed and set on the page behind what is final already.
struct TailLayout {
    /// Where the tail is cut in two: what stands before is final.
    struct Cut {
        /// The bytes of the part that is final.
        var bytes: Int
        /// The end of its page.
        var mark: RenderedPage.Mark
        /// How the rest is read.
        var rest: Rest
    }

    enum Rest {
        case blocks(BlockLayout.Resumption)
        /// Lines of an open code block.
        case code(CodeFence, info: String)
    }

    let page: RenderedPage
    private(set) var cut: Cut?
    /// The row that plain words can be added to.
    private(set) var liveRow: LiveRow?
    /// Bytes that were parsed.
    let work: Int

    /// - Parameters:
    ///   - page: what is final, to be continued.
    ///   - resumption: how the tail continues it.
    ///   - ended: nothing follows the tail.
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

// MARK: - What is final

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

    /// All whole lines are final when a blank one has closed the last block.
    private static func blankCut(_ layout: BlockLayout, _ lines: SourceLines, after top: BlockLayout.Seam?)
        -> Cut?
    {
        guard lines.isBlank(lines.partial - 1), top?.part.isClosedByBlank ?? true else { return nil }
        let bytes = lines.start(of: lines.partial)
        guard bytes > 0 else { return nil }
        return Cut(bytes: bytes, mark: layout.mark(after: lines), rest: .blocks(.init(followsBlank: true)))
    }

    /// A fenced block is final behind its closing fence; an open one is read line by line from here on.
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

    /// The whole rows of a table are final once its columns are.
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

    /// What stands before the last block, or the last item of a list, is final.
    private static func seamCut(_ seam: BlockLayout.Seam, _ lines: SourceLines, _ layout: BlockLayout) -> Cut?
    {
        var rest = BlockLayout.Resumption(followsBlank: lines.endsParagraph(seam.line - 1))
        if case .item(let number) = seam.part { rest.item = number }
        return Cut(bytes: lines.start(of: seam.line), mark: seam.mark, rest: .blocks(rest))
    }
}

extension BlockLayout {
    /// The page before what the partial line began.
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
    /// A table's head with as many columns, set as they are.
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

// MARK: - What is still open

/// The end of a tail whose last line is still being written: what is added for it to be parsed as what it is going to be.
private struct OpenEnd {
    private var closers: [UInt8] = []
    /// Where a backslash keeps a line of dashes from making a heading of the paragraph above it.
    private var underline: Int?
    /// What follows can be a plain continuation.
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

    /// Whether the last line is nothing but marks, so that with more of them it would be a rule or a fence.
    private static func isRuleOrFence(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.reversed().prefix { $0 != 0x0A && $0 != 0x0D }.allSatisfy {
            $0.isMarkdownSpace || "*_~`->".utf8.contains($0)
        }
    }

    /// Whether what was added is text, because it did not close what it was added for.
    func isShown(in layout: BlockLayout) -> Bool {
        guard let last = closers.last, let shown = layout.lastParagraph?.flow.utf8 else { return false }
        return shown.last == last
    }

    /// Where the last line begins to underline, if it is all that makes the leaf a heading.
    private static func underline(_ leaf: MarkdownNode, _ lines: SourceLines) -> Int? {
        guard leaf.startLine < lines.partial, let mark = lines.bytes.last(where: { $0 != 0x20 }),
            mark == UInt8(ascii: "-") || mark == UInt8(ascii: "=")
        else { return nil }
        let line = lines.start(of: lines.partial)
        return lines.bytes[line...].firstIndex(of: mark)
    }

    /// The source with what it lacks; nil when that is nothing.
    func completed(_ source: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        if let underline {
            return source[..<underline] + [UInt8(ascii: "\\")] + source[underline...]
        }
        guard !closers.isEmpty else { return nil }
        let end = source.count - source.reversed().prefix { $0.isMarkdownSpace }.count
        return source[..<end] + closers + source[end...]
    }
}
