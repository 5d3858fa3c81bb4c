import Testing

@testable import Settings

@Suite struct TOMLOutlineTests {
    private let text = #"""
        # a comment with = and [brackets]
        theme = "auto"  # and one behind
        "odd key" = 'it''s'
        a.b."c.d" = 1

        [accounts.support]
        service = "lyzr"
        agents = [
          { id = "1", name = "One" },  # comma
          { id = "2",
            name = """two
        lines ["not", "a", "table"]""" },
        ]
        when = 2026-01-02 03:04:05
        [[servers]]
        name = "x"
        [[servers]]
        name = "y"
        [servers.sub]
        deep = '''
        [no]
        header = 1'''
        last = true
        """#

    @Test(arguments: [
        (["theme"], 2), (["odd key"], 3), (["a", "b", "c.d"], 4), (["a", "b"], 4),
        (["accounts", "support"], 6),
        (["accounts"], 6), (["accounts", "support", "service"], 7), (["accounts", "support", "agents"], 8),
        (["accounts", "support", "agents", "0", "name"], 9), (["accounts", "support", "agents", "1"], 10),
        (["accounts", "support", "agents", "1", "name"], 11), (["accounts", "support", "when"], 14),
        (["servers", "0", "name"], 16), (["servers", "1", "name"], 18), (["servers", "1", "sub"], 19),
        (["servers", "1", "sub", "deep"], 20), (["servers", "1", "sub", "last"], 23),
        (["accounts", "support", "missing"], 6),
    ])
    func everythingHasItsLine(path: [String], line: Int) {
        #expect(TOMLOutline(text).line(of: path) == line)
    }

    @Test func keysComeInTheOrderOfTheFile() {
        let outline = TOMLOutline("z = 1\na.x = 1\nm = 1\na.y = 2\n[b]\n[a.w]")
        #expect(outline.keys(below: []) == ["z", "a", "m", "b"])
        #expect(outline.keys(below: ["a"]) == ["x", "y", "w"])
    }

    @Test(arguments: [
        ("theme = 'x' # c", "'x'"), ("theme=\"a\\\"b\"", "\"a\\\"b\""), ("\u{FEFF}theme = 12 \r\n[a]", "12"),
        ("theme = \"\"\"a\"\"\"\"\"\nb = 1", "\"\"\"a\"\"\"\"\""), ("theme = [1, [2]]\n", "[1, [2]]"),
    ])
    func aValueIsFoundToTheByte(text: String, value: String) throws {
        let range = try #require(TOMLOutline(text).value(of: ["theme"]))
        #expect(String(decoding: Array(text.utf8)[range], as: UTF8.self) == value)
    }

    @Test func escapedKeysAreTheSameAsTOMLKitsKeys() {
        let text = #""a\tb\u00e9\U0001F600\\" = 1"#
        let file = SettingsFile(text: text, name: "x")
        #expect(file.keys(below: []) == ["a\tbé😀\\"])
    }

    /// Whatever is not TOML never gets here, but nothing may trap or hang if it did.
    @Test func anyTextIsWalkedToItsEnd() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ab=.[]{}\"'\\#\n ,u1é")
        for _ in 0..<2000 {
            let text = String(
                (0..<Int.random(in: 0...40, using: &generator)).compactMap { _ in alphabet.randomElement() })
            _ = TOMLOutline(text).entries.count
        }
    }
}
