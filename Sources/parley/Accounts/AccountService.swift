import AgentClient
import ChatUI
import SessionCore
import Settings

/// Adds accounts while the interface runs: tries out what was entered in the wizard, writes it to the config, and puts it to use.
actor AccountService {
    private let context: ProgramContext
    private let factory: AccountFactory
    private let manager: SessionManager
    private nonisolated let mailbox: Mailbox
    private var accounts: [Workspace.Account]
    /// What the accounts of the config were made of.
    private var known: [Config.Account]
    private let scope: Workspace.Scope
    private let local: LocalAccount?

    init(_ workspace: Workspace, manager: SessionManager, mailbox: Mailbox) {
        context = workspace.context
        factory = workspace.factory
        accounts = workspace.accounts
        known = workspace.context.config.accounts
        scope = workspace.scope
        local = workspace.localServer
        self.manager = manager
        self.mailbox = mailbox
    }

    /// Answers through the mailbox.
    nonisolated func handle(_ request: AccountWizardRequest) {
        Task {
            mailbox.put(
                .accountWizard(
                    AccountWizardAnswer(number: request.number, outcome: await outcome(of: request))))
        }
    }

    /// Asks the service of an account which agents it has; answers through the mailbox.
    nonisolated func listAgents(of account: AccountName) {
        Task {
            guard let service = await service(of: account) else { return }
            let result: Result<[Agent], ServiceError>
            do {
                result = .success(try await service.agents())
            } catch {
                result = .failure(error as? ServiceError ?? ServiceError(.service, "\(error)"))
            }
            mailbox.put(.agents(AgentsAnswer(account: account, result: result)))
        }
    }

    private func service(of account: AccountName) -> (any AgentService)? {
        accounts.first { $0.name == account }?.service
    }

    private func outcome(of request: AccountWizardRequest) async -> AccountWizardAnswer.Outcome {
        do {
            switch request.kind {
            case .agents: return .agents(try await agents(request.draft))
            case .check: return .checked(try await check(request.draft))
            case .save:
                try save(request.draft)
                return .saved(entries)
            }
        } catch {
            return .failed((error as? ServiceError)?.description ?? "\(error)")
        }
    }

    // MARK: Trying

    private func agents(_ draft: AccountDraft) async throws -> [Agent]? {
        let service = try open(draft).service
        guard !service.capabilities.contains(.listsAgents) else { return try await service.agents() }
        // A service without a list may still know the agent that the key belongs to.
        let own = (try? await service.agents()) ?? []
        return own.isEmpty ? nil : own
    }

    private func open(_ draft: AccountDraft) throws -> Workspace.Account {
        switch draft.key {
        case .from(let source): return try factory.makeAccount(Config.Account(draft, key: source))
        case .pasted(let key):
            // The file is not read: the key is at hand.
            let account = Config.Account(draft, key: .file(""))
            return try factory.makeAccount(account, keyDescription: draft.key.description) { key }
        }
    }

    /// Examines the account from end to end without sending a message.
    private func check(_ draft: AccountDraft) async throws -> [Diagnostic] {
        guard let service = try open(draft).service as? any Diagnosable else { return [] }
        return try await service.diagnose()
    }

    // MARK: Saving

    private func save(_ draft: AccountDraft) throws {
        switch draft.key {
        case .from(let source): try add(Config.Account(draft, key: source))
        case .pasted(let key):
            let file = try Config.Account.KeySource.keep(key, for: draft.name, in: context.folders)
            do {
                try add(Config.Account(draft, key: file))
            } catch {
                file.discard()
                throw error
            }
        }
        useAccounts()
    }

    private var entries: [AccountEntry] { accounts.map { AccountEntry($0, in: scope) } }

    private func useAccounts() {
        let services = accounts.map { ($0.name, $0.service) }
        manager.use(Dictionary(services) { first, _ in first })
    }

    private func add(_ account: Config.Account) throws {
        if case .environment(let variable) = account.key { context.hide([variable]) }
        let opened = try factory.makeAccount(account)
        try context.configFile.add(account)
        known.append(account)
        // The local server stays the last.
        let isLocalLast = accounts.last?.name == ProgramContext.localAccount
        accounts.insert(opened, at: accounts.endIndex - (isLocalLast ? 1 : 0))
    }
}

// MARK: Changed settings

extension AccountService {
    /// Takes the accounts of a changed config; those that are as before go on as they are.
    /// - Returns: all accounts.
    /// - Throws: ``ServiceError`` if one of them cannot be used. Nothing is changed then.
    func use(_ config: Config) async throws -> [AccountEntry] {
        guard scope == .config else { return entries }
        context.hide(config.keyVariables)
        var changed = try config.accounts.map { account in
            let isKnown = known.contains(account)
            return try accounts.first { isKnown && $0.name == account.name } ?? factory.makeAccount(account)
        }
        let hasName = config.accounts.contains { $0.name == ProgramContext.localAccount }
        if config.showsLocal, !hasName {
            let builtIn = accounts.filter { account in !known.contains { $0.name == account.name } }
            changed += builtIn.isEmpty ? try await localAccounts() : builtIn
        }
        (accounts, known) = (changed, config.accounts)
        useAccounts()
        return entries
    }

    /// Takes the agents of a changed `server.toml`.
    /// - Returns: all accounts.
    /// - Throws: ``ServerError`` if they cannot be used. Nothing is changed then.
    func use(_ server: ServerSettings) async throws -> [AccountEntry] {
        guard scope == .config, let local else { return entries }
        context.hide(server.keyVariables)
        try await local.use(server)
        let changed = try await localAccounts()
        accounts = accounts.map { account in
            !known.contains { $0.name == account.name }
                ? changed.first { $0.name == account.name } ?? account : account
        }
        useAccounts()
        announceFoundAgents()
        return entries
    }

    private func localAccounts() async throws -> [Workspace.Account] {
        guard let local else { return [] }
        var opened: [Workspace.Account] = []
        for account in scope.demoAccounts(user: context.user) { opened.append(try await local.open(account)) }
        return opened
    }

    /// The models of this computer, once they are found.
    nonisolated func announceFoundAgents() {
        Task.detached { [local, mailbox] in
            let found = (try? await local?.server.foundAgents()) ?? []
            guard !found.isEmpty else { return }
            let agents = found.map { Agent(id: $0.id(for: .lyzr), name: $0.name) }
            mailbox.put(.agents(AgentsAnswer(account: ProgramContext.localAccount, result: .success(agents))))
        }
    }
}

extension Config.Account {
    fileprivate init(_ draft: AccountDraft, key: KeySource) {
        self.init(
            name: draft.name, service: draft.service, url: draft.url, key: key, user: draft.user,
            agents: draft.agents.map { Agent(id: $0.id, name: $0.name) }, isInsecure: draft.isInsecure)
    }
}

extension AccountEntry {
    /// In the demo every account has agents of its own, of one server: none lists all of them.
    init(_ account: Workspace.Account, in scope: Workspace.Scope) {
        let capabilities = account.service.capabilities
        self.init(
            name: account.name, agents: account.agents,
            capabilities: scope == .demo ? capabilities.subtracting(.listsAgents) : capabilities,
            isInClear: account.isInClear, summaries: account.summaries)
    }
}
