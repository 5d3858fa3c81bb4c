extension StyledLine {
    /// Wraps plain text of any number of lines. Words wrap, a word wider than a row is broken, nothing is cut off.
    ///
    /// The result is safe to draw. Tabs become spaces; `\n`, `\r\n` and `\r` end a line.
    /// - Parameters:
    ///   - text: from anywhere.
    ///   - width: the columns of a row, with its prefix.
    ///   - role: of the whole text.
    ///   - attributes: of the whole text.
    ///   - first: drawn before the first row.
    ///   - rest: drawn before every other row.
    /// - Returns: at least one line; none is wider than `width` where that leaves room for the prefix and one glyph.
    public static func wrap(
        _ text: String, width: Int, role: StyleRole = .text, attributes: Attributes = [],
        first: [Span] = [], rest: [Span] = []
    ) -> [StyledLine] {
        var flow = FlowText(width: width - max(first.columns, rest.columns))
        var text = text
        text.withUTF8 { flow.appendLines($0, FlowText.Style(role: role, attributes: attributes)) }
        return flow.lines(width: width, first: first, rest: rest)
    }

    /// Wraps text of several styles, as one paragraph. Parameters and result are those of the plain form.
    public static func wrap(
        _ spans: [Span], width: Int, first: [Span] = [], rest: [Span] = []
    ) -> [StyledLine] {
        var flow = FlowText(width: width - max(first.columns, rest.columns))
        for span in spans { flow.append(span) }
        return flow.lines(width: width, first: first, rest: rest)
    }

    /// The columns that the text takes.
    public var columns: Int { spans.columns }
}

extension [Span] {
    var columns: Int { reduce(0) { $0 + Glyphs.width($1.text) } }
}

extension FlowText {
    /// The byte ranges of the rows of the given widths.
    func rows(first: Int, later: Int) -> [Range<Int>] {
        utf8.withUnsafeBufferPointer { RowBreaks($0, first: first, later: later).rows }
    }

    func lines(width: Int, first: [Span], rest: [Span]) -> [StyledLine] {
        var cutter = SpanCutter(self)
        return rows(first: width - first.columns, later: width - rest.columns).enumerated().map {
            index, row in
            StyledLine(cutter.spans(row, after: index == 0 ? first : rest))
        }
    }
}
