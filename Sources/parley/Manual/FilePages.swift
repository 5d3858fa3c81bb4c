import ChatUI
import RichText
import Settings

/// The pages about files: `config.toml`, `keys.toml`, `server.toml`, themes and languages.
enum FilePages {
    static let all = [config, keys, theme, language, server]

    /// The pages that the page of a command refers to.
    static func related(to command: String) -> [String] {
        switch command {
        case "config": [config.reference, keys.reference, server.reference]
        case "keys": [keys.reference]
        case "themes": [theme.reference]
        case "serve": [server.reference]
        default: []
        }
    }

    // MARK: Pages

    private static let config = ManualPage(
        "parley-config", section: 5, about: "The config of parley: its settings and accounts."
    ) { source in
        writePlace("config.toml", &source)
        source.paragraph(
            "It is a TOML file in which everything is optional; `parley config --example` prints one to start from."
        )
        source.section("Settings")
        for setting in Setting.all {
            source.entry(tag(setting.name), "\(setting.about) The default is `\(setting.value)`.")
        }
        source.readme("Accounts", omitting: Set(Setting.all.map(\.name)))
        source.readme(subsections: [
            "Lyzr", "Chat tasks", "AUI", "Vectara", "Proxies and certificates", "Where a key comes from",
        ])
        source.section("Example")
        source.example(ConfigCommand.exampleText)
        source.seeAlso([
            "parley(1)", "parley-config(1)", "parley-keys(5)", "parley-theme(5)", "parley-server(5)",
        ])
    }

    private static let keys = ManualPage(
        "parley-keys", section: 5, about: "The keys of parley, and how to bind others."
    ) { source in
        writePlace("keys.toml", &source)
        source.readme("Bind other keys", as: "")
        source.paragraph(
            "An action without a pane of its own is bound in all of them, else where it works. A key that is bound so takes "
                + "away what it did there before; `parley keys --show` says what that was.")
        source.section("Names of keys")
        source.paragraph(
            "A character is its own name; `A` is a capital letter. The others: "
                + (Key.namedKeys + ["f1"]).map { "`\($0)`" }.joined(separator: ", ")
                + " to `f24`. Before a name may be `ctrl-`, `alt-` and `shift-`. Keys that are pressed one after the other are "
                + "separated by blanks.")
        source.section("Actions")
        writeActions(&source)
        source.section("Example")
        source.example(Keys.exampleText)
        source.seeAlso(["parley(1)", "parley-keys(1)", "parley-config(5)"])
    }

    private static let theme = ManualPage(
        "parley-theme", section: 5, about: "Themes of parley: how everything is drawn."
    ) { source in
        writePlace("themes/*.toml", &source)
        source.readme("Themes", as: "")
        source.readme("Your own theme")
        source.section("Roles")
        for role in StyleRole.allCases { source.entry(tag(role.rawValue), role.summary + ".") }
        source.section("Colours")
        source.paragraph(
            "`default` is the terminal's own; the sixteen names are \(quoted(Theme.colorNames)). A number from 0 to 255 is one of "
                + "the terminal's palette, and `#rrggbb` any colour.")
        source.section("Attributes")
        source.paragraph("\(quoted(Theme.attributeNames)).")
        source.seeAlso(["parley(1)", "parley-themes(1)", "parley-config(5)", "parley-language(5)"])
    }

    private static let language = ManualPage(
        "parley-language", section: 5, about: "Languages of code that parley colours."
    ) { source in
        writePlace("languages/*.toml", &source)
        source.readme("Your own language", as: "")
        source.seeAlso(["parley(1)", "parley-theme(5)"])
    }

    private static let server = ManualPage(
        "parley-server", section: 5, about: "The local server of parley: its agents, its keys and its limits."
    ) { source in
        writePlace("server.toml", &source)
        source.readme("The local server", as: "")
        source.readme("Agents of your own")
        source.readme("Keys for its clients")
        source.readme("Where it listens, and its limits")
        source.section("Example")
        source.example(Serve.exampleText)
        source.seeAlso(["parley(1)", "parley-serve(1)", "parley-serve-keys(1)"])
    }

    // MARK: Parts

    /// Where the file lies, with the heading for what follows.
    private static func writePlace(_ file: String, _ source: inout ManualSource) {
        source.section("Synopsis")
        source.paragraph("`~/.config/parley/\(file)`")
        source.section("Description")
    }

    /// Every action by its group: its name, what it does, and its default keys.
    static func writeActions(_ source: inout ManualSource) {
        for group in Action.Group.allCases {
            source.subsection(group.rawValue)
            for entry in Action.entries where entry.group == group {
                let keys = entry.keysInWords
                source.entry(tag(entry.name), "\(entry.summary)." + (keys.isEmpty ? "" : " Keys: \(keys)."))
            }
        }
    }

    private static func tag(_ text: String) -> RoffText {
        var tag = RoffText()
        tag.append(text, .bold)
        return tag
    }

    private static func quoted(_ words: [String]) -> String {
        words.map { "`\($0)`" }.joined(separator: ", ")
    }
}
