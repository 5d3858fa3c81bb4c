import Storage
import Testing

@Suite struct TitleTests {
    @Test(arguments: [
        ("Hello there", "Hello there"),
        ("  two\t words  \nsecond line", "two words"),
        ("\n\n# A **bold** heading", "A bold heading"),
        ("> - [x] a `code` task", "a code task"),
        ("1. See [the manual](https://example.com/a_b) *now*", "See the manual now"),
        ("![a picture](p.png) of ~~nothing~~", "a picture of nothing"),
        ("```swift\nlet a = 1\n```", "let a = 1"),
        ("---\nafter the rule", "after the rule"),
        ("snake_case and 2 * 3 * 4", "snake_case and 2 * 3 * 4"),
        ("_leaning_ words", "leaning words"),
        ("\u{1B}[31mred\u{7}", "[31mred"),
        ("", ""),
        (" \n\t\n", ""),
        ("***", ""),
    ])
    func theFirstWordsInOneLine(text: String, title: String) {
        #expect(Title.firstWords(of: text, limit: 50) == title)
    }

    @Test func aLongTextIsCutBehindAWord() {
        let title = Title.firstWords(
            of: "Compare the three proposals for the new billing system and tell me which", limit: 50)
        #expect(title == "Compare the three proposals for the new billing…")
        #expect(title.count <= 51)
    }

    @Test func aLongWordIsCutWhereItMustBe() {
        #expect(
            Title.firstWords(of: String(repeating: "x", count: 500), limit: 50) == String(
                repeating: "x", count: 50) + "…")
        #expect(Title.firstWords(of: "a " + String(repeating: "x", count: 500), limit: 50).count == 51)
    }

    @Test func aFamilyIsNotTornApart() {
        let family = "👩‍👩‍👧‍👦"
        let title = Title.firstWords(of: String(repeating: family, count: 60), limit: 50)
        #expect(title == String(repeating: family, count: 50) + "…")
    }

    @Test func aMegabyteIsATitleOfAFewWords() {
        let long = String(repeating: "many words ", count: 100_000)
        #expect(Title.firstWords(of: long, limit: 50).count <= 51)
        let marks = "a" + String(repeating: "\u{301}", count: 500_000)
        #expect(Title.firstWords(of: marks, limit: 50).unicodeScalars.count <= 1001)
    }
}
