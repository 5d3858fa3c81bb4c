import Foundation
import Testing
import Timing

@testable import SessionCore

@Suite struct SearchQueryTests {
    /// 2026-03-14 15:09:26 UTC.
    private static let now = Date(timeIntervalSince1970: 1_773_500_966)

    private func query(_ text: String, zone: LocalZone = .utc) -> SearchQuery {
        SearchQuery(text, zone: zone, now: Self.now)
    }

    private func terms(_ terms: [SearchQuery.Term]) -> [String] {
        terms.map { $0.isPhrase ? "“\($0.text)”" : $0.text }
    }

    @Test(
        arguments: [
            ("", [], []), ("  \t ", [], []), ("two words", ["two", "words"], []),
            (#""a whole phrase" more"#, ["“a whole phrase”", "more"], []),
            (#""still being ty"#, ["“still being ty”"], []), ("-out in", ["in"], ["out"]),
            (#"x -"not this""#, ["x"], ["“not this”"]), ("well-known", ["well-known"], []),
            ("- a", ["a"], []),
            ("http://x from", ["http://x", "from"], []), ("-- ... \"\"", [], []),
            ("-from:me", [], ["from:me"]),
        ] as [(String, [String], [String])])
    func wordsAreRead(text: String, wanted: [String], excluded: [String]) {
        let query = query(text)
        #expect(terms(query.terms) == wanted)
        #expect(terms(query.excluded) == excluded)
        #expect(query.filters.isEmpty)
        #expect(query.problem == nil)
    }

    @Test func filtersAreRead() {
        let query = query(#"from:me Account:work in:"the trip" agent: agent:ada in:x word"#)
        #expect(
            query.filters == [.from: ["me"], .account: ["work"], .in: ["the trip", "x"], .agent: ["ada"]])
        #expect(terms(query.terms) == ["word"])
    }

    @Test(
        arguments: [
            ("2026-03-14", 1_773_446_400), ("2026-3-1", 1_772_323_200), ("2026-02", 1_769_904_000),
            ("2025", 1_735_689_600), ("today", 1_773_446_400), ("Yesterday", 1_773_360_000),
            ("7d", 1_772_841_600),
        ] as [(String, Double)])
    func daysAreRead(text: String, seconds: Double) {
        #expect(query("after:\(text)").after == Date(timeIntervalSince1970: seconds))
        #expect(query("before:\(text)").before == Date(timeIntervalSince1970: seconds))
    }

    /// An hour east, and the clocks go forward on 29 March 2026 at 01:00 UTC.
    @Test func aDayBeginsWhereThePersonIs() {
        let zone = LocalZone { $0.timeIntervalSince1970 < 1_774_746_000 ? 3600 : 7200 }
        #expect(query("after:2026-03-29", zone: zone).after == Date(timeIntervalSince1970: 1_774_738_800))
        #expect(query("after:2026-03-30", zone: zone).after == Date(timeIntervalSince1970: 1_774_821_600))
        #expect(query("after:today", zone: zone).after == Date(timeIntervalSince1970: 1_773_442_800))
    }

    @Test(arguments: ["2026-02-30", "soon", "2026-", "-1", "1-2-3-4", "99999999999999999999d", "0"])
    func whatIsNoDayIsReported(text: String) {
        let query = query("before:\(text)")
        #expect(query.problem?.contains("“\(text)” is not a day") == true)
        #expect(query.before == nil)
    }
}

@Suite struct SearchTermsTests {
    private func matches(_ query: String, _ lines: String...) -> [String] {
        let characters = lines.map(Array.init)
        return SearchTerms(SearchQuery(query)).matches(in: characters).map { pieces in
            pieces.map { "\($0.line):" + String(characters[$0.line][$0.characters]) }.joined(separator: "+")
        }
    }

    @Test func wordsMatchFromTheirBeginning() {
        #expect(matches("par", "Parley compares a par", "spar-par") == ["0:Parley", "0:par", "1:par"])
        #expect(matches("cafe", "Café, CAFÉS!") == ["0:Café", "0:CAFÉS"])
        #expect(matches("function_40", "def function_4000(): function_4") == ["0:function+0:4000"])
        #expect(matches("a b", "b a") == ["0:b", "0:a"])
        #expect(matches("", "a") == [])
        #expect(matches("x -y from:me", "x y me") == ["0:x"])
    }

    @Test func phrasesMatchWholeWordsOverLines() {
        #expect(matches(#""old town""#, "the old townhouse, the old", "  town") == ["0:old+1:town"])
        #expect(matches(#""old town""#, "old new town") == [])
    }

    @Test func scriptsWithoutSpacesMatchAnywhere() {
        #expect(matches("本語", "日本語の本") == ["0:本+0:語"])
    }
}
