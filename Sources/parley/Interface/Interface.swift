import ChatUI
import Foundation
import RichText
import SessionCore
import Settings
import Terminal

/// Assembles the interface: the terminal, the session manager and the application between them.
struct Interface: Sendable {
    /// What the person sees it on.
    enum Form: Sendable {
        case screen
        /// Lines alone.
        /// - Parameter greeting: the first one.
        case plain(greeting: String)
    }

    let workspace: Workspace
    let form: Form

    init(_ workspace: Workspace, _ form: Form = .screen) {
        self.workspace = workspace
        self.form = form
    }

    /// Runs until the person quits or the terminal disappears, then ends what is under way.
    /// - Parameter intents: submitted first.
    /// - Returns: the signal that ended it, or 0, and whether something has failed without a person who saw it.
    func run(beginningWith intents: [Intent] = []) async throws -> (signal: Int32, hasFailed: Bool) {
        // Its files are read while the store is.
        let languages = Task.detached { [folders = workspace.context.folders] in
            LanguageCatalog.load(from: folders)
        }
        let said = try await workspace.store.lastSaid(limit: 500)
        let mailbox = Mailbox()
        let manager = workspace.makeManager { mailbox.put($0) }
        let accounts = AccountService(workspace, manager: manager, mailbox: mailbox)
        let settings = LiveSettings(workspace, accounts: accounts, mailbox: mailbox)
        await settings.start()
        let (catalog, languageProblems) = await languages.value
        // The application keeps the main thread until it ends.
        let (ending, tasks) = try await MainThread.shared.perform {
            switch form {
            case .screen:
                let terminal = try Terminal(
                    environment: workspace.context.environment,
                    colors: workspace.context.config.appearance.colors)
                defer { terminal.close() }
                let tasks = begin(manager, mailbox, with: intents)
                let application = application(
                    on: terminal, mailbox, manager, accounts, said: said, languages: catalog, languageProblems
                )
                return ((application.run(), false), tasks)
            case .plain(let greeting):
                let console = try LineTerminal(environment: workspace.context.environment)
                defer { console.close() }
                let tasks = begin(manager, mailbox, with: intents)
                let ending = plainApplication(
                    on: console, greeting, mailbox, manager, accounts, languages: catalog, languageProblems
                ).run()
                return ((ending.signal, ending.hasFailed && !console.isInteractive), tasks)
            }
        }
        await settings.stop()
        tasks.modelSearch.cancel()
        await tasks.start.value
        if let lost = await manager.shutdown() {
            Output.error.report("Not everything could be stored: \(lost.reason).")
        }
        return ending
    }

    /// Begins what goes on beside the application.
    private func begin(
        _ manager: SessionManager, _ mailbox: Mailbox, with intents: [Intent]
    ) -> (start: Task<Void, Never>, modelSearch: Task<Void, Never>) {
        for intent in intents { manager.submit(intent) }
        let modelSearch = Task.detached { [workspace] in
            let found = await workspace.foundAgents()
            guard !found.isEmpty else { return }
            mailbox.put(.agents(AgentsAnswer(account: ProgramContext.localAccount, result: .success(found))))
        }
        return (Task.detached { await manager.start(watching: true) }, modelSearch)
    }

    private func application(
        on terminal: Terminal, _ mailbox: Mailbox, _ manager: SessionManager, _ accounts: AccountService,
        said: [String], languages: LanguageCatalog, _ languageProblems: [Problem]
    ) -> Application {
        let context = workspace.context
        let (templates, templateProblems) = TemplateCatalog.load(from: context.folders)
        let (catalog, themeProblems) = ThemeCatalog.load(from: context.folders)
        let (bindings, bindingProblems) = KeyBinding.load(from: context.folders)
        let (keymap, keyProblems) = Keymap.make(
            bindings: bindings, file: context.folders.display(context.folders.keysFile))
        let themeProblem = catalog.theme(of: context.config, dark: nil, file: context.configName).1
        let problems =
            workspace.problems + themeProblems + [themeProblem].compactMap(\.self) + bindingProblems
            + keyProblems + languageProblems + templateProblems
        return Application(
            screen: terminal, mailbox: mailbox,
            services: services(mailbox, manager, accounts),
            accounts: workspace.accounts.map { AccountEntry($0, in: workspace.scope) },
            offers: offers,
            keymap: keymap,
            themes: ThemeChoice(
                all: catalog.all, automatic: (catalog.auto(dark: true), catalog.auto(dark: false)),
                withoutColors: terminal.hasColors ? nil : catalog.named("mono"),
                name: context.config.theme),
            sent: said, problems: problems, alerts: context.config.alerts,
            appearance: context.config.appearance, languages: languages, templates: templates)
    }

    private func plainApplication(
        on console: LineTerminal, _ greeting: String, _ mailbox: Mailbox, _ manager: SessionManager,
        _ accounts: AccountService, languages: LanguageCatalog, _ languageProblems: [Problem]
    ) -> PlainApplication {
        let context = workspace.context
        let (catalog, themeProblems) = ThemeCatalog.load(from: context.folders)
        let (templates, templateProblems) = TemplateCatalog.load(from: context.folders)
        return PlainApplication(
            console: console, mailbox: mailbox, services: services(mailbox, manager, accounts),
            greeting: greeting, accounts: workspace.accounts.map { AccountEntry($0, in: workspace.scope) },
            offers: offers,
            themes: ThemeChoice(
                all: catalog.all, automatic: (catalog.auto(dark: true), catalog.auto(dark: false)),
                name: context.config.theme),
            problems: workspace.problems + themeProblems + languageProblems + templateProblems,
            alerts: context.config.alerts,
            appearance: context.config.appearance, languages: languages, templates: templates)
    }

    private var offers: [ServiceOffer] {
        workspace.scope == .demo ? [] : ServiceOffer.all(user: workspace.context.user)
    }

    private func services(
        _ mailbox: Mailbox, _ manager: SessionManager, _ accounts: AccountService
    ) -> ApplicationServices {
        let context = workspace.context
        let files = PersonalFiles(folders: context.folders)
        let clipboard = Clipboard(context)
        let notifier = Notifier(
            environment: { context.childEnvironment }, reporting: { mailbox.put(.session(.problem($0))) })
        return ApplicationServices(
            submit: { manager.submit($0) },
            edit: {
                try Editor(environment: context.environment, hiddenVariables: context.keyVariables).edit(
                    $0)
            },
            saveTheme: { try context.configFile.setTheme($0) },
            copy: { text in
                clipboard.copy(text) { mailbox.put(.session(.problem($0))) }
                return !clipboard.commands.isEmpty
            },
            readClipboard: { clipboard.read { mailbox.put(.clipboard($0)) } },
            notify: { notifier.show($1, by: $0) },
            configureAccount: { accounts.handle($0) }, listAgents: { accounts.listAgents(of: $0) },
            listFiles: { files.list($0) { mailbox.put(.files($0)) } },
            readFile: { files.read($0) { mailbox.put(.files($0)) } },
            attachFile: { files.attach($0) { mailbox.put(.files($0)) } },
            writeFile: { files.write($0, to: $1) { mailbox.put(.files($0)) } },
            exportTask: { [store = workspace.store] task, path in
                files.export(task, of: store, to: path) { mailbox.put(.files($0)) }
            },
            openLink: { address in
                LinkOpener(environment: context.childEnvironment).open(address) {
                    mailbox.put(.session(.problem($0)))
                }
            },
            settle: {
                Task.detached {
                    await manager.settled()
                    mailbox.put(.settled)
                }
            })
    }
}
