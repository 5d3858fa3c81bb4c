/// Transposing characters and words, and changing their case.
extension LineEditor {
    /// Moves the character before the cursor over the one at the cursor; at the end of a line the last two change
    /// places. A line end stays.
    mutating func transposeCharacters() {
        let isAtEnd = cursor == count || buffer[cursor] == "\n"
        let second = isAtEnd ? cursor - 1 : cursor
        guard second > 0, buffer[second] != "\n", buffer[second - 1] != "\n" else { return }
        let exchanged = String(buffer[second]) + String(buffer[second - 1])
        edit(second - 1..<second + 1, with: exchanged)
    }

    /// Moves the word before the cursor over the word at or after the cursor; after the last word the last two change
    /// places.
    mutating func transposeWords() {
        let second = wordRange(endingAfter: cursor)
        let first = wordRange(endingAfter: wordStart(before: second.lowerBound))
        guard first.upperBound <= second.lowerBound, !first.isEmpty, !second.isEmpty else { return }
        let between = buffer[first.upperBound..<second.lowerBound]
        edit(first.lowerBound..<second.upperBound, with: buffer[second] + between + buffer[first])
    }

    /// The word at or after a place, else the one before it.
    private func wordRange(endingAfter index: Int) -> Range<Int> {
        let start = wordStart(before: wordEnd(after: index))
        return start..<wordEnd(after: start)
    }

    /// Changes the text from the cursor to the end of the word, and moves there.
    mutating func changeWord(_ change: (String) -> String) {
        let range = cursor..<wordEnd(after: cursor)
        edit(range, with: change(buffer[range]))
    }

    static func capitalised(_ text: String) -> String {
        guard let first = text.firstIndex(where: { $0.isLetter || $0.isNumber }) else { return text }
        let rest = text.index(after: first)
        return text[..<first] + text[first].uppercased() + text[rest...].lowercased()
    }
}
