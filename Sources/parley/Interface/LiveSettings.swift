import ChatUI
import Foundation
import RichText
import SessionCore
import Settings
import Storage

/// Puts settings to use when their files are saved while the interface runs. A file with a mistake changes nothing: what it said before
/// stays, and the mistake is said.
///
/// Not live, because they belong to what runs already: `colors`, `reply-limit` and `polls-per-second` of the config, and what
/// `server.toml` says beside its agents.
actor LiveSettings {
    private let context: ProgramContext
    private let accounts: AccountService
    private nonisolated let mailbox: Mailbox
    private var watch: FolderWatch?

    // What is in use; nil until it is read here for the first time.
    private var config: Config
    private var catalog: ThemeCatalog?
    private var languages: [Language]?
    private var templates: TemplateCatalog?
    private var bindings: [KeyBinding]?
    private var server: ServerSettings
    /// What was wrong when the files were read last.
    private var problems: [Problem] = []

    init(_ workspace: Workspace, accounts: AccountService, mailbox: Mailbox) {
        context = workspace.context
        self.accounts = accounts
        self.mailbox = mailbox
        config = context.config
        server = context.server.settings
    }

    func start() {
        // Without a folder there is nothing to watch, and a first file would go unseen.
        try? context.folders.make(context.folders.config)
        watch = FolderWatch(of: context.settingsFolders, suffixes: [".toml", ".md"]) { [weak self] in
            Task { await self?.reload() }
        }
    }

    func stop() { watch?.stop() }

    private func reload() async {
        var update = SettingsUpdate()
        var found: [Problem] = []
        let (catalog, areThemesNew) = reloadThemes(&found)
        let isThemeNew = await reloadConfig(&update, &found, catalog)
        if areThemesNew || isThemeNew {
            update.themes = ThemeChoice(
                all: catalog.all, automatic: (catalog.auto(dark: true), catalog.auto(dark: false)),
                name: config.theme)
        }
        reloadKeys(&update, &found)
        reloadLanguages(&update, &found)
        reloadTemplates(&update, &found)
        await reloadServer(&update, &found)
        let isNews = found != problems
        problems = found
        if isNews { update.message = Self.message(found) }
        if !update.isEmpty { mailbox.put(.settings(update)) }
    }

    private static func message(_ problems: [Problem]) -> SettingsUpdate.Message {
        guard let first = problems.first else {
            return .init(text: "The settings are right again.", isProblem: false)
        }
        let more = problems.count > 1 ? " (and \(problems.count - 1) more: parley config)" : ""
        return .init(text: first.description + more, isProblem: true)
    }

    /// - Returns: the themes to use, and whether they have changed.
    private func reloadThemes(_ found: inout [Problem]) -> (ThemeCatalog, isNew: Bool) {
        let (new, problems) = ThemeCatalog.load(from: context.folders)
        found += problems
        let known = catalog ?? new
        guard problems.isEmpty, catalog?.all != new.all else { return (known, false) }
        catalog = new
        return (new, true)
    }

    /// - Returns: whether another theme is chosen.
    private func reloadConfig(
        _ update: inout SettingsUpdate, _ found: inout [Problem], _ catalog: ThemeCatalog
    ) async -> Bool {
        guard var (new, problems) = context.reloadedConfig() else { return false }
        if let problem = catalog.theme(of: new, dark: nil, file: context.configName).1 {
            problems.append(problem)
        }
        found += problems
        guard problems.isEmpty, new != config else { return false }
        if new.accounts != config.accounts || new.showsLocal != config.showsLocal {
            do {
                update.accounts = try await accounts.use(new)
            } catch {
                found.append(problem(error, in: context.configName))
                (new.accounts, new.showsLocal) = (config.accounts, config.showsLocal)
            }
        }
        if new.alerts != config.alerts { update.alerts = new.alerts }
        if new.appearance != config.appearance { update.appearance = new.appearance }
        defer { config = new }
        return new.theme != config.theme
    }

    private func reloadKeys(_ update: inout SettingsUpdate, _ found: inout [Problem]) {
        let path = context.folders.keysFile
        guard FileManager.default.fileExists(atPath: path) else { return }
        let (new, problems) = KeyBinding.load(from: context.folders)
        let (keymap, actionProblems) = Keymap.make(bindings: new, file: context.folders.display(path))
        found += problems + actionProblems
        guard problems.isEmpty, actionProblems.isEmpty, new != bindings else { return }
        bindings = new
        update.keymap = keymap
    }

    private func reloadLanguages(_ update: inout SettingsUpdate, _ found: inout [Problem]) {
        let (new, problems) = LanguageCatalog.load(from: context.folders)
        found += problems
        guard problems.isEmpty, new.all != languages else { return }
        languages = new.all
        update.languages = new
    }

    private func reloadTemplates(_ update: inout SettingsUpdate, _ found: inout [Problem]) {
        let (new, problems) = TemplateCatalog.load(from: context.folders)
        found += problems
        // Each is a file of its own: those that are right count.
        guard new != templates else { return }
        templates = new
        update.templates = new
    }

    private func reloadServer(_ update: inout SettingsUpdate, _ found: inout [Problem]) async {
        let path = context.folders.serverFile
        guard FileManager.default.fileExists(atPath: path) else { return }
        let (new, problems) = ServerSettings.load(from: context.folders)
        found += problems
        guard problems.isEmpty, new != server else { return }
        do {
            if new.agents != server.agents { update.accounts = try await accounts.use(new) }
            server = new
        } catch {
            found.append(problem(error, in: context.folders.display(path)))
        }
    }

    private func problem(_ error: any Error, in file: String) -> Problem {
        Problem(file: file, message: (error as? ServiceError)?.message ?? "\(error)")
    }
}
