/// The last row of a streaming text, to which plain words can be added without parsing again.
struct LiveRow: Sendable {
    /// The row's text, without the ``spaces`` at its end.
    private var flow: FlowText
    private var spaces = 0
    private var margin: [Span]
    private var room: Int
    private let laterMargin: [Span]
    private let laterRoom: Int

    /// - Parameters:
    ///   - flow: the text of the last paragraph.
    ///   - row: its last row.
    ///   - spaces: the number of spaces after it in the source.
    init(_ flow: FlowText, row: RowWriter.LastRow, spaces: Int) {
        self.flow = flow.suffix(from: row.start)
        self.spaces = spaces
        margin = row.margin
        room = row.room
        laterMargin = row.laterMargin
        laterRoom = row.laterRoom
    }

    /// Adds text that passed ``PlainContinuation``, in the style of the row's end, and replaces the page's last row.
    mutating func extend(with bytes: UnsafeBufferPointer<UInt8>, page: inout RenderedPage) {
        let style = flow.runs.last?.style ?? FlowText.Style()
        let end = bytes.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? 0
        guard end > 0 else {
            spaces += bytes.count
            return
        }
        if spaces > 0 { flow.append(String(repeating: " ", count: spaces), style) }
        spaces = bytes.count - end
        flow.append(UnsafeBufferPointer(rebasing: bytes[..<end]), style)
        replaceLastRow(of: &page)
    }

    /// Adds any text as it is and replaces the page's last row. A line end must not be split between two calls.
    mutating func extend(withLines bytes: UnsafeBufferPointer<UInt8>, page: inout RenderedPage) {
        flow.appendLines(bytes, FlowText.Style())
        replaceLastRow(of: &page)
    }

    private mutating func replaceLastRow(of page: inout RenderedPage) {
        let rows = flow.rows(first: room, later: laterRoom)
        var cutter = FlowText.SpanCutter(flow)
        page.lines.removeLast()
        for (index, row) in rows.enumerated() {
            page.lines.append(StyledLine(cutter.spans(row, after: index == 0 ? margin : laterMargin)))
        }
        guard rows.count > 1, let last = rows.last else { return }
        flow = flow.suffix(from: last.lowerBound)
        margin = laterMargin
        room = laterRoom
    }
}

/// Which text is certain to continue a paragraph plainly: words without a character that is syntax in Markdown or could become
/// part of syntax.
enum PlainContinuation {
    /// Whether a paragraph's last line can be continued plainly: its last word is plain and has a letter, so that the line cannot
    /// become another kind of block.
    static func canFollow(_ source: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = source.count - 1
        let endsInSpace = index >= 0 && source[index] == 0x20
        while index >= 0, source[index] == 0x20 { index -= 1 }
        if endsInSpace { while index >= 0, isEndMark(source[index]) { index -= 1 } }
        var sawLetter = false
        while index >= 0, isWordByte(source[index]) {
            sawLetter = sawLetter || isLetter(source[index])
            index -= 1
        }
        return sawLetter && (index < 0 || source[index] == 0x20)
    }

    /// Whether `bytes` plainly continue text that ends with the byte `before`.
    static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>, after before: UInt8) -> Bool {
        if isEndMark(before), bytes.first != 0x20 { return false }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x80 {
                let (scalar, length) = bytes.scalar(at: index)
                guard isPlainScalar(scalar) else { return false }
                index += length
            } else {
                let endsWord = index + 1 == bytes.count || bytes[index + 1] == 0x20
                guard byte == 0x20 || isWordByte(byte) || isEndMark(byte) && endsWord else { return false }
                index += 1
            }
        }
        return true
    }

    /// Glyphs of one scalar that do not join the one before.
    private static func isPlainScalar(_ scalar: UInt32) -> Bool {
        switch ScalarClass(scalar) {
        case .narrow, .wide: scalar > 0xA0
        default: false
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || byte &- 0x30 < 10 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "'")
            || byte == UInt8(ascii: "-")
    }

    /// Punctuation that ends a word unless letters follow.
    private static func isEndMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: ";"):
            true
        default: false
        }
    }
}
