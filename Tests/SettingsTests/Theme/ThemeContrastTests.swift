import Foundation
import RichText
import Settings
import Testing

/// Whether the built-in themes can be read. The bounds are those of the Web Content Accessibility Guidelines 2.1 (1.4.3):
/// 4.5 to 1 for text, 3 to 1 for what may be overlooked.
@Suite struct ThemeContrastTests {
    /// What may be overlooked, and what is no text at all.
    private static let muted: Set<StyleRole> = [
        .muted, .listAge, .listHeader, .messageTime, .strikethrough, .codeLabel, .codeComment, .inputHint,
        .inputInactive,
    ]
    private static let lines: Set<StyleRole> = [
        .border, .rule, .tableBorder, .dialogBorder, .codeEdge,
    ]
    private static let overlays: Set<StyleRole> = [.listSelected, .messageSelected, .dialogSelected]
    /// What has the keys, and what is like it and has them not.
    private static let focus: [(StyleRole, StyleRole)] = [
        (.paneFocused, .listHeader), (.listSelected, .listCurrent), (.listCurrent, .listText),
        (.listCurrent, .listUnread), (.inputPrompt, .inputInactive), (.inputText, .inputInactive),
        (.statusKey, .statusBar),
    ]

    /// The styles that a role may be drawn over.
    private static func grounds(of role: StyleRole, in theme: Theme) -> [Style] {
        let text = theme[.text]
        switch role.rawValue.prefix(while: { $0 != "." }) {
        case "list": return [text, theme[.listSelected].over(text)]
        case "message", "markdown", "code": return [text, theme[.messageSelected].over(text)]
        case "status": return [theme[.statusBar].over(text)]
        case "dialog":
            return [theme[.dialogText].over(text), theme[.dialogSelected].over(theme[.dialogText])]
        default: return [text]
        }
    }

    private static let withColors = ThemeCatalog().all.filter { $0.isTrueColor }.map(\.name)

    @Test(arguments: withColors)
    func textCanBeRead(name: String) throws {
        let theme = try #require(ThemeCatalog().named(name))
        for role in StyleRole.allCases where !Self.lines.contains(role) && !Self.overlays.contains(role) {
            for ground in Self.grounds(of: role, in: theme) {
                let style = theme[role].over(ground)
                let contrast = try #require(
                    Contrast(style), "\(role.rawValue) has a colour that is not #rrggbb")
                let bound = Self.muted.contains(role) ? 3 : 4.5
                #expect(contrast.ratio >= bound, "\(role.rawValue) in \(name)")
            }
        }
    }

    @Test(arguments: withColors)
    func selectionsAndLinesCanBeSeen(name: String) throws {
        let theme = try #require(ThemeCatalog().named(name))
        for (overlay, ground) in [
            (StyleRole.listSelected, StyleRole.text), (.messageSelected, .text),
            (.dialogSelected, .dialogText),
        ] {
            let contrast = try #require(Contrast(theme[overlay].background, theme[ground].background))
            #expect(contrast.ratio >= 1.2, "\(overlay.rawValue) in \(name)")
        }
        for line in [StyleRole.border, .dialogBorder, .codeEdge] {
            let ground = line == .dialogBorder ? theme[.dialogText] : theme[.text]
            #expect(
                try #require(Contrast(theme[line].over(ground))).ratio >= 1.5, "\(line.rawValue) in \(name)")
        }
    }

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
            (.dialogMatch, .dialogText), (.statusMode, .statusError), (.messageSelected, .text),
            (.codeEdge, .codeBlock), (.math, .text),
        ] + Self.focus {
            #expect(
                theme[one].over(theme[.text]) != theme[other].over(theme[.text]),
                "\(one.rawValue) and \(other.rawValue) in \(name)")
        }
        #expect(theme[.listUnread].attributes.contains(.bold))
    }

    /// The title of the pane that has the keys is seen from afar: it has a ground of its own.
    @Test(arguments: ThemeCatalog().all.map(\.name))
    func theFocusedPaneHasAGroundOfItsOwn(name: String) throws {
        let theme = try #require(ThemeCatalog().named(name))
        let style = theme[.paneFocused]
        if style.attributes.contains(.reverse) { return }
        let contrast = try #require(Contrast(style.background, theme[.text].background))
        #expect(contrast.ratio >= 3)
    }

    @Test func monoHasNoColours() throws {
        let theme = try #require(ThemeCatalog().named("mono"))
        for (role, style) in theme.styles {
            #expect(style.foreground == nil && style.background == nil, "\(role.rawValue)")
        }
        for role in Self.overlays { #expect(theme[role].attributes.contains(.reverse)) }
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
}

extension Theme {
    /// Whether it brings its own paper: every colour can be judged then.
    fileprivate var isTrueColor: Bool {
        if case .rgb = self[.text].background { true } else { false }
    }
}

/// The contrast of two colours, 1 to 21.
private struct Contrast {
    var ratio: Double

    init?(_ one: Color?, _ other: Color?) {
        guard let one = Self.luminance(one), let other = Self.luminance(other) else { return nil }
        ratio = (max(one, other) + 0.05) / (min(one, other) + 0.05)
    }

    init?(_ style: Style) { self.init(style.foreground, style.background) }

    private static func luminance(_ color: Color?) -> Double? {
        guard case .rgb(let red, let green, let blue) = color else { return nil }
        func linear(_ value: UInt8) -> Double {
            let part = Double(value) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}
