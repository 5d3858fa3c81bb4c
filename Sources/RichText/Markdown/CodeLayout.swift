/// Rows of code: broken at the width with a mark, never at words, and highlighted if the language is known.
struct CodeLayout: Sendable {
    let language: String?
    /// The whole text after the opening fence.
    private let info: String
    private var highlighter: Highlighter?
    /// The columns of a row, with the indent.
    private let room: Int
    private let indent: Int
    /// The last row of a long line whose earlier rows are written; nil at the start of a line.
    private var openRow: FlowText?

    /// The bytes above which a line is not highlighted, so that its rows can be final before the line ends.
    static let longLine = 4096

    /// - Parameters:
    ///   - info: the text after the opening fence.
    ///   - room: the columns of a row.
    init(info: String, room: Int, form: MarkdownForm) {
        language = Self.language(of: info)
        highlighter = language.flatMap { form.languages.named($0) }.map(Highlighter.init)
        self.info = info
        self.room = room
        indent = form.isBare ? 0 : room >= 20 ? 2 : room >= 4 ? 1 : 0
    }

    /// The name of the language in the text after an opening fence.
    static func language(of info: String) -> String? {
        let word = info.split(separator: " ", maxSplits: 1).first.map(String.init)
        return word.map { $0.hasPrefix("{.") ? String($0.dropFirst(2)) : $0 }
    }

    /// What is said above the code, by the text after its opening fence.
    static func label(of info: String) -> String? {
        language(of: info).map { info.contains(" ") ? info : $0 }
    }

    /// The row above the code that names the language.
    var label: [Span]? {
        guard let label = Self.label(of: info) else { return nil }
        var flow = FlowText(width: room - indent)
        flow.append(label, FlowText.Style(role: .codeLabel))
        return cut(flow, continues: false).first
    }

    /// A row without code.
    var emptyRow: [Span] { margin(continues: false) }

    /// The rows of a whole line, or of the rest of a long one, without its line end.
    mutating func rows(of line: UnsafeBufferPointer<UInt8>) -> [[Span]] {
        if openRow != nil {
            let rows = rows(extendingBy: line)
            openRow = nil
            return rows
        }
        var flow = FlowText(width: room - indent)
        var start = 0
        for token in tokens(of: line) {
            append(UnsafeBufferPointer(rebasing: line[start..<token.end]), token.role, to: &flow)
            start = token.end
        }
        return cut(flow, continues: false)
    }

    var isInLongLine: Bool { openRow != nil }

    /// The rows of the next piece of a long line, from its open row on. The last row stays open: the next call returns it again.
    mutating func rows(extendingBy piece: UnsafeBufferPointer<UInt8>) -> [[Span]] {
        let continues = openRow.map { $0.columns > room - indent } ?? false
        var flow = openRow ?? FlowText(width: room - indent)
        append(piece, .codeBlock, to: &flow)
        let start = HardBreaks.starts(flow.utf8, room: room - indent).last ?? 0
        openRow = flow.suffix(from: start)
        return cut(flow, continues: continues)
    }

    private mutating func tokens(of line: UnsafeBufferPointer<UInt8>) -> [Highlighter.Token] {
        let plain = [Highlighter.Token(end: line.count, role: .codeBlock)]
        return line.count > Self.longLine ? plain : highlighter?.tokens(of: line) ?? plain
    }

    private func append(_ bytes: UnsafeBufferPointer<UInt8>, _ role: StyleRole, to flow: inout FlowText) {
        let style = FlowText.Style(role: role)
        var start = 0
        while let tab = bytes[start...].firstIndex(of: 0x09) {
            flow.append(UnsafeBufferPointer(rebasing: bytes[start..<tab]), style)
            flow.tab(stop: tabStop, style)
            start = tab + 1
        }
        flow.append(UnsafeBufferPointer(rebasing: bytes[start...]), style)
    }

    private func cut(_ flow: FlowText, continues: Bool) -> [[Span]] {
        let starts = HardBreaks.starts(flow.utf8, room: room - indent)
        var cutter = FlowText.SpanCutter(flow)
        return starts.indices.map { index in
            let end = index + 1 < starts.count ? starts[index + 1] : flow.utf8.count
            return cutter.spans(starts[index]..<end, after: margin(continues: continues || index > 0))
        }
    }

    private func margin(continues: Bool) -> [Span] {
        guard indent > 0 else { return [] }
        let blank = indent > 1 ? [Span(" ", .codeBlock)] : []
        return [continues ? Span("↳", .codeLabel) : Span("▌", .codeEdge)] + blank
    }
}

/// Breaks safe text at the width, wherever that is.
enum HardBreaks {
    /// The offsets in `utf8` where rows begin; at least one.
    static func starts(_ utf8: [UInt8], room: Int) -> [Int] {
        utf8.withUnsafeBufferPointer { bytes in
            var starts = [0]
            var index = 0
            var column = 0
            while index < bytes.count {
                let (scalar, length) = bytes.scalar(at: index)
                let width = ScalarClass.width(ofSafe: scalar)
                if column + width > room, column > 0 {
                    starts.append(index)
                    column = 0
                }
                column += width
                index += length
            }
            return starts
        }
    }
}
