import Foundation
import RichText
import SessionCore

/// The incremental search of the input history (Ctrl-R): each letter searches on from the entry found so far. The input
/// is unchanged until the search ends with an entry.
struct HistorySearch: Sendable {
    enum Outcome: Hashable, Sendable {
        case searching
        /// The input becomes this entry, with the cursor at the match. A key that was not consumed then has its usual
        /// effect.
        case accepted(Draft, consumed: Bool)
        /// The input is unchanged.
        case cancelled(consumed: Bool)
    }

    private(set) var query = ""
    /// Whether the last key found nothing; the entry found before stays.
    private(set) var isFailing = false
    /// The oldest first; each text once, at its last occurrence.
    private let entries: [String]
    private var index: Int?

    init(_ history: InputHistory) {
        var seen: Set<String> = []
        entries = history.entries.reversed().filter { seen.insert($0).inserted }.reversed()
    }

    /// The entry found; nil before there is one.
    var match: String? { index.map { entries[$0] } }

    /// The query in the entry found, in characters.
    var matchRange: Range<Int>? {
        guard let match, let range = range(of: query, in: match) else { return nil }
        let start = match.distance(from: match.startIndex, to: range.lowerBound)
        return start..<start + match.distance(from: range.lowerBound, to: range.upperBound)
    }

    /// Ctrl-R and Up go to the next older entry, Ctrl-S and Down to the next newer one. Enter accepts the entry; Esc,
    /// Ctrl-G and Ctrl-C cancel. Any other key accepts it and then has its usual effect.
    mutating func press(_ key: Key) -> Outcome {
        switch (key.code, key.modifiers) {
        case (.character(let character), []): insert(String(character))
        case (.character("r"), .control), (.up, []): older()
        case (.character("s"), .control), (.down, []): newer()
        case (.backspace, []), (.character("h"), .control): deleteLeft()
        case (.escape, []), (.character("g"), .control), (.character("c"), .control):
            return .cancelled(consumed: true)
        case (.enter, []): return ended(consumed: true)
        default: return ended(consumed: false)
        }
        return .searching
    }

    /// Appends typed or pasted text to the query.
    mutating func insert(_ text: String) {
        query += text
        let newest = index ?? entries.count - 1
        find(in: (0..<newest + 1).reversed())
    }

    private func ended(consumed: Bool) -> Outcome {
        guard let match else { return .cancelled(consumed: consumed) }
        return .accepted(
            Draft(text: match, cursor: matchRange?.lowerBound ?? match.count), consumed: consumed)
    }

    /// Drops the last letter of the query and searches from the newest entry again.
    private mutating func deleteLeft() {
        guard query.popLast() != nil else { return }
        index = nil
        isFailing = false
        find(in: entries.indices.reversed())
    }

    private mutating func older() {
        find(in: (0..<(index ?? entries.count)).reversed())
    }

    private mutating func newer() {
        find(in: (index.map { $0 + 1 } ?? entries.count)..<entries.count)
    }

    private mutating func find(in order: some Sequence<Int>) {
        guard !query.isEmpty else { return }
        guard let found = order.first(where: { range(of: query, in: entries[$0]) != nil }) else {
            isFailing = true
            return
        }
        index = found
        isFailing = false
    }

    /// A query in lower case ignores case and accents.
    private func range(of query: String, in text: String) -> Range<String.Index>? {
        let isLowerCase = query == query.lowercased()
        return text.range(of: query, options: isLowerCase ? [.caseInsensitive, .diacriticInsensitive] : [])
    }
}
