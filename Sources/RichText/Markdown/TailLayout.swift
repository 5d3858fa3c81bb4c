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
    ///   - resumption: how the tail continues the page.
    ///   - ended: whether the text ends with the tail.
    init(
        _ source: UnsafeBufferPointer<UInt8>, page: RenderedPage, form: MarkdownForm,
        resumption: BlockLayout.Resumption, ended: Bool
    ) {
        let lines = SourceLines(source)
        let tree = MarkdownTree(source, columns: resumption.table?.alignments, ended: ended)
        let layout = BlockLayout(tree, page: page, form: form, lines: lines, resumption: resumption)
        work = source.count
        self.page = layout.writer.page
        guard !ended else { return }
        cut = Self.cut(layout, lines)
        if let paragraph = layout.lastParagraph, paragraph.isOpenEnd, paragraph.keepsStyle,
            PlainContinuation.canFollow(source)
        {
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
        guard top.part == .block(.codeBlock), let open = layout.lastFence, open.line == top.line else {
            return nil
        }
        guard let closing = open.closingLine, closing < lines.partial else {
            return Cut(
                bytes: lines.start(of: top.line + 1), mark: top.mark, rest: .code(open.fence, info: open.info)
            )
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
        case .block(.paragraph), .block(.heading), .block(.table), .block(.quote), .block(.rule),
            .block(.summary), .block(.hidden), .block(.math):
            true
        default: false
        }
    }
}
