import RichText
import SessionCore

/// Which rows of a page of text are shown, and which are folded away.
struct FoldedRows: Sendable {
    /// Rows that are folded away, and what is shown of them.
    private struct Fold: Sendable {
        var hidden: Range<Int>
        /// The row in their place; nil if a summary above them is enough.
        var label: StyledLine?
        /// The shown rows before them.
        var shownBefore = 0

        var shownRows: Int { label == nil ? 0 : 1 }
    }

    enum Row {
        case text(Int)
        case label(StyledLine)
    }

    /// A block that one can go to.
    struct Stop: Sendable {
        var block: TextBlock
        /// Its shown rows.
        var lines: ClosedRange<Int>
        /// Whether it can be opened and closed.
        var folds: Bool
        var isClosed: Bool
    }

    /// The rows of a folded block that are shown.
    static let head = 10

    /// In the order of the rows, apart from each other.
    private var folds: [Fold] = []
    /// The summaries of what is folded.
    private var closedSummaries: Set<Int> = []
    /// The number of rows that are shown.
    private(set) var count: Int
    private(set) var stops: [Stop] = []

    /// All rows.
    init(count: Int) { self.count = count }

    /// Of a reply's page.
    init(_ layout: MarkdownLayout, page: Int, of message: Message.ID, _ folding: Folding) {
        count = layout.lineCount
        let codeBlocks = layout.codeBlocks
        let details = layout.details
        guard !codeBlocks.isEmpty || !details.isEmpty else { return }
        var folds: [Fold] = []
        var blocks: [(rows: Range<Int>, stop: Stop)] = []
        func add(_ block: TextBlock, _ rows: Range<Int>, folds: Bool, isClosed: Bool) {
            blocks.append(
                (rows, Stop(block: block, lines: 0...0, folds: folds, isClosed: isClosed)))
        }
        for (index, detail) in details.enumerated() {
            let block = TextBlock(kind: .details, page: page, index: index)
            let isClosed = !folding.isOpen(block, in: message, byDefault: detail.isOpen)
            add(block, detail.summary, folds: true, isClosed: isClosed)
            guard isClosed else { continue }
            folds.append(Fold(hidden: detail.content))
            closedSummaries.insert(detail.summary.lowerBound)
        }
        for (index, code) in codeBlocks.enumerated() where !code.lines.isEmpty {
            let block = TextBlock(kind: .code, page: page, index: index)
            let limit = folding.limit ?? .max
            let isLong = code.lines.count > limit
            let isClosed = isLong && !folding.isOpen(block, in: message)
            add(block, code.lines, folds: isLong, isClosed: isClosed)
            if isClosed { folds.append(Self.fold(code.lines, limit: limit)) }
        }
        keep(folds)
        stops = blocks.sorted { $0.rows.lowerBound < $1.rows.lowerBound }.compactMap { rows, stop in
            guard !isHidden(rows.lowerBound) else { return nil }
            var stop = stop
            stop.lines = shownRow(of: rows.lowerBound)...shownRow(of: rows.upperBound - 1)
            return stop
        }
    }

    /// Of a person's message.
    /// - Parameters:
    ///   - rows: the number of rows of the page.
    ///   - rest: the lines of the message behind the page.
    init(rows: Int, rest: Int, page: Int, of message: Message.ID, _ folding: Folding) {
        count = rows
        guard page == 0, rows > 0, let limit = folding.limit, rest > 0 || rows > limit else { return }
        let block = TextBlock(kind: .text)
        let isClosed = !folding.isOpen(block, in: message)
        if isClosed { keep([Self.fold(0..<rows, limit: limit, rest: rest)]) }
        stops = [Stop(block: block, lines: 0...count - 1, folds: true, isClosed: isClosed)]
    }

    private static func fold(_ rows: Range<Int>, limit: Int, rest: Int = 0) -> Fold {
        let hidden = rows.lowerBound + min(head, limit, rows.count)..<rows.upperBound
        let lines = hidden.count + rest
        let label = Span("▸ \(lines) more \(lines == 1 ? "line" : "lines")", .muted)
        return Fold(hidden: hidden, label: StyledLine([label]))
    }

    /// Keeps those that are in no other.
    private mutating func keep(_ all: [Fold]) {
        var end = 0
        var hidden = 0
        for var fold in all.sorted(by: { $0.hidden.lowerBound < $1.hidden.lowerBound })
        where fold.hidden.lowerBound >= end {
            fold.shownBefore = fold.hidden.lowerBound - hidden
            hidden += fold.hidden.count - fold.shownRows
            end = fold.hidden.upperBound
            folds.append(fold)
        }
        count -= hidden
    }

    // MARK: Places

    /// What is in a shown row.
    func row(_ shown: Int) -> Row {
        if let fold = lastFold(where: { $0.shownBefore <= shown }), let label = fold.label,
            fold.shownBefore == shown
        {
            return .label(label)
        }
        return .text(textRow(shown))
    }

    /// The row of the text that is shown in a row, or the first one of those that it stands for.
    func textRow(_ shown: Int) -> Int {
        guard let fold = lastFold(where: { $0.shownBefore <= shown }) else { return shown }
        let behind = shown - fold.shownBefore
        return behind < fold.shownRows
            ? fold.hidden.lowerBound : fold.hidden.upperBound + behind - fold.shownRows
    }

    /// Where a row is shown, or what is shown in its place.
    func shownRow(of row: Int) -> Int {
        guard let fold = lastFold(where: { $0.hidden.lowerBound <= row }) else { return row }
        guard !fold.hidden.contains(row) else { return max(0, fold.shownBefore - 1 + fold.shownRows) }
        return fold.shownBefore + fold.shownRows + row - fold.hidden.upperBound
    }

    /// Whether a row is folded away.
    func isHidden(_ row: Int) -> Bool {
        lastFold { $0.hidden.lowerBound <= row }?.hidden.contains(row) ?? false
    }

    /// - Parameter precedes: true for the first folds, false for the others.
    private func lastFold(where precedes: (Fold) -> Bool) -> Fold? {
        var (low, high) = (0, folds.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(folds[middle]) { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? folds[low - 1] : nil
    }

    /// Whether a row is the summary of what is folded away.
    func isClosedSummary(_ row: Int) -> Bool { closedSummaries.contains(row) }
}
