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

    init(_ workspace: Workspace, manager: SessionManager, mailbox: Mailbox) {
        context = workspace.context
        factory = workspace.factory
        accounts = workspace.accounts
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
            case .save: return .saved(try save(request.draft).map(AccountEntry.init))
            }
        } catch {
            return .failed((error as? ServiceError)?.description ?? "\(error)")
        }
    }

    // MARK: Trying

    private func agents(_ draft: AccountDraft) async throws -> [Agent]? {
        let service = try open(draft).service
        return service.capabilities.contains(.listsAgents) ? try await service.agents() : nil
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

    private func save(_ draft: AccountDraft) throws -> [Workspace.Account] {
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
        let services = accounts.map { ($0.name, $0.service) }
        manager.use(Dictionary(services) { first, _ in first })
        return accounts
    }

    private func add(_ account: Config.Account) throws {
        let opened = try factory.makeAccount(account)
        try context.configFile.add(account)
        // The local server stays the last.
        let isLocalLast = accounts.last?.name == ProgramContext.localAccount
        accounts.insert(opened, at: accounts.endIndex - (isLocalLast ? 1 : 0))
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
    init(_ account: Workspace.Account) {
        self.init(
            name: account.name, agents: account.agents, capabilities: account.service.capabilities,
            isInClear: account.isInClear)
    }
}
