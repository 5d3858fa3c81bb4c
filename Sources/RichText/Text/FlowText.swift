/// Safe text in several styles, before it is cut into rows.
struct FlowText: Sendable {
    /// How a run of text is drawn.
    struct Style: Hashable, Sendable {
        var role: StyleRole = .text
        var attributes: Attributes = []
        var link: Int?
    }

    /// A run of one style, up to the byte `end`.
    struct Run: Sendable {
        var end: Int
        var style: Style
    }

    private(set) var safe: DrawableText
    private(set) var runs: [Run] = []

    /// - Parameters:
    ///   - width: the columns of the widest row that it is cut into.
    ///   - column: the columns before it in its line.
    init(width: Int, column: Int = 0) { safe = DrawableText(widest: width < 2 ? 1 : 2, columns: column) }

    var isEmpty: Bool { safe.utf8.isEmpty }
    var utf8: [UInt8] { safe.utf8 }
    /// The columns since the start or the last line end.
    var columns: Int { safe.columns }
    var hasLineEnd: Bool { safe.utf8.contains(0x0A) }
    /// The columns of the widest line.
    var widestColumns: Int {
        guard hasLineEnd else { return columns }
        return safe.utf8.split(separator: 0x0A).map { Glyphs.width(String(decoding: $0, as: UTF8.self)) }
            .max() ?? 0
    }

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ style: Style) {
        begin(style)
        safe.append(bytes)
        extendRun(style)
    }

    mutating func append(_ text: String, _ style: Style) {
        begin(style)
        safe.append(text)
        extendRun(style)
    }

    mutating func append(_ span: Span) {
        append(span.text, Style(role: span.role, attributes: span.attributes, link: span.link))
    }

    mutating func append(_ other: FlowText) {
        var start = 0
        other.safe.utf8.withUnsafeBufferPointer { bytes in
            for run in other.runs {
                append(UnsafeBufferPointer(rebasing: bytes[start..<run.end]), run.style)
                start = run.end
            }
        }
    }

    mutating func endLine() {
        safe.endLine()
        extendRun(runs.last?.style ?? Style())
    }

    mutating func tab(stop: Int, _ style: Style) {
        begin(style)
        safe.tab(stop: stop)
        extendRun(style)
    }

    /// Appends plain text of any number of lines, with tabs expanded.
    mutating func appendLines(_ bytes: UnsafeBufferPointer<UInt8>, _ style: Style) {
        var start = 0
        for index in bytes.indices where bytes[index] < 0x20 || bytes[index] == 0xC2 || bytes[index] == 0xE2 {
            let separator = bytes.separator(at: index)
            guard separator != nil || [0x09, 0x0A, 0x0D].contains(bytes[index]) else { continue }
            append(UnsafeBufferPointer(rebasing: bytes[start..<index]), style)
            start = index + (separator ?? 1)
            let pairs = bytes[index] == 0x0D && start < bytes.count && bytes[start] == 0x0A
            if bytes[index] == 0x09 {
                tab(stop: tabStop, style)
            } else if !pairs {
                endLine()
            }
        }
        append(UnsafeBufferPointer(rebasing: bytes[start...]), style)
    }

    /// A glyph never spans two styles.
    private mutating func begin(_ style: Style) {
        if let last = runs.last, last.style != style { safe.endGlyph() }
    }

    private mutating func extendRun(_ style: Style) {
        let end = safe.utf8.count
        if let last = runs.last, last.style == style || last.end == end {
            runs[runs.count - 1].end = end
        } else if end > 0 {
            runs.append(Run(end: end, style: style))
        }
    }
}

/// The columns from one tab stop to the next.
let tabStop = 4

// MARK: - Spans

extension FlowText {
    /// Cuts rows out of the text, from its start to its end.
    struct SpanCutter {
        private let flow: FlowText
        private var run = 0

        init(_ flow: FlowText) { self.flow = flow }

        /// The spans of the bytes in `range`, which must follow all earlier ranges.
        mutating func spans(_ range: Range<Int>, after prefix: [Span] = []) -> [Span] {
            var spans = prefix
            var start = range.lowerBound
            while start < range.upperBound, run < flow.runs.count {
                let end = min(flow.runs[run].end, range.upperBound)
                if end > start { spans.append(flow.span(start..<end, flow.runs[run].style)) }
                if flow.runs[run].end > range.upperBound { break }
                start = max(start, end)
                run += 1
            }
            return spans
        }
    }

    private func span(_ range: Range<Int>, _ style: Style) -> Span {
        Span(
            String(decoding: safe.utf8[range], as: UTF8.self), style.role,
            attributes: style.attributes, link: style.link)
    }

    /// The text from the byte `start` on.
    func suffix(from start: Int) -> FlowText {
        let columns = String(decoding: safe.utf8[start...], as: UTF8.self)
        var rest = FlowText(width: safe.widest, column: max(0, safe.columns - Glyphs.width(columns)))
        var start = start
        safe.utf8.withUnsafeBufferPointer { bytes in
            for run in runs where run.end > start {
                rest.append(UnsafeBufferPointer(rebasing: bytes[start..<run.end]), run.style)
                start = run.end
            }
        }
        return rest
    }
}
