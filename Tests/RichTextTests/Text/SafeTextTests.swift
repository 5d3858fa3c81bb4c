import Foundation
import TestSupport
import Testing

@testable import RichText

/// Text from outside on its way to a pipe, a log, a message or the terminal's title.
@Suite(.timeLimit(.scaled(minutes: 5))) struct SafeTextTests {
    /// What no way out may let through, by the Unicode database.
    static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Embeddings and overrides: marks and isolates do not reorder what surrounds them.
        default: (0x202A...0x202E).contains(scalar.value)
        }
    }

    static func isTag(_ scalar: Unicode.Scalar) -> Bool { (0xE0020...0xE007F).contains(scalar.value) }

    /// Every scalar of the planes that have characters, in texts of a few thousand, each behind a letter.
    static let everyScalar: [String] = (Array(0..<0x40) + [0xE0]).map { (block: UInt32) in
        let scalars = (block << 12..<(block + 1) << 12).compactMap(Unicode.Scalar.init)
        return String(String.UnicodeScalarView(scalars.flatMap { ["a", $0] }))
    }

    @Test("Every scalar that a terminal obeys counts as such, and no other")
    func classes() {
        var wrong: [UInt32] = []
        for value in 0..<0x110000 as Range<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            if ScalarClass(value).isObeyed != Self.isObeyed(scalar) { wrong.append(value) }
        }
        #expect(wrong.isEmpty)
    }

    @Test(
        "A line keeps every scalar but those, and the tags that hide text",
        arguments: SafeText.Substitute.allCases)
    func lineOfEveryScalar(substitute: SafeText.Substitute) {
        for text in Self.everyScalar {
            var safe = SafeText.line(text, replacing: substitute).unicodeScalars[...]
            #expect(!safe.contains(where: Self.isObeyed))
            guard substitute == .nothing else { continue }
            for scalar in text.unicodeScalars where !Self.isObeyed(scalar) && !Self.isTag(scalar) {
                guard safe.popFirst() == scalar else {
                    Issue.record("\(scalar.debugDescription) is lost")
                    return
                }
            }
            #expect(safe.isEmpty)
        }
    }

    @Test("Of what a terminal obeys only line feeds and tabs stay in lines")
    func linesOfEveryScalar() {
        for text in Self.everyScalar {
            let safe = SafeText.lines(text).unicodeScalars
            #expect(!safe.contains { Self.isObeyed($0) && $0 != "\n" && $0 != "\t" })
            #expect(!SafeText.cell(text).unicodeScalars.contains(where: Self.isObeyed))
        }
    }

    @Test("JSON means the same and holds nothing that a terminal obeys")
    func jsonOfEveryScalar() throws {
        for text in Self.everyScalar {
            let json = String(decoding: try JSONEncoder().encode([text]), as: UTF8.self)
            let safe = SafeText.json(json)
            #expect(!safe.unicodeScalars.contains(where: Self.isObeyed))
            let decoded = try JSONDecoder().decode([String].self, from: Data(safe.utf8))
            #expect(decoded.map { Array($0.unicodeScalars) } == [Array(text.unicodeScalars)])
        }
        #expect(SafeText.json("{\n\t\"a\": 1\r\n}") == "{\n\t\"a\": 1\n}")
        #expect(SafeText.json("[\"\u{9B}\u{202E}\u{2028}\"]") == #"["\u009b\u202e\u2028"]"#)
    }

    @Test(arguments: [
        ("a\tb\n\u{1B}[0m\u{9B}", SafeText.Substitute.nothing, "ab[0m"),
        ("a\tb\n\u{1B}[0m\u{9B}", .blank, "a b  [0m "),
        ("a\tb\n\u{1B}[0m\u{9B}", .replacementCharacter, "a\u{FFFD}b\u{FFFD}\u{FFFD}[0m\u{FFFD}"),
        ("a\tb\n\u{1B}[0m\u{9B}", .picture, "a␉b␊␛[0m\u{FFFD}"),
        ("a\tb\n\u{1B}[0m\u{9B}", .escapedLineFeed, "a\u{FFFD}b\\n\u{FFFD}[0m\u{FFFD}"),
        ("é 日本語 👩‍👩‍👧 e\u{301}", .nothing, "é 日本語 👩‍👩‍👧 e\u{301}"),
    ])
    func line(text: String, substitute: SafeText.Substitute, safe: String) {
        #expect(
            Array(SafeText.line(text, replacing: substitute).unicodeScalars) == Array(safe.unicodeScalars))
    }

    @Test(arguments: [
        ("plain text", "plain text"), ("two\nlines\tand a tab", "two\nlines\tand a tab"), ("", ""),
        ("\u{1B}[31mred\u{1B}[0m", "red"), ("\u{1B}[3A", "␛[3A"), ("\u{1B}", "␛"), ("bell\u{7}", "bell␇"),
        ("a\u{7F}b", "a␡b"),
        ("\u{9B}31m", "\u{FFFD}31m"), ("ends\r\nhere\r\n", "ends\nhere\n"),
        ("over\rwritten", "over\nwritten"),
        ("last\r", "last\n"), ("\r\r\n", "\n\n"), ("a\u{202E}b\u{2066}c", "a\u{FFFD}b\u{2066}c"),
        ("sep\u{2028}a\u{85}rated", "sep\na\nrated"), ("é 日本語 👩‍👩‍👧 e\u{301}", "é 日本語 👩‍👩‍👧 e\u{301}"),
    ])
    func lines(text: String, safe: String) {
        #expect(Array(SafeText.lines(text).unicodeScalars) == Array(safe.unicodeScalars))
    }

    @Test(
        "What hides text or breaks a layout is left out, what languages need stays",
        arguments: [
            (
                "a" + String(repeating: "\u{301}", count: 5000),
                "a" + String(repeating: "\u{301}", count: SafeText.mostMarks)
            ),
            (
                "a" + String(repeating: "\u{200B}", count: 5000) + "b",
                "a" + String(repeating: "\u{200B}", count: SafeText.mostInvisible) + "b"
            ),
            ("a\u{E0068}\u{E0069}b", "ab"),
            ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E007F}", "🏴\u{E0067}\u{E0062}\u{E0065}\u{E007F}"),
            ("می\u{200C}روم", "می\u{200C}روم"), ("שלום\u{200F} (a\u{200E})", "שלום\u{200F} (a\u{200E})"),
            ("❤️‍🔥 👩‍👩‍👧", "❤️‍🔥 👩‍👩‍👧"),
        ])
    func hidden(text: String, safe: String) {
        #expect(Array(SafeText.lines(text).unicodeScalars) == Array(safe.unicodeScalars))
        #expect(Array(SafeText.line(text, replacing: .blank).unicodeScalars) == Array(safe.unicodeScalars))
        #expect(Array(SafeText.cell(text).unicodeScalars) == Array(safe.unicodeScalars))
    }

    @Test(
        "Safe text is safe, stays as it is, and depends on no pieces, whatever it was made of",
        arguments: 0..<8)
    func randomText(seed: Int) {
        var random = SeededRandom(seed: UInt64(900 + seed))
        for _ in 0..<300 {
            var text = String.UnicodeScalarView()
            for _ in 0..<random.number(0...40) {
                text.append(
                    contentsOf: random.pick(
                        nastyPieces + ["\r", "\n", "\u{1B}[", "31m", "\u{2029}", "\u{E0041}"]
                    ).unicodeScalars)
            }
            let whole = SafeText.lines(String(text))
            #expect(
                !whole.unicodeScalars.contains { Self.isObeyed($0) && $0 != "\n" && $0 != "\t" },
                "seed \(seed)")
            #expect(SafeText.lines(whole) == whole, "seed \(seed)")
            var lines = SafeLines()
            let pieces = random.split(String(text), longest: 5).map { lines.feed($0) }.joined() + lines.end()
            #expect(Array(pieces.unicodeScalars) == Array(whole.unicodeScalars), "seed \(seed)")
            for substitute in SafeText.Substitute.allCases {
                let line = SafeText.line(String(text), replacing: substitute)
                #expect(!line.unicodeScalars.contains(where: Self.isObeyed), "seed \(seed)")
                #expect(SafeText.line(line, replacing: substitute) == line, "seed \(seed)")
            }
        }
    }

    @Test("Where the pieces are cut makes no difference, not even between the halves of a line end")
    func pieces() {
        let text = "a\r\n\r\u{1B}[0m 👩‍👩‍👧 e\u{301}\r\n\u{85}\r"
        let scalars = Array(text.unicodeScalars)
        let whole = Array(SafeText.lines(text).unicodeScalars)
        for first in 0...scalars.count {
            for second in first...scalars.count {
                var lines = SafeLines()
                var pieces = ""
                for range in [0..<first, first..<second, second..<scalars.count] {
                    pieces += lines.feed(String(String.UnicodeScalarView(scalars[range])))
                }
                pieces += lines.end()
                #expect(Array(pieces.unicodeScalars) == whole)
            }
        }
    }

    @Test func `a cell of a table is one line`() {
        #expect(SafeText.cell("a\tb\nc\r\nd\u{1B}") == "a b c d␛")
    }
}
