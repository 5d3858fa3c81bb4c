import RichText
import Settings
import Testing

@testable import Terminal

/// Whether the built-in themes can be read on terminals with any number of colours: what is judged is what the terminal is sent.
///
/// The bounds are those of the Web Content Accessibility Guidelines 2.1 (1.4.3): 4.5 to 1 for text, 3 to 1 for what may be overlooked.
/// The sixteen named colours are the person's own; they are judged by the palettes of xterm and of the Linux console, in which no
/// theme could reach these bounds with more than a few of them.
@Suite struct ThemeColorsTests {
    struct Bounds: Sendable {
        var depth: ColorDepth
        var text: Double
        var muted: Double
        var line: Double
        var mark: Double
    }

    private static let bounds = [
        Bounds(depth: .direct, text: 4.5, muted: 3, line: 1.5, mark: 1.2),
        Bounds(depth: .indexed, text: 4.5, muted: 3, line: 1.5, mark: 1.2),
        Bounds(depth: .sixteen, text: 2.8, muted: 2.5, line: 1.5, mark: 1.2),
    ]

    /// What may be overlooked.
    private static let muted: Set<StyleRole> = [
        .muted, .listAge, .listHeader, .messageTime, .strikethrough, .codeLabel, .codeComment, .inputHint,
        .inputInactive, .dialogMuted, .dialogHeading, .selectionMark,
    ]
    /// What is no text at all.
    private static let lines: Set<StyleRole> = [.border, .rule, .tableBorder, .dialogBorder, .codeEdge]
    private static let overlays: [(StyleRole, on: StyleRole)] = [
        (.listSelected, .text), (.messageSelected, .text), (.dialogSelected, .dialogText),
    ]

    /// The themes that bring their own paper: every colour can be judged then.
    private static let names = ThemeCatalog().all.filter {
        if case .rgb = $0[.text].background { true } else { false }
    }.map(\.name)

    @Test(arguments: bounds, names)
    func textCanBeRead(bounds: Bounds, name: String) throws {
        var judge = try Judge(name, bounds.depth)
        for role in StyleRole.allCases where !Self.lines.contains(role) {
            for ground in judge.grounds(of: role) {
                let found = try judge.contrast(of: judge.theme[role].over(ground))
                let bound = Self.muted.contains(role) ? bounds.muted : bounds.text
                #expect(found >= bound, "\(role.rawValue) in \(name) with \(bounds.depth.rawValue) colours")
            }
        }
    }

    @Test(arguments: bounds, names)
    func selectionsAndLinesCanBeSeen(bounds: Bounds, name: String) throws {
        var judge = try Judge(name, bounds.depth)
        let theme = judge.theme
        for (overlay, ground) in Self.overlays {
            let base = theme[ground].over(theme[.text])
            let marked = try judge.looks(of: theme[overlay].over(base))
            let contrasts = zip(marked, try judge.looks(of: base)).map { $0.ground.contrast(with: $1.ground) }
            #expect(
                (contrasts.min() ?? 0) >= bounds.mark,
                "\(overlay.rawValue) in \(name) with \(bounds.depth.rawValue)")
        }
        for role in Self.lines {
            for ground in judge.grounds(of: role).prefix(1) {
                let found = try judge.contrast(of: theme[role].over(ground))
                #expect(found >= bounds.line, "\(role.rawValue) in \(name) with \(bounds.depth.rawValue)")
            }
        }
    }

    @Test(
        "What differs at 24 bit and has to be told apart differs with fewer colours", arguments: bounds, names
    )
    func staysApart(bounds: Bounds, name: String) throws {
        var judge = try Judge(name, bounds.depth)
        let theme = judge.theme
        for (one, other) in [
            (StyleRole.listUnread, StyleRole.listText), (.listSelected, .listText),
            (.messageUser, .messageAgent),
            (.dialogSelected, .dialogText), (.statusError, .statusBar), (.searchMatch, .text),
            (.error, .text),
            (.codeAdded, .codeRemoved), (.inputPrompt, .inputText), (.link, .text), (.muted, .text),
            (.heading, .text), (.dialogMatch, .dialogText), (.messageSelected, .text),
            (.inputText, .inputInactive),
            (.statusKey, .statusBar), (.listSelected, .listCurrent),
        ] {
            #expect(
                judge.paint(theme[one].over(theme[.text])) != judge.paint(theme[other].over(theme[.text])),
                "\(one.rawValue) and \(other.rawValue) in \(name) with \(bounds.depth.rawValue)")
        }
        guard bounds.depth > .sixteen else { return }
        let (page, panel, code) = (theme[.text], theme[.dialogText], theme[.codeBlock])
        for (one, other) in [(page, panel), (page, code)] where one.background != other.over(one).background {
            #expect(
                judge.paint(one).background != judge.paint(other.over(one)).background,
                "the grounds of \(name) with \(bounds.depth.rawValue)")
        }
    }

    /// The terminal's own sixteen colours on its own background, which the variant of the theme tells. They are the person's own; of
    /// those of xterm, green has a contrast of 2.2 to white.
    @Test(arguments: ["terminal", "terminal-light"])
    func namedColoursCanBeRead(name: String) throws {
        let theme = try #require(ThemeCatalog().named(name))
        for role in StyleRole.allCases {
            guard case .indexed(let index) = theme[role].foreground else { continue }
            let paper = theme.variant == .dark ? 0 : 15
            #expect(NumberedColor.contrast(Int(index), paper, .sixteen) >= 2.1, "\(role.rawValue) in \(name)")
        }
    }

    /// The bounds are not met by chance: a colour that no theme should have fails.
    @Test func aPaleColourIsFound() throws {
        for bounds in Self.bounds {
            var judge = try Judge("light", bounds.depth)
            let pale = Style(foreground: .rgb(red: 0xE8, green: 0xE8, blue: 0xC0)).over(judge.theme[.text])
            #expect(try judge.contrast(of: pale) < bounds.text)
        }
    }
}

/// What a terminal shows of a theme.
private struct Judge {
    let theme: Theme
    private let depth: ColorDepth
    private var palette: ColorPalette

    init(_ name: String, _ depth: ColorDepth) throws {
        theme = try #require(ThemeCatalog().named(name))
        self.depth = depth
        palette = ColorPalette(depth, grounds: theme.grounds)
    }

    /// The styles that a role may be drawn over.
    func grounds(of role: StyleRole) -> [Style] {
        let text = theme[.text]
        switch role.rawValue.prefix(while: { $0 != "." }) {
        case "list": return [text, theme[.listSelected].over(text)]
        case "message", "markdown", "code": return [text, theme[.messageSelected].over(text)]
        case "status": return [theme[.statusBar].over(text)]
        case "dialog":
            return [
                theme[.dialogText].over(text), theme[.dialogSelected].over(theme[.dialogText].over(text)),
            ]
        default: return [text]
        }
    }

    mutating func paint(_ style: Style) -> ColorPalette.Paint { palette.paint(for: style) }

    /// The colours that are seen for a style: once, or in each palette that terminals commonly have.
    mutating func looks(of style: Style) throws -> [(text: RGB, ground: RGB)] {
        let paint = paint(style)
        let looks = [paint.foreground, paint.background].map { number in
            depth == .direct
                ? [RGB(number: UInt32(number) & 0xFF_FFFF)] : NumberedColor.looks(Int(number), depth)
        }
        try #require(paint.foreground >= 0 && paint.background >= 0, "a colour of the terminal's own")
        return Array(zip(looks[0], looks[1])).map { (text: $0, ground: $1) }
    }

    /// The contrast of text in a style, where it is least.
    mutating func contrast(of style: Style) throws -> Double {
        try looks(of: style).map { $0.text.contrast(with: $0.ground) }.min() ?? 0
    }
}
