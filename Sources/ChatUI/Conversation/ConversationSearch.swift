import SessionCore

/// What was searched for in the shown task, where it was found, and which of these places is looked at.
struct ConversationSearch: Sendable {
    /// The most messages whose matches one goes through.
    static let messageLimit = 1000

    let words: String
    let terms: SearchTerms
    /// The message that was chosen among the hits.
    private let chosen: Message.ID
    private(set) var matches: [SearchMatch] = []
    private var current: Int?

    init(_ words: String, at chosen: Message.ID) {
        self.words = words
        self.chosen = chosen
        terms = SearchTerms(SearchQuery(words))
    }

    /// The match that is looked at.
    var match: SearchMatch? { current.map { matches[$0] } }

    /// `match 3 of 12`
    var position: String? { current.map { "match \($0 + 1) of \(matches.count)" } }

    /// Which of the matches in the same part of a message the one looked at is, counted from 0.
    /// - Parameter bytes: the part of its message.
    func rank(within bytes: Range<Int>) -> Int {
        guard let match else { return 0 }
        let start = matches.partitioningIndex {
            $0 >= SearchMatch(message: match.message, offset: bytes.lowerBound)
        }
        return max(0, (current ?? 0) - start)
    }

    /// The places have been found: the first one in the chosen message is looked at.
    mutating func found(_ matches: [SearchMatch]) {
        self.matches = matches
        let first = matches.partitioningIndex { $0.message >= chosen }
        current = matches.isEmpty ? nil : min(first, matches.count - 1)
    }

    /// Goes on to another match; the ends join.
    /// - Returns: the end that was passed, in words.
    mutating func step(_ step: Int) -> String? {
        guard let place = current else { return nil }
        let next = place + step
        current = (next + matches.count) % matches.count
        if next < 0 { return "wrapped to the last" }
        return next >= matches.count ? "wrapped to the first" : nil
    }
}

extension Array {
    /// The first index whose element and all behind it fulfil the condition.
    fileprivate func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
