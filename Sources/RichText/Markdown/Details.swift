/// What can be unfolded in a text: a summary, and the rows below it that it stands for.
public struct Details: Hashable, Sendable {
    /// The rows of the summary.
    public var summary: Range<Int>
    /// The rows that are folded away with it.
    public var content: Range<Int>
    /// Whether the text wants it unfolded at first.
    public var isOpen: Bool

    /// The first row of a summary as it is shown while what belongs to it is folded away.
    public static func folded(_ row: StyledLine) -> StyledLine {
        var row = row
        if let index = row.spans.firstIndex(where: { $0.role == .marker && $0.text.hasPrefix(unfoldedMark) })
        {
            row.spans[index].text = foldedMark + row.spans[index].text.dropFirst(unfoldedMark.count)
        }
        return row
    }

    static let unfoldedMark = "▾"
    private static let foldedMark = "▸"
}

/// A tag of ``Details``, where it is on the page.
struct DetailsMark: Hashable, Sendable {
    enum Opening: Hashable, Sendable {
        case closed, open
    }

    enum Kind: Hashable, Sendable {
        case begin(Opening)
        /// With the number of its rows, which end here.
        case summary(rows: Int)
        case end
    }

    var kind: Kind
    /// The rows of the page before it.
    var line: Int

    /// - Parameters:
    ///   - marks: in the order of the text.
    ///   - lineCount: the rows of the page, which end what no tag has ended.
    /// - Returns: the innermost behind those around it, in the order of their summaries.
    static func details(_ marks: [DetailsMark], lineCount: Int) -> [Details] {
        var found: [Details] = []
        // Those that are not ended, with the index of what was found for them.
        var open: [(opening: Opening, index: Int?)] = []
        func end(_ index: Int?, at line: Int) {
            guard let index else { return }
            found[index].content =
                found[index].content.lowerBound..<max(line, found[index].content.lowerBound)
        }
        for mark in marks {
            switch mark.kind {
            case .begin(let opening): open.append((opening, nil))
            case .summary(let rows):
                guard let last = open.last, last.index == nil else { continue }
                open[open.count - 1].index = found.count
                found.append(
                    Details(
                        summary: mark.line - rows..<mark.line, content: mark.line..<mark.line,
                        isOpen: last.opening == .open))
            case .end: end(open.popLast()?.index, at: mark.line)
            }
        }
        for last in open { end(last.index, at: lineCount) }
        return found.filter { !$0.content.isEmpty }
    }
}
