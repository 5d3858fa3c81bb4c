import RichText
import Settings

/// How an exported HTML file looks: the built-in themes `light` and `dark`, whichever the reader prefers.
enum HTMLStyle {
    static let sheet: String = {
        let catalog = ThemeCatalog()
        let light = rules(catalog.named("light"))
        let dark = rules(catalog.named("dark"))
        return layout + light + "@media (prefers-color-scheme: dark) {\n\(dark)}\n"
    }()

    /// The roles that elements of a document have.
    private static let roles: [StyleRole] = [
        .muted, .error, .warning, .success, .accent, .messageUser, .messageAgent, .messageNotice,
        .messageTime, .heading,
        .quote, .link, .marker, .tableHeader, .math, .codeInline, .codeBlock, .codeLabel, .codeKeyword,
        .codeString,
        .codeComment, .codeNumber, .codeType, .codeFunction, .codeAdded, .codeRemoved,
    ]

    private static func rules(_ theme: Theme?) -> String {
        guard let theme else { return "" }
        var rules = "body { \(declarations(theme[.text])) }\n"
        rules +=
            "hr, article, table, th, td, blockquote, .card { border-color: \(css(theme[.border].foreground) ?? "currentColor") }\n"
        rules += "figure, kbd { border-color: \(css(theme[.codeEdge].foreground) ?? "currentColor") }\n"
        for role in roles { rules += ".\(role.className) { \(declarations(theme[role])) }\n" }
        return rules
    }

    /// All that a style says, also that something is not so: a theme does not show through the other one.
    private static func declarations(_ style: Style) -> String {
        let isReverse = style.attributes.contains(.reverse)
        let foreground = css(isReverse ? style.background : style.foreground) ?? "inherit"
        let background = css(isReverse ? style.foreground : style.background) ?? "transparent"
        let lines = [
            style.attributes.contains(.underline) ? "underline" : nil,
            style.attributes.contains(.strikethrough) ? "line-through" : nil,
        ].compactMap(\.self)
        return [
            "color: \(foreground)", "background-color: \(background)",
            "font-weight: \(style.attributes.contains(.bold) ? "bold" : "normal")",
            "font-style: \(style.attributes.contains(.italic) ? "italic" : "normal")",
            "text-decoration: \(lines.isEmpty ? "none" : lines.joined(separator: " "))",
        ].joined(separator: "; ")
    }

    /// nil for the terminal's own colours, which a page knows nothing of.
    private static func css(_ color: Color?) -> String? {
        guard case .rgb(let red, let green, let blue)? = color else { return nil }
        return "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static let layout = """
        :root { color-scheme: light dark }
        body { margin: 0; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word }
        main { max-width: 50rem; margin: 0 auto; padding: 1rem }
        article { border-top: 1px solid; padding: .5rem 0 1rem }
        h1 { font-size: 1.6rem; margin: .5rem 0 }
        h2, h3 { font-size: 1.05rem; margin: .5rem 0 }
        h3.markdown-heading { font-size: 1.35rem }
        h4 { font-size: 1.2rem }
        small { font-size: .85rem }
        p, ul, ol, dl, blockquote, figure, pre, table { margin: .6rem 0 }
        li > p { margin: .2rem 0 }
        li.task { list-style: none }
        li.task > p:first-of-type { display: inline }
        .written, details pre, pre { white-space: pre-wrap }
        pre, code, kbd { font: .9rem/1.45 ui-monospace, monospace }
        figure { border-left: 3px solid }
        figure pre { margin: 0; padding: .5rem .75rem; white-space: pre; overflow-x: auto; tab-size: 4 }
        figcaption { font-size: .8rem; padding: 0 .75rem }
        :not(pre) > code { padding: 0 .2em }
        kbd { border: 1px solid; border-radius: .25em; padding: 0 .3em }
        blockquote { border-left: 3px solid; padding: 0 .9rem; margin-left: 0 }
        table { border-collapse: collapse; display: block; overflow-x: auto }
        th, td { border: 1px solid; padding: .2rem .6rem; text-align: left; vertical-align: top }
        .right { text-align: right }
        .center { text-align: center }
        .note > p:first-of-type { display: inline }
        .summary { font-weight: bold }
        .step { margin: .2rem 0 }
        summary { cursor: pointer }
        .card { border: 1px solid; border-radius: .4rem; padding: .3rem .9rem; margin: .6rem 0 }
        .card h3 { margin: .3rem 0 }
        dt { font-weight: bold }
        dd { margin-left: 1rem }

        """
}
