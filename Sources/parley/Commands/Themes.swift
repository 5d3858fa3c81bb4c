import ArgumentParser
import RichText
import Settings

/// `parley themes`
struct Themes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the themes, or choose one.",
        discussion: """
            A theme of your own is a file in the folder themes beside the config. It has a name, a variant (dark or light), \
            named colours below [palette], and below [styles] a style for each role: a colour, "on" and a background, and any \
            of bold, dim, italic, underline and reverse.
            """)

    @Flag(help: "List the roles that a theme can style.")
    var roles = false

    @Option(
        help: ArgumentHelp("Write the theme to the config: a listed name, or auto.", valueName: "name"),
        completion: Completions.themes
    )
    var use: String?

    @OptionGroup var format: JSONOption
    @OptionGroup var config: ConfigOption

    /// A theme in `--json` output.
    private struct ThemeReport: Encodable {
        var name: String
        var variant: String
        var chosen: Bool
    }

    func validate() throws {
        if roles, use != nil { throw ValidationError("--roles and --use cannot be combined.") }
    }

    func run() throws {
        let context = try config.context()
        let (catalog, problems) = ThemeCatalog.load(from: context.folders)
        for problem in problems { Output.error.report(problem.description) }
        if let use { return try choose(use, of: catalog, in: context) }
        if roles { return try listRoles() }
        if format.json {
            let reports = catalog.all.map {
                ThemeReport(
                    name: $0.name, variant: $0.variant.rawValue, chosen: $0.name == context.config.theme)
            }
            return try Output.standard.write(json: reports)
        }
        var table = Table()
        let names =
            [("auto", "the terminal's own colours")] + catalog.all.map { ($0.name, $0.variant.rawValue) }
        for (name, about) in names {
            let isChosen = name == context.config.theme
            table.add([
                .init(isChosen ? "*" : " ", .bold), .init(name, isChosen ? .bold : nil), .init(about, .dim),
            ])
        }
        try table.write(to: .standard)
    }

    private func listRoles() throws {
        let roles = StyleRole.allCases
        if format.json { return try Output.standard.write(json: roles.map(\.rawValue)) }
        var table = Table()
        for role in roles { table.add([.init(role.rawValue), .init(role.summary, .dim)]) }
        try table.write(to: .standard)
    }

    private func choose(_ name: String, of catalog: ThemeCatalog, in context: ProgramContext) throws {
        let (_, problem) = catalog.theme(of: Config(theme: name), dark: true, file: context.configName)
        if let problem {
            throw Failure(message: problem.message, detail: problem.advice, status: ExitStatus.Status.usage)
        }
        try context.configFile.setTheme(name)
    }
}
