import Testing

@testable import parley

/// Text from outside on its way to a pipe or a terminal.
struct PlainTextTests {
    @Test(arguments: [
        ("plain text", "plain text"), ("two\nlines\tand a tab", "two\nlines\tand a tab"), ("", ""),
        ("\u{1B}[31mred", "␛[31mred"), ("bell\u{7}", "bell␇"), ("a\u{7F}b", "a␡b"),
        ("\u{9B}31m", "\u{FFFD}31m"),
        ("ends\r\nhere\r\n", "ends\nhere\n"), ("over\rwritten", "over␍written"), ("last\r", "last␍"),
        ("\r\r\n", "␍\n"), ("a\u{202E}b\u{2066}c", "a\u{FFFD}b\u{FFFD}c"),
        ("sep\u{2028}arated", "sep\u{FFFD}arated"),
        ("é 日本語 👩‍👩‍👧 e\u{301}", "é 日本語 👩‍👩‍👧 e\u{301}"),
    ])
    func activeCharactersAreShown(text: String, safe: String) {
        #expect(Array(PlainText.safe(text).unicodeScalars) == Array(safe.unicodeScalars))
    }

    /// Pieces are cut anywhere, also between the two halves of a line end and inside a character of several scalars.
    @Test func anyCutGivesTheSame() {
        let text = "a\r\n\r\u{1B}[0m 👩‍👩‍👧 e\u{301}\r\n\u{85}\r"
        let scalars = Array(text.unicodeScalars)
        let whole = PlainText.safe(text)
        for first in 0...scalars.count {
            for second in first...scalars.count {
                var plain = PlainText()
                var pieces = ""
                for range in [0..<first, first..<second, second..<scalars.count] {
                    pieces += plain.feed(String(String.UnicodeScalarView(scalars[range])))
                }
                pieces += plain.end()
                #expect(Array(pieces.unicodeScalars) == Array(whole.unicodeScalars))
            }
        }
    }

    @Test func aCellOfATableIsOneLine() {
        #expect(PlainText.line("a\tb\nc\r\nd\u{1B}") == "a b c d␛")
    }
}
