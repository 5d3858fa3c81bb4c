/// A text as an array of characters with a gap at the last change (a gap buffer), so that the cost of typing does not
/// depend on the length. The characters are always those of the whole text as one `String`: an insertion is segmented
/// together with its neighbours (an accent joins the letter before it). Every line end is `\n`.
struct TextBuffer: Sendable {
    /// A replacement. Its inverse restores the text exactly.
    struct Change: Hashable, Sendable {
        /// The place, in characters from the start.
        var at: Int
        var removed: String
        var inserted: String
        var removedCount: Int
        var insertedCount: Int

        var inverse: Change {
            Change(
                at: at, removed: inserted, inserted: removed, removedCount: insertedCount,
                insertedCount: removedCount)
        }
    }

    /// The long texts that single characters of it stand for.
    var folds = FoldedTexts()
    private var before: [Character] = []
    /// The characters after the gap, the last one first.
    private var after: [Character] = []

    init(_ text: String = "") { before = Array(Self.normalised(text)) }

    var count: Int { before.count + after.count }
    var isEmpty: Bool { before.isEmpty && after.isEmpty }

    /// The whole text, with what is folded in it.
    var text: String { folds.unfolded(characters) }

    /// The characters, as they are shown.
    var characters: String {
        var text = String(before)
        text.append(contentsOf: after.reversed())
        return text
    }

    subscript(index: Int) -> Character {
        index < before.count ? before[index] : after[after.count - 1 - (index - before.count)]
    }

    subscript(range: Range<Int>) -> String {
        var text = ""
        for index in range { text.append(self[index]) }
        return text
    }

    /// Replaces `range` by `text`.
    /// - Returns: the smallest change (nil when nothing changes), and the end of the new text: after the character that
    ///   its last scalar became part of.
    mutating func replace(_ range: Range<Int>, with text: String) -> (change: Change?, end: Int) {
        let inserted = Self.normalised(text)
        var from = range.lowerBound
        var to = range.upperBound
        let left = from > 0 ? String(self[from - 1]) : ""
        if from > 0 { from -= 1 }
        let head = left + inserted
        var new = segment(head, followedFrom: &to)
        let end = from + Self.boundary(in: new, atOrAfter: head.utf8.count)

        while from < to, let first = new.first, first == self[from] {
            new.removeFirst()
            from += 1
        }
        while from < to, let last = new.last, last == self[to - 1] {
            new.removeLast()
            to -= 1
        }
        guard from < to || !new.isEmpty else { return (nil, end) }
        let change = Change(
            at: from, removed: self[from..<to], inserted: String(new), removedCount: to - from,
            insertedCount: new.count)
        splice(from..<to, with: new)
        return (change, end)
    }

    /// Applies a change, or an inverse, to the text it was made in.
    mutating func apply(_ change: Change) {
        splice(change.at..<change.at + change.removedCount, with: ArraySlice(change.inserted))
    }

    /// The characters of `head` and of what follows from `end` on, up to where they are again those of the buffer:
    /// mostly one, but flags pair up differently all the way. Moves `end` there.
    private func segment(_ head: String, followedFrom end: inout Int) -> ArraySlice<Character> {
        let start = end
        var reach = 1
        while true {
            let stop = min(count, start + reach)
            let characters = ArraySlice(head + self[start..<stop])
            if stop == count || characters.last == self[stop - 1] {
                end = stop
                return characters
            }
            reach *= 2
        }
    }

    /// The number of `characters` that begin before this offset in UTF-8.
    private static func boundary(in characters: ArraySlice<Character>, atOrAfter offset: Int) -> Int {
        var position = 0
        for (index, character) in characters.enumerated() {
            if position >= offset { return index }
            position += character.utf8.count
        }
        return characters.count
    }

    private mutating func splice(_ range: Range<Int>, with characters: ArraySlice<Character>) {
        moveGap(to: range.lowerBound)
        after.removeLast(range.count)
        before.append(contentsOf: characters)
    }

    private mutating func moveGap(to index: Int) {
        if index < before.count {
            after.append(contentsOf: before[index...].reversed())
            before.removeLast(before.count - index)
        } else if index > before.count {
            let moved = index - before.count
            before.append(contentsOf: after.suffix(moved).reversed())
            after.removeLast(moved)
        }
    }

    static func normalised(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for character in text { result.append(character == "\r\n" || character == "\r" ? "\n" : character) }
        return result
    }
}
