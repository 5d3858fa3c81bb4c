import RichText
import TestSupport
import Testing

@Suite(.ownThread) struct GlyphsTests {
    static let drawn: [(String, String, Int)] = [
        ("", "", 0), ("hello", "hello", 5), ("日本語", "日本語", 6), ("한국어", "한국어", 6), ("é", "é", 1),
        ("e\u{301}", "e\u{301}", 1), ("ไทย", "ไทย", 3), ("กำ", "กำ", 2), ("ｆｕｌｌ", "ｆｕｌｌ", 8), ("ｶﾞ", "ｶﾞ", 2),
        ("か\u{3099}", "か\u{3099}", 2), ("─│•…", "─│•…", 4), ("☐☑", "☐☑", 2), ("a\u{A0}b", "a\u{A0}b", 3),
        // Emoji sequences are taken apart.
        ("👍", "👍", 2), ("👍🏽", "👍", 2), ("👨‍👩‍👧", "👨👩👧", 6), ("❤️", "❤", 1), ("❤︎", "❤", 1), ("☀️", "☀", 1),
        ("🇩🇪", "🇩🇪", 2), ("🇩", "🇩", 1), ("1️⃣", "1", 1), ("🧑🏿‍💻", "🧑💻", 4), ("🏽", "🏽", 2), ("a🏽", "a🏽", 3),
        ("🏴\u{E0067}\u{E0062}\u{E007F}", "🏴", 2), ("🏳️‍🌈", "🏳🌈", 3),
        // Hangul in parts.
        ("\u{1112}\u{1161}\u{11AB}", "한", 2), ("\u{1112}\u{1161}", "하", 2), ("하\u{11AB}", "한", 2),
        ("\u{1161}", "\u{FFFD}", 1), ("\u{11AB}x", "\u{FFFD}x", 2), ("\u{1112}", "\u{1112}", 2),
        ("\u{1113}\u{1161}\u{11C3}", "\u{1113}\u{1161}\u{11C3}", 2),
        // Control and invisible characters are named.
        ("\u{1B}[2J", "␛[2J", 4), ("\u{0}\u{7}\u{7F}", "␀␇␡", 3), ("a\tb", "a b", 3), ("a\nb\r", "a␊b␍", 4),
        ("\u{9B}", "‹U+009B›", 8), ("\u{202E}x", "‹U+202E›x", 9), ("\u{202C}", "‹U+202C›", 8),
        ("\u{2028}", "‹U+2028›", 8),
        ("\u{E0041}", "‹U+E0041›", 9), ("\u{3164}", "‹U+3164›", 8), ("\u{FFFF}", "\u{FFFD}", 1),
        // Joiners and the like are left out, where they do not spell words; so are the marks and isolates of right-to-left text.
        ("a\u{200B}b\u{200D}c\u{AD}d\u{2060}\u{FEFF}", "abcd", 4), ("می\u{200C}خواهم", "می\u{200C}خواهم", 7),
        ("\u{2066}a\u{2069}\u{200F}\u{61C}", "a", 1), ("क्\u{200D}ष", "क्\u{200D}ष", 2),
        ("a\u{200C}\u{200C}b", "ab", 2),
        // Marks without a base, and too many of them.
        ("\u{301}", "◌\u{301}", 1), (" \u{301}", " ◌\u{301}", 2),
        ("a" + String(repeating: "\u{316}", count: 50), "a\u{316}\u{316}\u{316}\u{316}", 1),
        ("\u{E000}\u{F0000}\u{378}", "\u{E000}\u{F0000}\u{378}", 3),
    ]

    @Test("Text is drawn as every terminal draws it", arguments: drawn)
    func drawing(text: String, expected: String, width: Int) {
        let glyphs = Array(Glyphs(text))
        let result = String(String.UnicodeScalarView(glyphs.flatMap { $0.character.unicodeScalars }))
        #expect(Array(result.unicodeScalars) == Array(expected.unicodeScalars))
        #expect(glyphs.reduce(0) { $0 + $1.width } == width)
        #expect(Glyphs.width(text) == width)
    }

    @Test func `every scalar is drawn as safe glyphs`() {
        var unsafe: [UInt32] = []
        for value in 0..<0x110000 as Range<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            for glyph in Glyphs(String(Character(scalar))) where !isSafe(glyph) { unsafe.append(value) }
        }
        #expect(unsafe.isEmpty)
    }

    func isSafe(_ glyph: Glyph) -> Bool {
        (1...2).contains(glyph.width) && glyph.character.unicodeScalars.count <= 5
            && glyph.character.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
    }

    @Test func `glyphs are safe in any company, and drawing them again changes nothing`() {
        var random = SeededRandom(seed: 2)
        for _ in 0..<2_000 {
            let text = (0..<random.number(0...8)).map { _ in random.pick(nastyPieces) }.joined()
            let glyphs = Array(Glyphs(text))
            #expect(glyphs.allSatisfy(isSafe))
            let drawn = glyphs.map { String($0.character) }.joined()
            #expect(Array(Glyphs(drawn)) == glyphs, "\(text.debugDescription)")
            #expect(Glyphs.width(drawn) == Glyphs.width(text))
        }
    }
}
