import DequeModule

/// What was cut, to be put in again: the newest first, then round the ring.
struct KillRing: Hashable, Sendable {
    private static let capacity = 60

    /// The newest is the last.
    private var texts: Deque<String> = []
    /// What was given last.
    private var current = 0

    init() {}

    mutating func push(_ text: String) {
        texts.append(text)
        if texts.count > Self.capacity { texts.removeFirst() }
    }

    /// Adds to the newest what was cut right behind it, or before it.
    mutating func extend(with text: String, backwards: Bool) {
        let newest = texts.popLast() ?? ""
        push(backwards ? text + newest : newest + text)
    }

    mutating func newest() -> String? {
        current = texts.count - 1
        return texts.last
    }

    /// The one before the one given last; after the oldest comes the newest again.
    mutating func older() -> String? {
        guard !texts.isEmpty else { return nil }
        current = current > 0 ? min(current, texts.count) - 1 : texts.count - 1
        return texts[current]
    }
}
