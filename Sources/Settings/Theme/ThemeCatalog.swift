import Foundation

/// All themes: the built-in ones, and the person's own, which replace built-in ones of the same name.
public struct ThemeCatalog: Sendable {
    /// The built-in ones first.
    public private(set) var all: [Theme] = []

    /// The built-in themes alone.
    public init() { self.init(builtIn: BuiltInThemes.files) }

    /// The built-in themes and those in the config folder. What cannot be used is reported as a ``Problem``.
    public static func load(from folders: Folders) -> (ThemeCatalog, [Problem]) {
        var catalog = ThemeCatalog()
        var problems: [Problem] = []
        var places: [String: String] = [:]
        let folder = folders.themesFolder
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in files.sorted() where name.hasSuffix(".toml") && !name.hasPrefix(".") {
            let path = folder + "/" + name
            var file = SettingsFile(path: path, name: folders.display(path), mustExist: true)
            // A file that cannot be read or parsed is no theme; one with a wrong line still is.
            if file.problems.isEmpty {
                let theme = Theme(file: &file, name: String(name.dropLast(5)))
                if let other = places[theme.name] {
                    file.report(
                        "\(other) is called \(SettingsFile.quoted(theme.name)) as well.", at: ["name"],
                        advice: "Give this theme another name.")
                } else {
                    places[theme.name] = name
                    catalog.add(theme)
                }
            }
            problems += file.problems
        }
        return (catalog, problems)
    }

    /// - Parameter files: each theme's name with the text of its file.
    private init(builtIn files: [(name: String, text: String)]) {
        for (name, text) in files {
            var file = SettingsFile(text: text, name: name)
            add(Theme(file: &file, name: name))
        }
    }

    private mutating func add(_ theme: Theme) {
        if let index = all.firstIndex(where: { $0.name == theme.name }) {
            all[index] = theme
        } else {
            all.append(theme)
        }
    }

    public func named(_ name: String) -> Theme? { all.first { $0.name == name } }

    /// The theme that uses the terminal's own colours.
    /// - Parameter dark: whether the terminal's background is dark; nil, if unknown, counts as dark.
    public func auto(dark: Bool?) -> Theme {
        named(dark ?? true ? "terminal" : "terminal-light")
            ?? Theme(name: "terminal", variant: .dark, styles: [:])
    }

    /// The theme that the config names, and the problem if there is none of that name.
    /// - Parameter file: the config's path as the person would write it.
    public func theme(of config: Config, dark: Bool?, file: String) -> (Theme, Problem?) {
        if config.theme == "auto" { return (auto(dark: dark), nil) }
        if let theme = named(config.theme) { return (theme, nil) }
        let problem = Problem(
            file: file, message: "There is no theme \(SettingsFile.quoted(config.theme)).",
            advice: NearestName(known: ["auto"] + all.map(\.name)).advice(for: config.theme))
        return (auto(dark: dark), problem)
    }
}
