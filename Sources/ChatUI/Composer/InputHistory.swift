import DequeModule

/// Earlier messages, and the walk from the text being written through them and back.
struct InputHistory: Sendable {
    /// The oldest first; neighbours differ.
    private(set) var entries: Deque<String> = []
    private let limit: Int
    /// The position of the walk: an index of the entries, or their count at the text being written.
    private var position = 0
    /// The edited text at positions of the walk; the entries themselves do not change.
    private var changed: [Int: String] = [:]

    /// - Parameter texts: the oldest first.
    init(_ texts: some Sequence<String> = [String](), limit: Int = 1000) {
        self.limit = max(1, limit)
        for text in texts { append(text) }
    }

    /// Adds a text that was sent, or cleared and possibly wanted again, and ends the walk.
    mutating func append(_ text: String) {
        if !text.allSatisfy(\.isWhitespace), text != entries.last {
            entries.append(text)
            if entries.count > limit { entries.removeFirst() }
        }
        stopWalking()
    }

    /// Ends the walk and drops what was edited on it, because the input goes on with another text. Editing an entry on
    /// the walk does not end it.
    mutating func stopWalking() {
        changed = [:]
        position = entries.count
    }

    /// - Parameter current: the text of the input, kept for the way back.
    /// - Returns: what to show instead; nil when there is nothing older.
    mutating func older(than current: @autoclosure () -> String) -> String? {
        step(by: -1, from: current)
    }

    /// - Returns: what to show instead; nil at the text being written.
    mutating func newer(than current: @autoclosure () -> String) -> String? {
        step(by: 1, from: current)
    }

    private mutating func step(by distance: Int, from current: () -> String) -> String? {
        let target = position + distance
        guard target >= 0, target <= entries.count else { return nil }
        changed[position] = current()
        position = target
        return changed[target] ?? entries[target]
    }
}
