import RichText
import Settings
import Testing

/// Whether the styles of the built-in themes tell apart what has to be, and whether the themes are what they say they are. That their
/// colours can be read is tested with those that a terminal is sent, in TerminalTests.
@Suite struct ThemeDifferencesTests {
    /// What has the keys, and what is like it and has them not.
    private static let focus: [(StyleRole, StyleRole)] = [
        (.paneFocused, .listHeader), (.listSelected, .listCurrent), (.listCurrent, .listText),
        (.listCurrent, .listUnread), (.inputPrompt, .inputInactive), (.inputText, .inputInactive),
        (.statusKey, .statusBar), (.accent, .border),
    ]

    @Test(arguments: ThemeCatalog().all.map(\.name))
    func whatHasToBeToldApartDiffers(name: String) throws {
        let theme = try #require(ThemeCatalog().named(name))
        for (one, other) in [
            (StyleRole.listUnread, StyleRole.listText), (.listSelected, .listText),
            (.messageUser, .messageAgent),
            (.dialogSelected, .dialogText), (.statusError, .statusBar), (.searchMatch, .text),
            (.error, .text),
            (.codeAdded, .codeRemoved), (.inputPrompt, .inputText), (.link, .text), (.muted, .text),
            (.heading, .text),
            (.dialogMatch, .dialogText), (.statusMode, .statusError), (.selectionMark, .text),
            (.codeEdge, .codeBlock), (.math, .text), (.dialogHeading, .dialogText),
            (.dialogMuted, .dialogText),
        ] + Self.focus {
            #expect(
                theme[one].over(theme[.text]) != theme[other].over(theme[.text]),
                "\(one.rawValue) and \(other.rawValue) in \(name)")
        }
        #expect(theme[.listUnread].attributes.contains(.bold))
    }

    /// What is drawn where nobody has chosen a theme: bold and dim text, and an accent. A whole row is never filled.
    @Test(arguments: ["terminal", "terminal-light", "mono"])
    func theDefaultsHaveNoSolidBars(name: String) throws {
        let theme = try #require(ThemeCatalog().named(name))
        for (role, style) in theme.styles where ![.searchMatch, .error].contains(role) {
            #expect(!style.attributes.contains(.reverse), "\(role.rawValue)")
            #expect(style.background == nil || style.background == .terminal, "\(role.rawValue)")
        }
    }

    /// No theme fills the rows of titles and of the status: a rule is drawn there.
    @Test(arguments: ThemeCatalog().all.map(\.name))
    func titlesAndStatusLieOnThePage(name: String) throws {
        let theme = try #require(ThemeCatalog().named(name))
        for role in StyleRole.allCases
        where [.paneFocused, .listHeader].contains(role) || role.rawValue.hasPrefix("status.") {
            #expect(theme[role].background == nil, "\(role.rawValue)")
            #expect(!theme[role].attributes.contains(.reverse), "\(role.rawValue)")
        }
    }

    @Test func monoHasNoColours() throws {
        let theme = try #require(ThemeCatalog().named("mono"))
        for (role, style) in theme.styles {
            #expect(style.foreground == nil && style.background == nil, "\(role.rawValue)")
        }
    }

    /// Only the sixteen, never the ones that palettes give to backgrounds.
    @Test(arguments: ["terminal", "terminal-light"])
    func terminalThemesUseTheTerminalsColours(name: String) throws {
        let theme = try #require(ThemeCatalog().named(name))
        for (role, style) in theme.styles {
            for color in [style.foreground, style.background].compactMap({ $0 }) {
                switch color {
                case .terminal: break
                case .indexed(let index):
                    #expect(![0, 7, 8, 15].contains(index) && index < 16, "\(role.rawValue)")
                case .rgb: Issue.record("\(role.rawValue) is not one of the terminal's colours")
                }
            }
        }
    }

    /// Of two themes of one variant, the paper or the accent differs at first sight, or one is for colours of the terminal's own.
    @Test func themesDifferAtFirstSight() {
        let looks = ThemeCatalog().all.map { theme in
            [theme[.text], theme[.accent], theme[.listSelected], theme[.messageAgent], theme[.codeString]]
        }
        #expect(Set(looks).count == looks.count)
        #expect(looks.count >= 16)
    }
}
