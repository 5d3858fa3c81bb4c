import RichText
import Testing

struct ASCIITextTests {
    @Test(arguments: [
        ("plain", "plain"), ("“Crème brûlée” – 5 €…", "\"Creme brulee\" - 5 EUR..."),
        ("naïve Ærø Łódź Straße", "naive AEro Lodz Strasse"), ("a → b ← c", "a -> b <- c"),
        ("• one\n  ◦ two\ttab", "* one\n  * two\ttab"), ("│─┌┘┼█▌", "|-+++#|"),
        ("✓ ✗ ☑ ☐", "+ x [x] [ ]"), ("日本語", "???"), ("e\u{301}", "e"), ("٣ ３ ²", "3 3 2"),
        ("a\u{A0}b\u{2003}c", "a b c"), ("Привет", "??????"), ("🎉", "?"), ("x − y ≤ z", "x - y <= z"),
        ("\u{FFFD}", "?"), ("ﬁ", "fi"), ("‹a›", "<a>"), ("Ａ", "A"),
    ])
    func text(text: String, ascii: String) { #expect(ASCIIText.text(text) == ascii) }

    @Test(
        arguments: [
            ("…", 1, "."), ("→", 1, ">"), ("日", 2, "??"), ("Ａ", 2, "A "), ("✅", 2, "+ "), ("é", 1, "e"),
            ("▸", 1, ">"), ("│", 1, "|"), ("★", 1, "*"),
        ] as [(Character, Int, String)])
    func aCellKeepsItsColumns(glyph: Character, columns: Int, ascii: String) {
        #expect(ASCIIText.cell(glyph, columns: columns) == ascii)
    }

    /// Whatever comes, what leaves is ASCII, and a cell is as wide as it was.
    @Test func everyScalarHasSomethingInItsPlace() {
        for value in [0x80..<0x3000, 0xA000..<0xAC00, 0xF900..<0x10000, 0x1D400..<0x1D800, 0x1F000..<0x1FB00]
            .joined()
        {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            let text = ASCIIText.text(String(scalar))
            #expect(text.utf8.allSatisfy { $0 < 0x80 }, "\(value)")
            for columns in 1...2 {
                let cell = ASCIIText.cell(Character(scalar), columns: columns)
                let isPrintable = cell.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
                #expect(cell.utf8.count == columns && isPrintable, "\(value)")
            }
        }
    }

    @Test(
        arguments: [
            ([:], .unicode), (["LC_ALL": "C"], .ascii), (["LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"], .ascii),
            (["LC_ALL": "C.UTF-8"], .unicode), (["LC_ALL": "", "LC_CTYPE": "C"], .ascii),
            (["LC_CTYPE": "en_US.utf8", "LANG": "C"], .unicode), (["LANG": "C"], .ascii),
            (["LANG": "de_DE.ISO-8859-1"], .ascii), (["LANG": "de_DE.UTF-8@euro"], .unicode),
            (["LANG": "de_DE"], .unicode), (["LANG": "de_DE@euro"], .unicode), (["LANG": ""], .unicode),
        ] as [([String: String], Charset)])
    func theLocaleSaysWhichCharactersThereAre(environment: [String: String], charset: Charset) {
        #expect(Charset(environment: environment) == charset)
    }

    @Test func jsonMeansTheSame() {
        #expect(SafeText.asciiJSON(#"{"a": "é🎉"}"#) == #"{"a": "\u00e9\ud83c\udf89"}"#)
    }
}
