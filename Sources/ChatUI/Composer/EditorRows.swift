import RichText

/// Where a text breaks into screen rows of a width: at its line ends, else after a space or beside a wide glyph, else
/// between any two characters. After a change only the rows from two above it to where the breaks are the same again
/// are laid out.
///
/// The end of a line takes a column of its own, for the cursor: a word that would fill its row to the edge goes to the
/// next row.
struct EditorRows: Sendable {
    let width: Int
    /// The number of characters of each row; a line end belongs to the row it ends. The last row may be empty.
    private(set) var lengths: [Int] = [0]

    init(_ text: TextBuffer, width: Int) {
        self.width = max(1, width)
        lengths = rows(of: text, from: 0) { _ in false }.lengths
    }

    var count: Int { lengths.count }

    /// The row of a cursor before the character `index`, and where that row begins.
    func row(at index: Int) -> (row: Int, start: Int) {
        var start = 0
        for (row, length) in lengths.enumerated() {
            if index < start + length { return (row, start) }
            start += length
        }
        return (lengths.count - 1, start - (lengths.last ?? 0))
    }

    /// Where a row begins, in characters.
    func start(of row: Int) -> Int { lengths[..<row].reduce(0, +) }

    /// Follows a change of the text.
    mutating func update(_ change: TextBuffer.Change, in text: TextBuffer) {
        // The break after a row depends on the first character that does not fit, which is at most the first one of the
        // row after the next.
        let (changed, changedStart) = row(at: change.at)
        let first = max(0, changed - 2)
        let start = changedStart - lengths[first..<changed].reduce(0, +)

        let growth = change.insertedCount - change.removedCount
        let unchanged = change.at + change.insertedCount
        var old = first
        var oldStart = start
        let (new, isWhole) = rows(of: text, from: start) { end in
            guard end >= unchanged else { return false }
            while old < lengths.count, oldStart + growth < end {
                oldStart += lengths[old]
                old += 1
            }
            return old < lengths.count && oldStart + growth == end
        }
        lengths.replaceSubrange(first..<(isWhole ? lengths.count : old), with: new)
    }

    /// The lengths of the rows from `start` to a row end that `stop` accepts, else to the end of the text.
    private func rows(
        of text: TextBuffer, from start: Int, until stop: (_ end: Int) -> Bool
    ) -> (lengths: [Int], reachedEnd: Bool) {
        var lengths: [Int] = []
        var start = start
        while true {
            let (end, isLast) = Self.end(ofRowFrom: start, in: text, width: width)
            lengths.append(end - start)
            if isLast || stop(end) { return (lengths, isLast) }
            start = end
        }
    }

    /// Where the row from `start` ends.
    private static func end(
        ofRowFrom start: Int, in text: TextBuffer, width: Int
    ) -> (end: Int, isLast: Bool) {
        var column = 0
        var wordStart: Int?
        var mayBreak = false
        for index in start..<text.count {
            let character = text[index]
            let (cells, isWide) = InputGlyph.measure(character, at: column, width: width, text.folds)
            if index > start, mayBreak || isWide { wordStart = index }
            // A character without a column has the cursor before it, too.
            if column + max(1, cells) > width { return (wordStart ?? index, false) }
            if character == "\n" { return (index + 1, false) }
            column += cells
            mayBreak = isWide || character == " " || character == "\t"
        }
        if column < width { return (text.count, true) }
        return (mayBreak ? text.count : wordStart ?? text.count, false)
    }
}
