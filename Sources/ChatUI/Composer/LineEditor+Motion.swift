/// The boundaries of words, lines and rows around a place.
extension LineEditor {
    func wordStart(before index: Int) -> Int {
        var index = index
        while index > 0, !isWord(buffer[index - 1]) { index -= 1 }
        while index > 0, isWord(buffer[index - 1]) { index -= 1 }
        return index
    }

    func wordEnd(after index: Int) -> Int {
        var index = index
        while index < count, !isWord(buffer[index]) { index += 1 }
        while index < count, isWord(buffer[index]) { index += 1 }
        return index
    }

    /// After the space before the word that ends at `index`; any other character belongs to the word.
    func blankBefore(_ index: Int) -> Int {
        var index = index
        while index > 0, isBlank(buffer[index - 1]) { index -= 1 }
        while index > 0, !isBlank(buffer[index - 1]) { index -= 1 }
        return index
    }

    func lineStart(before index: Int) -> Int {
        var index = index
        while index > 0, buffer[index - 1] != "\n" { index -= 1 }
        return index
    }

    func lineEnd(after index: Int) -> Int {
        var index = index
        while index < count, buffer[index] != "\n" { index += 1 }
        return index
    }

    func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
    func isBlank(_ character: Character) -> Bool { character.isWhitespace }

    /// Whether the cursor is in the first screen row of the text, where moving up leaves the text.
    var isInFirstRow: Bool { rows.row(at: cursor).row == 0 }
    var isInLastRow: Bool { rows.row(at: cursor).row == rows.count - 1 }

    mutating func moveRows(by distance: Int) {
        let (row, start) = rows.row(at: cursor)
        let target = row + distance
        guard target >= 0, target < rows.count else { return }
        let goal = goalColumn ?? column(of: cursor, inRowFrom: start, width: rows.width)
        goalColumn = goal
        let targetStart = distance < 0 ? start - rows.lengths[target] : start + rows.lengths[row]
        let isLast = target == rows.count - 1
        let last = targetStart + rows.lengths[target] - (isLast ? 0 : 1)
        cursor = place(atColumn: goal, from: targetStart, to: last)
    }

    /// The last place up to `last` whose column does not exceed `column`.
    private func place(atColumn column: Int, from start: Int, to last: Int) -> Int {
        var index = start
        var reached = 0
        while index < last {
            reached += InputGlyph.cells(of: buffer[index], at: reached, width: rows.width, buffer.folds)
            guard reached <= column else { break }
            index += 1
        }
        return index
    }

    func column(of index: Int, inRowFrom start: Int, width: Int) -> Int {
        var column = 0
        for place in start..<index {
            column += InputGlyph.cells(of: buffer[place], at: column, width: width, buffer.folds)
        }
        return column
    }
}
