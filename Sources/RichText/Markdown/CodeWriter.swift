/// Writes a code block to a page, line by line.
struct CodeWriter: Sendable {
    private var layout: CodeLayout
    private let block: Int
    private var firstLine: Int
    /// The bytes of the block's text that this writer wrote, and whether they have a line.
    private var textBytes = 0
    private var hasLine = false
    /// Fences that are open in the block.
    var nestedFences = 0

    init(info: String, writer: inout RowWriter) {
        layout = CodeLayout(
            info: info, room: min(writer.room, writer.firstRoom), form: writer.form)
        block = writer.page.codeBlocks.count
        if let label = layout.label { writer.write(label, fill: .codeBlock) }
        let end = writer.page.lines.count
        firstLine = layout.label == nil ? end : end - 1
        writer.page.codeBlocks.append(
            CodeBlock(language: layout.language, text: "", lines: firstLine..<end))
    }

    /// Writes a whole line, without its line end.
    mutating func write(_ line: UnsafeBufferPointer<UInt8>, to writer: inout RowWriter) {
        let isInLine = layout.isInLongLine
        if !isInLine, line.count <= CodeLayout.longLine {
            for (_, address) in LinkTarget.all(in: line) {
                writer.page.links.append(Link(label: address, address: address))
            }
        }
        for row in layout.rows(of: line) { writer.write(row, fill: .codeBlock) }
        addText(line, startsLine: !isInLine, to: &writer)
    }

    /// Writes the next piece of a long line. Its last row can still change.
    mutating func write(piece: UnsafeBufferPointer<UInt8>, to writer: inout RowWriter) {
        let isInLine = layout.isInLongLine
        for row in layout.rows(extendingBy: piece) { writer.write(row, fill: .codeBlock) }
        addText(piece, startsLine: !isInLine, to: &writer)
    }

    var isInLongLine: Bool { layout.isInLongLine }

    /// Gives an empty block a row.
    func finish(_ writer: inout RowWriter) {
        guard writer.page.lines.count == firstLine else { return }
        writer.write(layout.emptyRow, fill: .codeBlock)
        writer.page.codeBlocks[block].lines = firstLine..<writer.page.lines.count
    }

    /// Removes what a copy of this writer wrote, after the page was cut to this writer's end.
    func revert(in page: inout RenderedPage) {
        let text = page.codeBlocks[block].text
        page.codeBlocks[block].text.removeSubrange(text.utf8.index(text.startIndex, offsetBy: textBytes)...)
        page.codeBlocks[block].lines = firstLine..<page.lines.count
    }

    private mutating func addText(
        _ bytes: UnsafeBufferPointer<UInt8>, startsLine: Bool, to writer: inout RowWriter
    ) {
        let lineEnd = startsLine && hasLine ? "\n" : ""
        let added = String(decoding: bytes, as: UTF8.self)
        writer.page.codeBlocks[block].text += lineEnd + added
        textBytes += lineEnd.utf8.count + added.utf8.count
        hasLine = true
        writer.page.codeBlocks[block].lines = firstLine..<writer.page.lines.count
    }
}

extension CodeFence {
    /// Whether a line closes the block. A fence with the name of a language opens one inside it, which the next fence closes: so a
    /// document in a block keeps the blocks in it.
    /// - Parameter nested: the fences that are open in the block.
    func closes(_ line: UnsafeBufferPointer<UInt8>, nested: inout Int) -> Bool {
        guard let run = run(line), run.count >= length else { return false }
        let info = line[run.upperBound...].trimmingMarkdownSpace
        guard info.isEmpty else {
            let isName = info.first.map { $0.isLetter || $0 == UInt8(ascii: "{") } ?? false
            if isName, !info.contains(character) { nested += 1 }
            return false
        }
        if nested == 0 { return true }
        nested -= 1
        return false
    }

    /// Whether a partial line may become one that closes the block.
    func mayClose(_ beginning: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let run = run(beginning) else {
            return beginning.count <= 3 && beginning.allSatisfy { $0 == 0x20 }
        }
        return beginning[run.upperBound...].allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    /// The fence's characters at the start of the line, after at most three spaces.
    private func run(_ line: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        guard let start = line.firstIndex(where: { $0 != 0x20 }), start <= 3, line[start] == character else {
            return nil
        }
        let end = line[start...].firstIndex { $0 != character } ?? line.count
        return start..<end
    }

    /// Passes on a line without the indent that it shares with the fence.
    func withContent(
        of line: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var start = 0
        while start < min(indent, line.count), line[start] == 0x20 { start += 1 }
        guard start < indent, start < line.count, line[start] == 0x09 else {
            body(UnsafeBufferPointer(rebasing: line[start...]))
            return
        }
        // The columns of a tab beyond the indent become spaces.
        let columns = tabStop - max(indent, start)
        let content = Array(repeating: 0x20, count: max(0, columns)) + line[(start + 1)...]
        content.withUnsafeBufferPointer(body)
    }
}
