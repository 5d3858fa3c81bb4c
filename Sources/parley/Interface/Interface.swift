import ChatUI
import Foundation
import RichText
import SessionCore
import Settings
import Terminal

/// Assembles the interface: the terminal, the session manager and the application between them.
@MainActor
struct Interface {
    let workspace: Workspace

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// Runs until the person quits or the terminal disappears, then ends what is under way.
    /// - Parameter intents: submitted first.
    /// - Returns: the signal that ended it, or 0.
    func run(beginningWith intents: [Intent] = []) async throws -> Int32 {
        let said = try await workspace.store.lastSaid(limit: 500)
        let terminal = try Terminal(environment: workspace.context.environment)
        defer { terminal.close() }
        let mailbox = Mailbox()
        let manager = SessionManager(store: workspace.store, accounts: workspace.services) {
            mailbox.put($0)
        }
        let modelSearch = Task.detached { [workspace] in
            let found = await workspace.foundAgents()
            guard !found.isEmpty else { return }
            mailbox.put(.agents(AgentsAnswer(account: Workspace.localAccount, result: .success(found))))
        }
        let accounts = AccountService(workspace, manager: manager, mailbox: mailbox)
        for intent in intents { manager.submit(intent) }
        // The application keeps this thread until it ends.
        let start = Task.detached { await manager.start() }
        let signal = application(on: terminal, mailbox, manager, accounts, said: said).run()
        terminal.close()
        modelSearch.cancel()
        await start.value
        await manager.shutdown()
        return signal
    }

    private func application(
        on terminal: Terminal, _ mailbox: Mailbox, _ manager: SessionManager, _ accounts: AccountService,
        said: [String]
    ) -> Application {
        let context = workspace.context
        let (catalog, themeProblems) = ThemeCatalog.load(from: context.folders)
        let (bindings, bindingProblems) = KeyBinding.load(from: context.folders)
        let (keymap, keyProblems) = Keymap.make(
            bindings: bindings, file: context.folders.display(context.folders.keysFile))
        let themeProblem = catalog.theme(of: context.config, dark: nil, file: context.configName).1
        let problems =
            workspace.problems + themeProblems + [themeProblem].compactMap(\.self) + bindingProblems
            + keyProblems
        return Application(
            screen: terminal, mailbox: mailbox,
            services: ApplicationServices(
                submit: { manager.submit($0) },
                edit: { try Editor(environment: context.environment).edit($0) },
                saveTheme: { try context.configFile.setTheme($0) },
                configureAccount: { accounts.handle($0) }, listAgents: { accounts.listAgents(of: $0) }),
            accounts: workspace.accounts.map(AccountEntry.init),
            offers: workspace.scope == .demo ? [] : ServiceOffer.all(user: context.user),
            keymap: keymap,
            themes: ThemeChoice(
                all: catalog.all, automatic: (catalog.auto(dark: true), catalog.auto(dark: false)),
                name: context.config.theme),
            timeZone: .current, sent: said, problems: problems)
    }
}
