import RichText
import Testing

@testable import Settings

@Suite struct ThemeTests {
    private func theme(_ text: String) -> (Theme, [String]) {
        var file = SettingsFile(text: text, name: "my.toml")
        let theme = Theme(file: &file, name: "my")
        return (theme, file.problems.map(\.description))
    }

    @Test func everyWayOfWritingAStyleIsRead() {
        let (theme, problems) = theme(
            """
            name = "night"
            variant = "light"
            [palette]
            sea = "#88c0D0"
            dot = 33
            green = 22
            [styles]
            text = "default on #2e3440"
            "list.selected" = "on sea"
            list.unread = "sea bold"
            error = "bold bright-red underline on dot"
            muted = 244
            success = "green"
            accent = ""
            [styles.code]
            keyword = "dim italic reverse strikethrough"
            """)
        #expect(problems == [])
        #expect(theme.name == "night")
        #expect(theme.variant == .light)
        let sea = Color.rgb(red: 0x88, green: 0xC0, blue: 0xD0)
        #expect(
            theme[.text] == Style(foreground: .terminal, background: .rgb(red: 0x2E, green: 0x34, blue: 0x40))
        )
        #expect(theme[.listSelected] == Style(background: sea))
        #expect(theme[.listUnread] == Style(foreground: sea, attributes: .bold))
        #expect(
            theme[.error]
                == Style(foreground: .indexed(9), background: .indexed(33), attributes: [.bold, .underline]))
        #expect(theme[.muted] == Style(foreground: .indexed(244)))
        #expect(theme[.success] == Style(foreground: .indexed(22)))
        #expect(theme[.accent] == .plain)
        #expect(theme[.codeKeyword] == Style(attributes: [.dim, .italic, .reverse, .strikethrough]))
        #expect(theme[.heading] == .plain)
    }

    private static let head = "variant = \"dark\"\n"

    @Test(arguments: [
        ("", "my.toml: There is no variant. Add variant = \"dark\" or variant = \"light\"."),
        ("variant = \"drak\"", "my.toml:1: There is no variant \"drak\". Did you mean \"dark\"?"),
        (head + "pallete = 1", "my.toml:2: Unknown key \"pallete\". Did you mean \"palette\"?"),
        (
            head + "[palette]\nsea = \"#88c0\"",
            "my.toml:3: \"#88c0\" is not a colour. Write it as in sea = \"#88c0d0\""
        ),
        (
            head + "[palette]\nsea = 256",
            "my.toml:3: \"256\" is not a colour. Write it as in sea = \"#88c0d0\""
        ),
        (
            head + "[palette]\nbold = \"#88c0d0\"",
            "my.toml:3: \"bold\" cannot name a colour of the palette. Choose a name without a meaning of its own."
        ),
        (
            head + "[palette]\nsea = \"#88c0d0\"\npond = \"sea\"",
            "my.toml:4: \"sea\" is not a colour. Write it as in pond = \"#88c0d0\""
        ),
        (
            head + "[styles]\nlist.seleced = \"red\"",
            "my.toml:3: There is no role \"list.seleced\". Did you mean \"list.selected\"?"
        ),
        (
            head + "[styles]\n\"windows\" = \"red\"",
            "my.toml:3: There is no role \"windows\". `parley themes --roles` lists them."
        ),
        (
            head + "[styles]\ntext = \"rde\"",
            "my.toml:3: There is no colour \"rde\". Did you mean \"red\"?"
        ),
        (
            head + "[styles]\ntext = \"red blue\"",
            "my.toml:3: \"blue\" is a second colour. A style has one colour and one background, as in \"white on blue bold\"."
        ),
        (
            head + "[styles]\ntext = \"red on\"",
            "my.toml:3: A colour is missing after \"on\". Write it as in \"white on blue\"."
        ),
        (
            head + "[styles]\ntext = \"on red on blue\"",
            "my.toml:3: \"blue\" is a second background. "
                + "A style has one colour and one background, as in \"white on blue bold\"."
        ),
        (
            head + "[styles]\ntext = \"somethingelse\"",
            "my.toml:3: There is no colour \"somethingelse\". A colour is default, a name such as blue or bright-blue, "
                + "a number from 0 to 255, #rrggbb, or a name of the palette."
        ),
        (
            head + "[styles]\ntext = true",
            "my.toml:3: \"text\" is true or false; it has to be a string. Write it as in text = \"white on blue bold\""
        ),
    ])
    func whatCannotBeUsedIsTold(text: String, problem: String) {
        #expect(theme(text).1 == [problem])
    }

    @Test func aWrongLineLeavesTheOthers() {
        let (theme, problems) = theme("variant = \"dark\"\n[styles]\ntext = \"nothing\"\nerror = \"red\"")
        #expect(problems.count == 1)
        #expect(theme[.error] == Style(foreground: .indexed(1)))
    }
}
