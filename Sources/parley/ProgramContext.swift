import ArgumentParser
import ChatUI
import Foundation
import RichText
import SessionCore
import Settings

/// What every subcommand starts from: the environment, the folders and the settings.
struct ProgramContext: Sendable {
    let environment: [String: String]
    let folders: Folders
    /// Where a chosen theme and new accounts are written.
    let configFile: ConfigFile
    /// The path of the config as the person would write it.
    let configName: String
    /// The path of the config if it is not the one in the config folder.
    private let configPath: String?
    let config: Config
    /// What is wrong with the config.
    let problems: [Problem]
    /// What `server.toml` says, and what is wrong with it. It matters only if the local server runs.
    let server: (settings: ServerSettings, problems: [Problem])
    private let hiddenVariables: KeyVariables

    /// - Parameter file: a config to read instead of the one in the config folder.
    init(config file: String?) {
        environment = ProcessInfo.processInfo.environment
        folders = Folders(environment: environment, home: NSHomeDirectory())
        let path = file.map { URL(fileURLWithPath: $0).path }
        configFile = ConfigFile(folders, path: path)
        configName = folders.display(path ?? folders.configFile)
        configPath = path
        (config, problems) = Config.load(from: folders, file: path, environment: environment)
        server = ServerSettings.load(from: folders)
        hiddenVariables = KeyVariables(config.keyVariables.union(server.settings.keyVariables))
    }

    /// The context of the demo: a data folder and config of its own inside the person's data folder, with the person's keys and themes.
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
        config.alerts = real.config.alerts
        config.appearance = real.config.appearance
        configPath = path
        (self.config, self.problems) = (config, problems)
        server = (ServerSettings(), [])
        hiddenVariables = KeyVariables(real.keyVariables)
    }

    /// The name of the local server's account.
    static let localAccount: AccountName = "local"

    /// Whether the local server is an account. An account of the config that has its name takes its place.
    var offersLocal: Bool {
        config.showsLocal && !config.accounts.contains { $0.name == Self.localAccount }
    }

    /// The environment variables that hold keys. Programs that we start do not get them.
    var keyVariables: Set<String> { hiddenVariables.all }

    /// Programs do not get these variables either from now on.
    func hide(_ variables: Set<String>) { hiddenVariables.add(variables) }

    /// The environment of programs that we start.
    var childEnvironment: [String: String] {
        let hidden = keyVariables
        return environment.filter { !hidden.contains($0.key) }
    }

    /// The folders with the settings that are read again when they are saved: where the files lie, and where links of theirs lead.
    var settingsFolders: [String] {
        let files = [configPath ?? folders.configFile, folders.keysFile, folders.serverFile]
        let places = files.map { URL(fileURLWithPath: $0) }.flatMap { [$0, $0.resolvingSymlinksInPath()] }
        let folders =
            places.map { $0.deletingLastPathComponent().path } + [
                folders.themesFolder, folders.languagesFolder, folders.templatesFolder,
            ]
        return folders.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The config as it is on disk now; nil if it is no file that can be read twice.
    func reloadedConfig() -> (Config, [Problem])? {
        let path = configPath ?? folders.configFile
        let type = try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)[.type]
        guard type as? FileAttributeType == .typeRegular else { return nil }
        return Config.load(from: folders, file: configPath, environment: environment)
    }

    /// How much of a reply is kept.
    var replyLimits: ReplyLimits { ReplyLimits(bytes: config.replyLimit << 20) }

    /// The user of accounts that name none.
    var user: String { Config.defaultUser(in: environment) }

    /// The problems of all settings: config, server, chosen theme, keys, and the person's own themes, languages and templates.
    var allProblems: [Problem] {
        let (catalog, themeProblems) = ThemeCatalog.load(from: folders)
        let (_, themeProblem) = catalog.theme(of: config, dark: true, file: configName)
        let (bindings, keyProblems) = KeyBinding.load(from: folders)
        let (_, actionProblems) = Keymap.make(bindings: bindings, file: folders.display(folders.keysFile))
        return problems + server.problems + [themeProblem].compactMap(\.self) + keyProblems + actionProblems
            + themeProblems + LanguageCatalog.load(from: folders).1 + TemplateCatalog.load(from: folders).1
    }

    func openStore() throws -> SessionStore {
        try folders.make(folders.data)
        return try SessionStore(path: folders.database)
    }

    /// Opens the store for a command, which reports what is special about it.
    func openReportedStore() throws -> SessionStore {
        let store = try openStore()
        if let condition = store.condition { Output.error.report(condition.description) }
        return store
    }
}

/// The option of every subcommand that reads the config.
struct ConfigOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("Read this config instead of the one in the config folder.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var file: String?

    /// Reports the problems of the config on standard error; the command goes on with the rest.
    /// - Parameter reportsProblems: false if they are shown elsewhere.
    /// - Throws: the ``Problem`` of a config that was given and cannot be read.
    func context(reportsProblems: Bool = true) throws -> ProgramContext {
        let context = ProgramContext(config: file)
        if file != nil, let problem = context.problems.first, problem.line == nil { throw problem }
        guard reportsProblems else { return context }
        for problem in context.problems { Output.error.report(problem.description) }
        return context
    }

    /// The context of a command that concerns accounts. It would use the wrong one while the config cannot be read.
    /// - Throws: ``Failure`` while accounts of the config cannot be used.
    func contextOfAccounts(reportsProblems: Bool = true) throws -> ProgramContext {
        let context = try context(reportsProblems: reportsProblems)
        guard !context.config.hasUnusableAccounts else {
            throw Failure(
                message: """
                    Nothing was done, for \(context.configName) has accounts that cannot be used. Correct them, or name \
                    another file with --config.
                    """, status: ExitStatus.Status.config)
        }
        return context
    }
}

/// The option of every subcommand that lists or shows.
struct JSONOption: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
}
