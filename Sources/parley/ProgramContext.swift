import ArgumentParser
import ChatUI
import Foundation
import SessionCore
import Settings

/// What every subcommand starts with: the environment, the folders and the config.
struct ProgramContext: Sendable {
    let environment: [String: String]
    let folders: Folders
    /// The config that was read, and where a chosen theme is written.
    let configFile: ConfigFile
    /// The path of the config as the person would write it.
    let configName: String
    let config: Config
    /// What is wrong with the config.
    let problems: [Problem]
    /// What `server.toml` says, and what is wrong with it: of concern where the local server runs.
    let server: (settings: ServerSettings, problems: [Problem])

    init(config file: String?) {
        environment = ProcessInfo.processInfo.environment
        folders = Folders(environment: environment, home: NSHomeDirectory())
        let path = file.map { URL(fileURLWithPath: $0).path }
        configFile = ConfigFile(folders, path: path)
        configName = folders.display(path ?? folders.configFile)
        (config, problems) = Config.load(from: folders, file: path, environment: environment)
        server = ServerSettings.load(from: folders)
    }

    /// The set-up of the demo: a data folder and a config of its own inside the person's data folder, with their keys and themes.
    static func demo(config file: String?) -> ProgramContext {
        ProgramContext(demoOf: ProgramContext(config: file))
    }

    private init(demoOf real: ProgramContext) {
        environment = real.environment
        var folders = real.folders
        folders.data += "/demo"
        folders.state = folders.data
        self.folders = folders
        let path = folders.data + "/config.toml"
        configFile = ConfigFile(folders, path: path)
        configName = folders.display(path)
        var (config, problems): (Config, [Problem]) = (Config(theme: real.config.theme), [])
        if FileManager.default.fileExists(atPath: path) {
            (config, problems) = Config.load(from: folders, file: path, environment: environment)
        }
        config.accounts = []
        (self.config, self.problems) = (config, problems)
        server = (ServerSettings(), [])
    }

    /// Who the person is to services that an account names nobody for.
    var user: String { environment["USER"] ?? environment["LOGNAME"] ?? "parley" }

    /// What is wrong with the config, the server's settings, the chosen theme, the keys and the person's own themes.
    var allProblems: [Problem] {
        let (catalog, themeProblems) = ThemeCatalog.load(from: folders)
        let (_, themeProblem) = catalog.theme(of: config, dark: true, file: configName)
        let (bindings, keyProblems) = KeyBinding.load(from: folders)
        let (_, actionProblems) = Keymap.make(bindings: bindings, file: folders.display(folders.keysFile))
        return problems + server.problems + [themeProblem].compactMap(\.self) + keyProblems + actionProblems
            + themeProblems
    }

    func openStore() throws -> SessionStore {
        try folders.make(folders.data)
        return try SessionStore(path: folders.database)
    }
}

/// Options of every subcommand that reads the config.
struct ContextOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Read this config instead of the one in the config folder.", valueName: "file"))
    var config: String?

    /// Tells on standard error what is wrong with the config; the command goes on with the rest.
    /// - Parameter tellingProblems: false where they are told elsewhere.
    func context(tellingProblems: Bool = true) throws -> ProgramContext {
        let context = ProgramContext(config: config)
        if config != nil, let problem = context.problems.first, problem.line == nil { throw problem }
        guard tellingProblems else { return context }
        for problem in context.problems { Output.error.report(problem.description) }
        return context
    }
}

/// The option of every subcommand that lists or shows.
struct JSONOption: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
}
