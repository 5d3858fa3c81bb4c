import DequeModule

/// The texts that were cut, for inserting: the newest first, then around the ring.
struct KillRing: Hashable, Sendable {
    private static let capacity = 60

    /// The newest last.
    private var texts: Deque<String> = []
    /// The index of the text that was returned last.
    private var current = 0

    init() {}

    mutating func push(_ text: String) {
        texts.append(text)
        if texts.count > Self.capacity { texts.removeFirst() }
    }

    /// Extends the newest text by what was cut right after it, or before it.
    mutating func extend(with text: String, backwards: Bool) {
        let newest = texts.popLast() ?? ""
        push(backwards ? text + newest : newest + text)
    }

    mutating func newest() -> String? {
        current = texts.count - 1
        return texts.last
    }

    /// The text before the one returned last; after the oldest comes the newest.
    mutating func older() -> String? {
        guard !texts.isEmpty else { return nil }
        current = current > 0 ? min(current, texts.count) - 1 : texts.count - 1
        return texts[current]
    }
}
