import AgentClient
import AgentServer
import SessionCore
import Settings

/// Everything that talks to services, built from the config: the store, the accounts with their services, and the local server.
/// The interface and the commands that send share it.
struct Workspace: Sendable {
    /// A usable account.
    struct Account: Sendable {
        var name: AccountName
        var service: any AgentService
        /// The agents known without asking the service; the first one is the default.
        var agents: [Agent]
        /// Whether others on the way can read what is sent: only if the config says that this is meant.
        var isInClear = false
        /// What agents do, in a sentence, by their ids.
        var summaries: [String: String] = [:]
    }

    let context: ProgramContext
    let scope: Scope
    let store: SessionStore
    let accounts: [Account]
    /// What is wrong with the config and with accounts that cannot be used.
    let problems: [Problem]
    let log: Log
    /// Opens further accounts.
    let factory: AccountFactory
    private let transport: HTTPTransport
    /// The local server, if it runs.
    let localServer: LocalAccount?
    private var server: LocalServer? { localServer?.server }

    var services: [AccountName: any AgentService] {
        Dictionary(accounts.map { ($0.name, $0.service) }) { first, _ in first }
    }

    /// Which accounts are opened.
    enum Scope: Sendable {
        /// Those of the config, and after them the local server.
        case config
        /// One account of each service on the local server.
        case demo
    }

    /// - Parameters:
    ///   - terminalIsTaken: true keeps programs that print a key from prompting in the terminal.
    ///   - needsLocal: whether the account of the local server is needed. Without it the server is not started.
    static func open(
        _ context: ProgramContext, _ scope: Scope = .config, terminalIsTaken: Bool = false,
        needsLocal: (SessionStore) async throws -> Bool = { _ in true }
    ) async throws -> Workspace {
        let store = try context.openStore()
        let storeProblems =
            store.condition.map {
                [Problem(file: context.folders.display(store.path), message: $0.description)]
            } ?? []
        let log = Log(context)
        let transport = HTTPTransport(environment: context.environment, logger: log.logger("http"))
        let factory = AccountFactory(
            services: ServiceFactory(transport: transport), redactor: log.redactor,
            environment: context.environment.filter { $0.key != "GPG_TTY" || !terminalIsTaken },
            hiddenVariables: { context.keyVariables })
        var loader = AccountLoader(context: context, log: log, factory: factory)
        let needsLocal = try await needsLocal(store)
        let localServer = try await loader.openAccounts(
            scope, startsServer: context.offersLocal && needsLocal)
        return Workspace(
            context: context, scope: scope, store: store, accounts: loader.accounts,
            problems: context.problems + storeProblems + loader.problems, log: log,
            factory: factory, transport: transport, localServer: localServer)
    }

    /// The session manager of these accounts.
    /// - Parameter events: what it emits, which is logged before.
    func makeManager(events: @escaping @Sendable (SessionEvent) -> Void) -> SessionManager {
        let sessionLog = SessionLog(log)
        return SessionManager(
            store: store, accounts: services, limits: context.replyLimits,
            pollRate: context.config.pollsPerSecond
        ) { event in
            sessionLog.record(event)
            events(event)
        }
    }

    /// Waits until the local server has searched this computer for models.
    /// - Returns: the agents found, which belong to ``ProgramContext/localAccount``.
    func foundAgents() async -> [Agent] {
        guard scope == .config, let server else { return [] }
        let found = (try? await server.foundAgents()) ?? []
        return found.map { Agent(id: $0.id(for: .lyzr), name: $0.name) }
    }

    /// Stops the local server, closes connections, and flushes the log.
    func close() async {
        await server?.stop()
        await transport.shutdown()
        await log.close()
    }
}
