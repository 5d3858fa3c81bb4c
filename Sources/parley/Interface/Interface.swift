import ChatUI
import Foundation
import RichText
import SessionCore
import Settings
import Terminal

/// Puts the interface together: the terminal, the session manager and the application between them.
@MainActor
struct Interface {
    let workspace: Workspace

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// Runs until the person quits or the terminal goes; what is under way is brought to an end in order.
    /// - Parameter intents: what is done first.
    /// - Returns: the signal that ended it, or 0.
    func run(beginningWith intents: [Intent] = []) async throws -> Int32 {
        let said = try await workspace.store.lastSaid(limit: 500)
        let terminal = try Terminal(environment: workspace.setup.environment)
        defer { terminal.close() }
        let mailbox = Mailbox()
        let manager = SessionManager(store: workspace.store, accounts: workspace.services) {
            mailbox.put($0)
        }
        let finding = Task.detached { [workspace] in
            let found = await workspace.foundAgents()
            guard !found.isEmpty else { return }
            mailbox.put(.agents(AgentsAnswer(account: Workspace.localAccount, result: .success(found))))
        }
        let desk = AccountDesk(workspace, manager: manager, mailbox: mailbox)
        for intent in intents { manager.submit(intent) }
        // The application keeps this thread until it ends, so whatever else is to run does so elsewhere.
        let started = Task.detached { await manager.start() }
        let signal = application(on: terminal, mailbox, manager, desk, said: said).run()
        terminal.close()
        finding.cancel()
        await started.value
        await manager.shutdown()
        return signal
    }

    private func application(
        on terminal: Terminal, _ mailbox: Mailbox, _ manager: SessionManager, _ desk: AccountDesk,
        said: [String]
    ) -> Application {
        let setup = workspace.setup
        let (catalog, themeProblems) = ThemeCatalog.load(from: setup.folders)
        let (bindings, bindingProblems) = KeyBinding.load(from: setup.folders)
        let (keymap, keyProblems) = Keymap.make(
            bindings: bindings, file: setup.folders.display(setup.folders.keysFile))
        let themeProblem = catalog.theme(of: setup.config, dark: nil, file: setup.configName).1
        let problems =
            workspace.problems + themeProblems + [themeProblem].compactMap(\.self) + bindingProblems
            + keyProblems
        return Application(
            screen: terminal, mailbox: mailbox,
            services: ApplicationServices(
                submit: { manager.submit($0) },
                edit: { try Editor(environment: setup.environment).edit($0) },
                saveTheme: { try setup.configFile.setTheme($0) },
                setUp: { desk.take($0) }, listAgents: { desk.listAgents(of: $0) }),
            accounts: workspace.accounts.map(AccountEntry.init),
            offers: workspace.scope == .demo ? [] : ServiceOffer.all(user: setup.user),
            keymap: keymap,
            themes: ThemeChoice(
                all: catalog.all, automatic: (catalog.auto(dark: true), catalog.auto(dark: false)),
                name: setup.config.theme),
            timeZone: .current, said: said, problems: problems)
    }
}
