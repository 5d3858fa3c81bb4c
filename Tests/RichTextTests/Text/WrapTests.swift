import RichText
import TestSupport
import Testing

@Suite struct WrapTests {
    static let wrapped: [(String, Int, [String])] = [
        ("", 5, [""]), ("the quick brown fox", 10, ["the quick", "brown fox"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]), ("a abcdefghij b", 4, ["a", "abcd", "efgh", "ij b"]),
        ("one\ntwo\r\nthree\rfour\n", 9, ["one", "two", "three", "four", ""]), ("a  b", 9, ["a  b"]),
        ("aaa    bbb", 4, ["aaa", "bbb"]), ("    indented text", 12, ["    indented", "text"]),
        ("   abcdefgh", 6, ["   abc", "defgh"]), ("          x", 4, ["", "x"]),
        ("日本語日本語", 5, ["日本", "語日", "本語"]),
        ("日本語。日本", 6, ["日本", "語。日", "本"]), ("中文English中文", 10, ["中文", "English中", "文"]),
        ("「日本」語", 4, ["「日", "本」", "語"]), ("日本", 1, ["\u{FFFD}", "\u{FFFD}"]), ("ab", 1, ["a", "b"]),
        ("ab", 0, ["a", "b"]), ("ab", -9, ["a", "b"]), ("a\tb\n\tc", 20, ["a   b", "    c"]),
        ("e\u{301}e\u{301}e\u{301}", 2, ["e\u{301}e\u{301}", "e\u{301}"]), ("\u{1B}[0m", 3, ["␛[0", "m"]),
    ]

    @Test("Text wraps at words and in what is wider than a row", arguments: wrapped)
    func wrapping(text: String, width: Int, rows: [String]) {
        #expect(StyledLine.wrap(text, width: width).map(\.text) == rows)
    }

    @Test func `prefixes hang`() {
        let lines = StyledLine.wrap(
            "alpha beta gamma", width: 9, role: .quote, first: [Span("• ", .marker)], rest: [Span("  ")])
        #expect(lines.map(\.text) == ["• alpha", "  beta", "  gamma"])
        #expect(lines[1].spans == [Span("  "), Span("beta", .quote)])
    }

    @Test func `styles go with their words`() {
        let spans = [Span("one "), Span("two three", .strong, attributes: .bold, link: 3), Span(" four")]
        let lines = StyledLine.wrap(spans, width: 8)
        #expect(lines.map(\.text) == ["one two", "three", "four"])
        #expect(lines[0].spans == [Span("one "), Span("two", .strong, attributes: .bold, link: 3)])
        #expect(lines[1].spans == [Span("three", .strong, attributes: .bold, link: 3)])
    }

    @Test func `random text loses nothing and stays in its width`() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<2_000 {
            let text = (0..<random.number(0...30)).map { _ in random.pick(nastyPieces + [" ", "\n"]) }
                .joined()
            let width = random.number(2...12)
            let lines = StyledLine.wrap(text, width: width)
            #expect(lines.allSatisfy { $0.columns <= width }, "\(text.debugDescription) \(width)")
            let drawn = lines.flatMap(\.spans).flatMap { Glyphs($0.text) }.map(\.character)
            let expected = text.split(whereSeparator: \.isNewline).flatMap { Glyphs(String($0)) }.map(
                \.character)
            #expect(drawn.filter { $0 != " " } == expected.filter { $0 != " " }, "\(text.debugDescription)")
        }
    }
}
