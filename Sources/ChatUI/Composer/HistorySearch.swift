import Foundation
import RichText
import SessionCore

/// The incremental search through what was said before (Ctrl-R): each letter typed goes on from the entry found so far. The
/// input keeps what it holds until the search ends with an entry.
struct HistorySearch: Sendable {
    enum Outcome: Hashable, Sendable {
        case searching
        /// The input becomes this entry, with the cursor where the query stands in it. A key that was not consumed does what
        /// it always does.
        case accepted(Draft, consumed: Bool)
        /// The input stays as it is.
        case cancelled(consumed: Bool)
    }

    private(set) var query = ""
    /// Whether nothing (more) was found for the last key; the entry found before stays.
    private(set) var isFailing = false
    /// The oldest first; each text once, where it was said last.
    private let entries: [String]
    private var index: Int?

    init(_ history: InputHistory) {
        var seen: Set<String> = []
        entries = history.entries.reversed().filter { seen.insert($0).inserted }.reversed()
    }

    /// The entry found, nil as long as there is none.
    var match: String? { index.map { entries[$0] } }

    /// Where the query stands in the entry found, in characters.
    var matchRange: Range<Int>? {
        guard let match, let range = range(of: query, in: match) else { return nil }
        let start = match.distance(from: match.startIndex, to: range.lowerBound)
        return start..<start + match.distance(from: range.lowerBound, to: range.upperBound)
    }

    /// Ctrl-R (or Up) goes to the next older entry, Ctrl-S (or Down) to the next newer one; Enter takes what was found, Esc,
    /// Ctrl-G and Ctrl-C take nothing, and any other key takes it and then does what it always does.
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

    /// Adds to the query what was typed or pasted.
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

    /// Takes the last letter of the query back and searches from the newest entry again.
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

    /// A query in lower case matches either case and any accents.
    private func range(of query: String, in text: String) -> Range<String.Index>? {
        let isLowerCase = query == query.lowercased()
        return text.range(of: query, options: isLowerCase ? [.caseInsensitive, .diacriticInsensitive] : [])
    }
}
