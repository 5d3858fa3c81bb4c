import RichText

/// The columns in which two rows of the same length differ, as runs from left to right. A run never cuts a wide glyph of the
/// old or the new row in two.
struct ChangedRuns: Sequence, IteratorProtocol {
    private let old: ArraySlice<Cell>
    private let new: ArraySlice<Cell>
    private var column = 0

    init(from old: ArraySlice<Cell>, to new: ArraySlice<Cell>) {
        self.old = old
        self.new = new
    }

    mutating func next() -> Range<Int>? {
        while column < new.count, !differs(column) { column += 1 }
        guard column < new.count else { return nil }
        var start = column
        while start > 0, isSecondHalf(start) { start -= 1 }
        while column < new.count, differs(column) || isSecondHalf(column) { column += 1 }
        return start..<column
    }

    private func differs(_ column: Int) -> Bool {
        old[old.startIndex + column] != new[new.startIndex + column]
    }

    private func isSecondHalf(_ column: Int) -> Bool {
        old[old.startIndex + column].isSecondHalf || new[new.startIndex + column].isSecondHalf
    }
}
