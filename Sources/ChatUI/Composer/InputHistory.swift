import DequeModule

/// What was said before, and the walk through it from the text that is being written and back to it.
struct InputHistory: Sendable {
    /// The oldest first; neighbours differ.
    private(set) var entries: Deque<String> = []
    private let limit: Int
    /// Where the walk is: an index into the entries, or their count at the text that is being written.
    private var position = 0
    /// What the places on the walk were changed to; the entries themselves stay as they were said.
    private var changed: [Int: String] = [:]

    /// - Parameter texts: the oldest first.
    init(_ texts: some Sequence<String> = [String](), limit: Int = 1000) {
        self.limit = max(1, limit)
        for text in texts { append(text) }
    }

    /// Keeps what was just said (or was cleared away and may be wanted again), and ends the walk.
    mutating func append(_ text: String) {
        if !text.allSatisfy(\.isWhitespace), text != entries.last {
            entries.append(text)
            if entries.count > limit { entries.removeFirst() }
        }
        stopWalking()
    }

    /// Forgets what was changed on the walk, and what was being written before it: for when the input goes on with another
    /// text. Changing an entry that is shown does not end the walk.
    mutating func stopWalking() {
        changed = [:]
        position = entries.count
    }

    /// - Parameter current: what the input holds now, kept for the way back.
    /// - Returns: what to show instead; nil when there is nothing older.
    mutating func older(than current: @autoclosure () -> String) -> String? {
        step(by: -1, from: current)
    }

    /// - Returns: what to show instead; nil at the text that is being written.
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
