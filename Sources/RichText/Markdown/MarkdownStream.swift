/// Streaming Markdown: a page whose beginning is final, and the tail of the text that can still change the rest.
///
/// - A top-level block is final once the next one has begun or a blank line has closed it; so is an item of a top-level list, a
///   row of a table after those that decide its columns, and a line of a fenced code block.
/// - Only the tail is parsed again when text is added. A long tail in which nothing becomes final is parsed again only when it has
///   grown by a fraction of its length, and until then the rest is shown as plain text; so the work for a text is proportional to
///   its length.
/// - The page depends only on the text so far, not on its chunks.
struct MarkdownStream: Sendable {
    private enum Mode: Sendable {
        case blocks(BlockLayout.Resumption)
        case code(CodeFence, CodeWriter)
    }

    private let form: MarkdownForm
    private(set) var page = RenderedPage()
    /// The end of the part of the page that never changes.
    private(set) var final = RenderedPage.Mark()
    /// The bytes parsed or laid out so far, repetitions counted.
    private(set) var work = 0

    private var mode = Mode.blocks(BlockLayout.Resumption())
    private var tail: [UInt8] = []
    private var terminal = TerminalText()
    /// Bytes that have arrived, also those that were written over since.
    private var received = 0
    /// Bytes before the tail.
    private var consumed = 0
    private var liveRow: LiveRow?
    private var plainEnd: PlainEnd?
    /// The most bytes of a tail that is parsed again with every chunk.
    private let slice: Int
    static let slice = 8192

    /// The end of a long tail, shown as plain text until the tail is parsed again.
    private struct PlainEnd: Sendable {
        /// The bytes of the tail that are parsed.
        var covered: Int
        /// The bytes of the tail that are on the page.
        var shown: Int
        var row: LiveRow
    }

    init(_ form: MarkdownForm, slice: Int = Self.slice) {
        self.form = form
        self.slice = slice
    }

    /// - Parameter chunk: the next part of the text, cut between two scalars.
    mutating func append(_ chunk: UnsafeBufferPointer<UInt8>) {
        guard terminal.isPlain(chunk) else { return overwrite(with: chunk) }
        if extendLiveRow(chunk) { return }
        let before = tail.count
        tail.appendReadable(chunk)
        received += tail.count - before
        if !extendPlainEnd() { settle(ended: false) }
    }

    /// Appends text that changes the last line or has escape sequences.
    private mutating func overwrite(with chunk: UnsafeBufferPointer<UInt8>) {
        readForTerminal(chunk)
        settle(ended: false)
    }

    private mutating func readForTerminal(_ bytes: UnsafeBufferPointer<UInt8>) {
        var isInLongLine = false
        if case .code(_, let code) = mode { isInLongLine = code.isInLongLine }
        var readable: [UInt8] = []
        readable.appendReadable(bytes)
        received += readable.count
        readable.withUnsafeBufferPointer { terminal.append($0, to: &tail, keepsLine: isInLongLine) }
    }

    /// Lays out a whole text; nothing was appended before.
    mutating func finish(whole text: UnsafeBufferPointer<UInt8>) {
        if terminal.isPlain(text) { tail.appendReadable(text) } else { readForTerminal(text) }
        finish(text)
    }

    /// Makes the whole page final.
    /// - Parameter text: all of it, from the beginning.
    mutating func finish(_ text: UnsafeBufferPointer<UInt8>) {
        if ReferenceDefinition.mayBegin(in: text), ReferenceDefinition.canParseWhole(text) {
            parseWhole(text)
        } else {
            terminal.end(&tail)
            settle(ended: true)
        }
        final = page.end
        tail = []
    }

    private mutating func extendLiveRow(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard tail.count + bytes.count <= slice, let last = tail.last, liveRow != nil,
            PlainContinuation.isPlain(bytes, after: last)
        else { return false }
        liveRow?.extend(with: bytes, page: &page)
        tail.append(contentsOf: bytes)
        received += bytes.count
        work += bytes.count
        return true
    }

    /// Shows the text since the tail was parsed, unless it is time to parse it again.
    private mutating func extendPlainEnd() -> Bool {
        guard let end = plainEnd, end.covered == coverage else { return false }
        plainEnd = nil
        var extended = end
        extended.shown = tail.count
        tail.withUnsafeBufferPointer {
            extended.row.extend(
                withLines: UnsafeBufferPointer(rebasing: $0[end.shown..<extended.shown]), page: &page)
        }
        work += extended.shown - end.shown
        plainEnd = extended
        return true
    }

    /// Brings the page up to date with the tail and makes final what can be.
    private mutating func settle(ended: Bool) {
        liveRow = nil
        plainEnd = nil
        var goesOn = true
        while goesOn {
            switch mode {
            case .blocks(let resumption): goesOn = settleBlocks(resumption, ended: ended)
            case .code(let fence, let code): goesOn = settleCode(fence, code, ended: ended)
            }
        }
    }

    private mutating func dropTail(_ count: Int) {
        tail.removeFirst(count)
        consumed += count
    }

    /// Moves the page out to be written to, without a copy.
    private mutating func takePage() -> RenderedPage {
        var taken = RenderedPage()
        swap(&taken, &page)
        return taken
    }
}

// MARK: - Blocks

extension MarkdownStream {
    /// The bytes of the tail that are parsed. The end of this part never moves back, neither when the tail grows nor when its
    /// beginning becomes final; so what becomes final does not depend on the chunks.
    private var coverage: Int {
        let count = received - consumed
        guard count > slice else { return tail.count }
        // From a sixteenth to an eighth of the tail; half of that until the tail has grown by it twice.
        let grain = 1 << (Int.bitWidth - 1 - (count / 8).leadingZeroBitCount)
        let finer = max(1, grain / 2)
        let before = (consumed + 8 * grain - 1) / finer * finer
        let covered = max((consumed + count) / grain * grain, before, consumed + slice) - consumed
        return tail.withUnsafeBufferPointer { $0.scalarBoundary(at: min(covered, $0.count)) }
    }

    /// - Returns: whether there is more to settle.
    private mutating func settleBlocks(_ resumption: BlockLayout.Resumption, ended: Bool) -> Bool {
        let covered = ended ? tail.count : coverage
        page.cut(to: final)
        let base = takePage()
        let layout = tail.withUnsafeBufferPointer { bytes in
            TailLayout(
                UnsafeBufferPointer(rebasing: bytes[..<covered]), page: base, form: form,
                resumption: resumption, ended: ended)
        }
        page = layout.page
        work += layout.work
        guard let cut = layout.cut else {
            showPlain(from: covered)
            liveRow = covered == tail.count ? layout.liveRow : nil
            return false
        }
        final = cut.mark
        dropTail(cut.bytes)
        switch cut.rest {
        case .blocks(let resumption): mode = .blocks(resumption)
        case .code(let fence, let info): openCode(fence, info: info)
        }
        liveRow = layout.liveRow
        if case .blocks = mode { return covered - cut.bytes < tail.count }
        return true
    }

    /// Shows the part that is not parsed as plain text.
    private mutating func showPlain(from start: Int) {
        let end = tail.count
        guard start < end else { return }
        var flow = FlowText(width: form.width)
        tail.withUnsafeBufferPointer { bytes in
            flow.appendLines(UnsafeBufferPointer(rebasing: bytes[start..<end]), FlowText.Style())
        }
        work += end - start
        var writer = RowWriter(page: takePage(), form: form)
        let row = writer.write(flow)
        page = writer.page
        plainEnd = PlainEnd(covered: start, shown: end, row: LiveRow(flow, row: row, spaces: 0))
    }

    /// Lays out the whole text again in one piece, because it defines in one place where links elsewhere lead.
    private mutating func parseWhole(_ text: UnsafeBufferPointer<UInt8>) {
        var source: [UInt8] = []
        var readable: [UInt8] = []
        readable.appendReadable(text)
        var terminal = TerminalText()
        readable.withUnsafeBufferPointer { terminal.append($0, to: &source, keepsLine: false) }
        terminal.end(&source)
        work += source.count
        source.withUnsafeBufferPointer { source in
            let layout = BlockLayout(
                MarkdownTree(source, definitions: true), page: RenderedPage(), form: form,
                lines: SourceLines(source), resumption: .init())
            page = layout.writer.page
        }
    }
}

// MARK: - Code

extension MarkdownStream {
    private mutating func openCode(_ fence: CodeFence, info: String) {
        page.cut(to: final)
        var writer = RowWriter(page: takePage(), form: form)
        if !writer.page.lines.isEmpty { writer.writeGap() }
        let code = CodeWriter(info: info, writer: &writer)
        page = writer.page
        final = page.end
        mode = .code(fence, code)
    }

    /// - Returns: whether there is more to settle.
    private mutating func settleCode(_ fence: CodeFence, _ code: CodeWriter, ended: Bool) -> Bool {
        var code = code
        page.cut(to: final)
        code.revert(in: &page)
        var writer = RowWriter(page: takePage(), form: form)
        var lines = CodeLines(fence: fence, isLast: ended)
        tail.withUnsafeBufferPointer { lines.write($0, with: &code, to: &writer) }
        work += tail.count
        page = writer.page
        final = lines.final ?? page.end
        dropTail(lines.bytes)
        mode = lines.isClosed ? .blocks(.init()) : .code(fence, code)
        return lines.isClosed && !(ended && tail.isEmpty)
    }
}

/// The lines of an open code block since the last update.
private struct CodeLines {
    let fence: CodeFence
    /// Whether the text ends with them.
    let isLast: Bool
    /// The bytes that need not be read again.
    private(set) var bytes = 0
    /// Whether the closing fence was among them.
    private(set) var isClosed = false
    /// The end of the final part of the page; nil for the whole page.
    private(set) var final: RenderedPage.Mark?

    init(fence: CodeFence, isLast: Bool) {
        self.fence = fence
        self.isLast = isLast
    }

    mutating func write(
        _ source: UnsafeBufferPointer<UInt8>, with code: inout CodeWriter, to writer: inout RowWriter
    ) {
        var rest = source
        while let end = rest.endOfLine {
            let line = UnsafeBufferPointer(rebasing: rest[..<end.end])
            rest = UnsafeBufferPointer(rebasing: rest[end.next...])
            bytes += end.next
            if write(line, with: &code, to: &writer) { return }
        }
        if isLast, !rest.isEmpty || code.isInLongLine {
            bytes += rest.count
            if write(rest, with: &code, to: &writer) { return }
        }
        if isLast { return code.finish(&writer) }
        writePartial(rest, with: &code, to: &writer)
    }

    /// - Returns: whether the line closed the block.
    private mutating func write(
        _ line: UnsafeBufferPointer<UInt8>, with code: inout CodeWriter, to writer: inout RowWriter
    ) -> Bool {
        if !code.isInLongLine, fence.closes(line, nested: &code.nestedFences) {
            code.finish(&writer)
            isClosed = true
            return true
        }
        if code.isInLongLine {
            code.write(line, to: &writer)
        } else {
            fence.withContent(of: line) { code.write($0, to: &writer) }
        }
        return false
    }

    /// Writes an incomplete line.
    private mutating func writePartial(
        _ line: UnsafeBufferPointer<UInt8>, with code: inout CodeWriter, to writer: inout RowWriter
    ) {
        if !code.isInLongLine, line.count <= CodeLayout.longLine || fence.mayClose(line) {
            final = writer.page.end
            var partial = code
            // A line that may become the closing fence is not shown.
            if !line.isEmpty, !fence.mayClose(line) {
                fence.withContent(of: line) { partial.write($0, to: &writer) }
            }
            return partial.finish(&writer)
        }
        bytes += line.count
        if code.isInLongLine {
            code.write(piece: line, to: &writer)
        } else {
            fence.withContent(of: line) { code.write(piece: $0, to: &writer) }
        }
        final = writer.page.end
        final?.lines -= 1
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    /// The last boundary between two scalars at or before `index`.
    func scalarBoundary(at index: Int) -> Int {
        var index = index
        while index > 0, index < count, self[index] & 0xC0 == 0x80 { index -= 1 }
        return index
    }
}
