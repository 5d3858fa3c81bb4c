/// Long texts as single characters.
extension LineEditor {
    /// The long texts that characters of this and of other texts stand for; can be passed on to another editor.
    var folds: FoldedTexts {
        get { buffer.folds }
        set { changeFolds { $0 = newValue } }
    }

    /// The cursor in the whole text.
    var wholeCursor: Int {
        guard !folds.isEmpty else { return cursor }
        return (0..<cursor).reduce(0) { $0 + folds.count(of: buffer[$1]) }
    }

    /// The place in what is shown of one in the whole text.
    func place(ofWhole index: Int) -> Int {
        guard !folds.isEmpty else { return min(max(0, index), count) }
        var (place, reached) = (0, 0)
        while place < count, reached < index {
            reached += folds.count(of: buffer[place])
            place += 1
        }
        return place
    }

    /// Inserts a text as one character, in one step of undo.
    /// - Parameter name: what it is.
    mutating func insertFolded(_ text: String, name: String) {
        let text = FoldedTexts.withoutMarks(TextBuffer.normalised(text))
        let character = changeFolds { $0.fold(text, name: name) }
        replace(cursor..<cursor, with: String(character))
    }

    /// Shows the whole of the text that is folded at the cursor, or else the nearest one before or after it. If none is folded, folds one
    /// that was shown so.
    /// - Returns: false if there is none either.
    mutating func toggleFold() -> Bool {
        if let index = foldNearCursor, let text = folds.text(of: buffer[index]) {
            replace(index..<index + 1, with: text)
            cursor = index
            scrollToCursor()
            return true
        }
        let shown = buffer.characters
        guard let (character, range) = folds.known(in: shown) else { return false }
        let start = shown.distance(from: shown.startIndex, to: range.lowerBound)
        let end = start + shown.distance(from: range.lowerBound, to: range.upperBound)
        replace(start..<end, with: String(character))
        return true
    }

    private var foldNearCursor: Int? {
        guard !folds.isEmpty else { return nil }
        func isFold(_ index: Int) -> Bool { folds.label(of: buffer[index]) != nil }
        if cursor < count, isFold(cursor) { return cursor }
        return (0..<cursor).last(where: isFold) ?? (cursor..<count).first(where: isFold)
    }

    /// Whether the text begins with a folded one.
    var beginsWithFold: Bool { count > 0 && folds.label(of: buffer[0]) != nil }
}
