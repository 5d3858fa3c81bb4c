import AgentClient
import AgentServer
import Agents
import Foundation
import Logging
import SessionCore
import Settings

/// Everything that talks to services, made of the config: the store, the accounts with their services, and the local server
/// where there is no account. The interface and the commands that send use it.
struct Workspace: Sendable {
    /// An account that can be used.
    struct Account: Sendable {
        var name: AccountName
        var service: any AgentService
        /// The agents that are known without asking the service, the first one the default.
        var agents: [Agent]
    }

    let context: ProgramContext
    let scope: Scope
    let store: SessionStore
    let accounts: [Account]
    /// What is wrong with the config, and with accounts that cannot be used.
    let problems: [Problem]
    let log: Log
    /// What opens further accounts.
    let opener: AccountOpener
    private let transport: HTTPTransport
    private let server: LocalServer?

    var services: [AccountName: any AgentService] {
        Dictionary(accounts.map { ($0.name, $0.service) }) { first, _ in first }
    }

    /// The accounts that are opened.
    enum Scope: Sendable {
        /// Those of the config; the local server where there are none.
        case config
        /// The local server by each of the services.
        case demo
    }

    /// - Parameter terminalIsTaken: whether a program that prints a key must not ask anything in the terminal.
    static func open(
        _ context: ProgramContext, _ scope: Scope = .config, terminalIsTaken: Bool = false
    ) async throws -> Workspace {
        let store = try context.openStore()
        let log = Log(context)
        let transport = HTTPTransport()
        let opener = AccountOpener(
            factory: ServiceFactory(transport: transport), redactor: log.redactor,
            environment: context.environment.filter { $0.key != "GPG_TTY" || !terminalIsTaken })
        var loader = AccountLoader(context: context, log: log, opener: opener)
        let server = try await loader.openAccounts(scope)
        return Workspace(
            context: context, scope: scope, store: store, accounts: loader.accounts,
            problems: context.problems + loader.problems, log: log,
            opener: opener, transport: transport, server: server)
    }

    /// The account of the local server, where there is no other.
    static let localAccount: AccountName = "local"

    /// The agents of models that were found on this computer, once they have been looked for: of the account of the local server.
    func foundAgents() async -> [Agent] {
        guard scope == .config, let server else { return [] }
        let found = (try? await server.foundAgents()) ?? []
        return found.map { Agent(id: $0.id(for: .lyzr), name: $0.name) }
    }

    /// Closes connections and the local server, and writes what is left of the log.
    func close() async {
        await server?.stop()
        await transport.shutdown()
        await log.close()
    }
}

/// The accounts while they are being opened.
private struct AccountLoader {
    let context: ProgramContext
    let log: Log
    let opener: AccountOpener
    var accounts: [Workspace.Account] = []
    var problems: [Problem] = []

    init(context: ProgramContext, log: Log, opener: AccountOpener) {
        self.context = context
        self.log = log
        self.opener = opener
    }

    /// - Returns: the local server, where there is no account.
    mutating func openAccounts(_ scope: Workspace.Scope) async throws -> LocalServer? {
        guard context.config.accounts.isEmpty else {
            for account in context.config.accounts { open(account) }
            return nil
        }
        let server = LocalServer(
            configuration(for: scope), manual: ProgramManual.sections, logger: log.logger("server"))
        let url = try await server.start()
        for account in scope.demoAccounts(user: context.user) { try await open(server, at: url, by: account) }
        return server
    }

    private mutating func configuration(for scope: Workspace.Scope) -> ServerConfiguration {
        let server = ServerLauncher(context, redactor: log.redactor)
        switch scope {
        case .config:
            problems += context.server.problems
            return server.configuration()
        case .demo:
            return ServerConfiguration(store: server.store, agents: Workspace.Scope.demoAgents)
        }
    }

    private mutating func open(_ account: Config.Account) {
        do {
            accounts.append(try opener.open(account))
        } catch {
            problems.append(Problem(file: context.configName, message: error.message))
        }
    }

    private mutating func open(
        _ server: LocalServer, at url: URL, by account: DemoAccount
    ) async throws {
        let agents = try await server.agents().filter { account.agents?.contains($0.key) ?? true }
            .map { Agent(id: $0.id(for: account.kind), name: $0.name) }
        let known = ServiceAccount(
            name: account.account, url: url.absoluteString, user: account.user, agents: agents,
            keyDescription: "the local server"
        ) {
            guard let key = await server.processKey else {
                throw ServiceError(.unreachable, "The local server has stopped. Start parley again.")
            }
            return key
        }
        accounts.append(try opener.open(known, as: account.kind))
    }
}

/// One way into the local server: an account there.
private struct DemoAccount {
    var account: AccountName
    var kind: ServiceKind
    var user: String
    /// The keys of the agents that it talks to; nil for all.
    var agents: Set<String>?
}

extension Workspace.Scope {
    private static let guide = AgentDefinition.guide()
    /// The guide under another name: sessions are listed by agent where there are no users.
    private static let handbook: AgentDefinition = {
        var agent = AgentDefinition.guide()
        (agent.key, agent.name) = ("handbook", "Handbook")
        return agent
    }()

    fileprivate static let demoAgents = [guide, handbook]

    fileprivate func demoAccounts(user: String) -> [DemoAccount] {
        switch self {
        case .config: [DemoAccount(account: Workspace.localAccount, kind: .lyzr, user: user)]
        case .demo:
            // All services see all conversations of the server: each account lists those of a user or an agent of its own.
            ServiceKind.allCases.map { kind in
                DemoAccount(
                    account: kind.rawValue, kind: kind, user: "\(user)-\(kind.rawValue)",
                    agents: [kind == .vectara ? Self.handbook.key : Self.guide.key])
            }
        }
    }
}

extension OfferedAgent {
    /// What the agent is called by clients of a service.
    fileprivate func id(for kind: ServiceKind) -> String {
        switch kind {
        case .lyzr: hex
        case .xagent: String(id)
        case .aui, .vectara: key
        }
    }
}

/// Makes an account usable: its service, and where its key comes from.
struct AccountOpener: Sendable {
    let factory: ServiceFactory
    let redactor: Redactor
    /// What a program that prints a key is run with.
    let environment: [String: String]

    /// - Throws: ``ServiceError`` where the account cannot be used as it is. Nothing is sent and no key is asked for.
    func open(_ account: Config.Account) throws(ServiceError) -> Workspace.Account {
        let (source, environment) = (account.key, environment)
        return try open(account, keyDescription: source.description) {
            try await source.key(environment: environment)
        }
    }

    /// - Parameter key: gets the key, which the log will not hold.
    func open(
        _ account: Config.Account, keyDescription: String, key: @escaping @Sendable () async throws -> String
    ) throws(ServiceError) -> Workspace.Account {
        guard let kind = ServiceKind(rawValue: account.service.rawValue) else {
            throw ServiceError(.invalid, "The service “\(account.service.rawValue)” cannot be spoken to.")
        }
        let redactor = redactor
        let known = ServiceAccount(
            name: account.name, url: account.url, user: account.user,
            agents: account.agents.map { Agent(id: $0.id, name: $0.name) }, keyDescription: keyDescription
        ) {
            let key = try await key()
            redactor.learn(key)
            return key
        }
        return try open(known, as: kind)
    }

    func open(_ known: ServiceAccount, as kind: ServiceKind) throws(ServiceError) -> Workspace.Account {
        do {
            let service = try factory.makeService(kind, account: known)
            // Where a key belongs to one agent that nobody has named, the account is its name, as it is to the service.
            let isUnnamed = kind == .aui && known.agents.isEmpty
            let agents = isUnnamed ? [Agent(id: known.name, name: known.name)] : known.agents
            return Workspace.Account(name: known.name, service: service, agents: agents)
        } catch {
            throw error as? ServiceError ?? ServiceError(.invalid, "\(error)")
        }
    }
}
