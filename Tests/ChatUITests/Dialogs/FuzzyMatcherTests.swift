import TestSupport
import Testing

@testable import ChatUI

@Suite struct FuzzyMatcherTests {
    @Test(arguments: [
        ("gpl", "Git pull", [0, 4, 6]),
        ("pull", "up ul git pull", [10, 11, 12, 13]),
        ("tm", "sessionTaskManager", [7, 11]),
        ("eclair", "Éclair au café", [0, 1, 2, 3, 4, 5]),
        ("café", "Éclair au cafe", [10, 11, 12, 13]),
        ("pull git", "git pull", [0, 1, 2, 4, 5, 6, 7]),
        ("привет", "скажи ПРИВЕТ", [6, 7, 8, 9, 10, 11]),
        ("한", "하나 한글", [3]),
        ("", "anything", []),
        ("  ", "anything", []),
        ("b", "👩‍💻 ab", [3]),
    ])
    func findsTheLettersThatWereMeant(query: String, candidate: String, offsets: [Int]) {
        #expect(FuzzyMatcher.match(query, in: candidate)?.offsets == offsets)
    }

    @Test(arguments: [
        ("gpx", "git pull"), ("lpg", "git pull"), ("Git", "git pull"), ("git push", "git pull"), ("aa", "a"),
        ("a", ""),
    ])
    func findsNothingWhereALetterIsMissing(query: String, candidate: String) {
        #expect(FuzzyMatcher.match(query, in: candidate) == nil)
    }

    @Test(arguments: [
        ("re", ["core", "retry", "the rest"], ["retry", "the rest", "core"]),
        ("foo", ["f-o-o", "xfoo", "a foo"], ["a foo", "f-o-o", "xfoo"]),
        ("ab", ["axxxxb", "axb", "ab"], ["ab", "axb", "axxxxb"]),
        ("fb", ["fab", "FooBar", "foo bar"], ["foo bar", "FooBar", "fab"]),
        ("x", ["bx", "ax", "cx"], ["bx", "ax", "cx"]),
        ("T", ["test", "Test"], ["Test"]),
        ("", ["b", "a"], ["b", "a"]),
    ])
    func ranksByHowWellItFitsAndThenAsGiven(query: String, candidates: [String], ranked: [String]) {
        #expect(FuzzyMatcher.rank(query, candidates).map { candidates[$0.index] } == ranked)
    }

    /// Tries every way to place the letters, for texts short enough.
    @Test(arguments: 0..<20) func findsTheBestOfAllWays(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let letters = Array("aab -B")
        for _ in 0..<50 {
            let text = String(
                (0..<Int.random(in: 1...9, using: &random)).map { _ in
                    letters.randomElement(using: &random) ?? "a"
                })
            let query = String(
                (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    "ab".randomElement(using: &random) ?? "a"
                })
            let candidate = FuzzyCandidate(text)
            let keys = query.map(FuzzyCandidate.base)
            let best = placements(of: keys[...], in: candidate.lowered, from: 0).map {
                score($0, bonuses: candidate.bonuses)
            }.max()
            let match = FuzzyMatcher.match(query, in: text)
            #expect(match?.score == best, "\(query) in \(text)")
            guard let match else { continue }
            #expect(score(match.offsets, bonuses: candidate.bonuses) == match.score, "\(query) in \(text)")
            #expect(match.offsets.map { candidate.lowered[$0] } == keys)
        }
    }

    private func placements(of keys: ArraySlice<UInt32>, in text: [UInt32], from start: Int) -> [[Int]] {
        guard let key = keys.first else { return [[]] }
        return (start..<max(start, text.count)).filter { text[$0] == key }.flatMap { place in
            placements(of: keys.dropFirst(), in: text, from: place + 1).map { [place] + $0 }
        }
    }

    private func score(_ places: [Int], bonuses: [Int]) -> Int {
        var score = 0
        var run = 0
        for (index, place) in places.enumerated() {
            let bonus = bonuses[place]
            score += 16
            if index == 0 {
                score += 2 * bonus
                run = bonus
            } else if place == places[index - 1] + 1 {
                run = max(run, bonus)
                score += max(run, 4)
            } else {
                score += bonus - 3 - (place - places[index - 1] - 2)
                run = bonus
            }
        }
        return score
    }
}
