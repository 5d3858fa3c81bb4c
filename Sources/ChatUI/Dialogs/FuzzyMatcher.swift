/// How well a candidate fits a query, and the characters that matched.
struct FuzzyMatch: Hashable, Sendable {
    /// More is better; only comparable between matches of one query.
    var score: Int
    /// The indices of the matched characters, ascending.
    var offsets: [Int]
}

/// Finds texts by some of their letters, in order: `gpl` finds "Git pull". Letters at the starts of words and next to
/// each other count most. A word of the query in lower case ignores case; accents never matter. Every word of the query
/// has to match, in any order; the empty query matches everything.
struct FuzzyMatcher: Sendable {
    /// A candidate that matched, by its index.
    struct Ranked: Hashable, Sendable {
        var index: Int
        var match: FuzzyMatch
        /// The indices of the matched characters, ascending.
        var offsets: [Int] { match.offsets }
    }

    private struct Word {
        var keys: [UInt32]
        var ignoresCase: Bool
    }

    private static let matchScore = 16
    private static let consecutiveBonus = 4
    private static let gapStart = -3
    private static let gapExtension = -1
    /// People choose the first letter of a word with care.
    private static let firstLetterFactor = 2

    private let words: [Word]

    init(_ query: String) {
        words = query.split(whereSeparator: \.isWhitespace).map { word in
            let cased = word.map(FuzzyCandidate.base)
            let lowered = cased.map(FuzzyCandidate.lowered)
            return Word(keys: cased, ignoresCase: cased == lowered)
        }
    }

    /// - Returns: nil when the candidate lacks a letter of the query.
    func match(_ candidate: FuzzyCandidate) -> FuzzyMatch? {
        var whole = FuzzyMatch(score: 0, offsets: [])
        for word in words {
            guard let match = Self.match(word, in: candidate) else { return nil }
            whole.score += match.score
            whole.offsets += match.offsets
        }
        if words.count > 1 { whole.offsets = Set(whole.offsets).sorted() }
        return whole
    }

    /// The candidates that match, the best first; equal ones keep their order.
    func rank(_ candidates: some Sequence<FuzzyCandidate>) -> [Ranked] {
        let matching = candidates.enumerated().compactMap { index, candidate in
            match(candidate).map { Ranked(index: index, match: $0) }
        }
        return matching.sorted { ($1.match.score, $0.index) < ($0.match.score, $1.index) }
    }

    static func match(_ query: String, in candidate: String) -> FuzzyMatch? {
        FuzzyMatcher(query).match(FuzzyCandidate(candidate))
    }

    static func rank(_ query: String, _ candidates: some Sequence<String>) -> [Ranked] {
        FuzzyMatcher(query).rank(candidates.lazy.map(FuzzyCandidate.init))
    }

    private static func match(_ word: Word, in candidate: FuzzyCandidate) -> FuzzyMatch? {
        let text = word.ignoresCase ? candidate.lowered : candidate.cased
        guard let window = window(of: word.keys, in: text) else { return nil }
        var alignment = Alignment(columns: window.count, rows: word.keys.count)
        for (row, key) in word.keys.enumerated() {
            alignment.addRow(row, matching: key, text: text[window], bonuses: candidate.bonuses[window])
        }
        return alignment.best(from: window.lowerBound)
    }

    /// From the first occurrence of the first letter to the last of the last, if the letters occur in order.
    private static func window(of keys: [UInt32], in text: [UInt32]) -> Range<Int>? {
        guard let first = keys.first, let last = keys.last, let start = text.firstIndex(of: first) else {
            return nil
        }
        var place = start
        for key in keys {
            guard let found = text[place...].firstIndex(of: key) else { return nil }
            place = found + 1
        }
        let end = text.lastIndex(of: last) ?? place - 1
        return start..<end + 1
    }

    /// The best alignment of a word with a text: for each letter and each place, the best score of all alignments that
    /// match that letter there.
    private struct Alignment {
        private static let impossible = Int.min / 2

        private let columns: Int
        /// The scores of the previous row and of this one.
        private var above: [Int]
        private var scores: [Int]
        /// The bonus at the start of the run of letters through each place.
        private var runsAbove: [Int]
        private var runs: [Int]
        /// Row by row, where the previous letter was matched.
        private var origins: [Int32]

        init(columns: Int, rows: Int) {
            self.columns = columns
            above = Array(repeating: Self.impossible, count: columns)
            scores = above
            runsAbove = Array(repeating: 0, count: columns)
            runs = runsAbove
            origins = Array(repeating: -1, count: columns * rows)
        }

        mutating func addRow(
            _ row: Int, matching key: UInt32, text: ArraySlice<UInt32>, bonuses: ArraySlice<Int>
        ) {
            swap(&above, &scores)
            swap(&runsAbove, &runs)
            var gap = Self.impossible
            var gapOrigin: Int32 = -1
            for column in 0..<columns {
                if column > 1 {
                    gap += FuzzyMatcher.gapExtension
                    if above[column - 2] + FuzzyMatcher.gapStart > gap {
                        gap = above[column - 2] + FuzzyMatcher.gapStart
                        gapOrigin = Int32(column - 2)
                    }
                }
                scores[column] = Self.impossible
                guard text[text.startIndex + column] == key else { continue }
                let bonus = bonuses[bonuses.startIndex + column]
                if row == 0 {
                    set(column, FuzzyMatcher.matchScore + bonus * FuzzyMatcher.firstLetterFactor, run: bonus)
                    continue
                }
                let runBonus = column > 0 ? max(runsAbove[column - 1], bonus) : bonus
                let consecutive =
                    column > 0
                    ? above[column - 1] + max(runBonus, FuzzyMatcher.consecutiveBonus) : Self.impossible
                let apart = gap + bonus
                guard max(consecutive, apart) > Self.impossible / 2 else { continue }
                let isConsecutive = consecutive >= apart
                set(
                    column, FuzzyMatcher.matchScore + max(consecutive, apart),
                    run: isConsecutive ? runBonus : bonus)
                origins[row * columns + column] = isConsecutive ? Int32(column - 1) : gapOrigin
            }
        }

        /// The best alignment, with `offset` added to its places.
        func best(from offset: Int) -> FuzzyMatch? {
            guard let score = scores.max(), score > Self.impossible / 2,
                let end = scores.firstIndex(of: score)
            else {
                return nil
            }
            var offsets: [Int] = []
            var column = end
            for row in stride(from: origins.count / columns - 1, through: 0, by: -1) {
                offsets.append(column + offset)
                column = Int(origins[row * columns + column])
            }
            return FuzzyMatch(score: score, offsets: offsets.reversed())
        }

        private mutating func set(_ column: Int, _ score: Int, run: Int) {
            scores[column] = score
            runs[column] = run
        }
    }
}
