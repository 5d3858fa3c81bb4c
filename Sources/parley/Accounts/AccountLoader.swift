import AgentClient
import AgentServer
import Foundation
import SessionCore
import Settings

/// Opens the accounts of a workspace: those of the config, and then those of the local server, which it starts.
struct AccountLoader {
    let context: ProgramContext
    let log: Log
    let factory: AccountFactory
    private(set) var accounts: [Workspace.Account] = []
    private(set) var problems: [Problem] = []

    init(context: ProgramContext, log: Log, factory: AccountFactory) {
        self.context = context
        self.log = log
        self.factory = factory
    }

    /// - Returns: the local server if it was started.
    mutating func openAccounts(
        _ scope: Workspace.Scope, startsServer: Bool
    ) async throws -> LocalServer? {
        for account in context.config.accounts { open(account) }
        guard startsServer else { return nil }
        let server = LocalServer(
            configuration(for: scope), logger: log.logger("server"))
        let url: URL
        do {
            url = try await server.start()
        } catch {
            // What is stored can be read without it.
            problems.append(Problem(file: "parley serve", message: String(describing: error)))
            return nil
        }
        if let problem = await server.storeProblem {
            problems.append(Problem(file: "parley serve", message: problem))
        }
        for account in scope.demoAccounts(user: context.user) { try await open(account, on: server, at: url) }
        return server
    }

    private mutating func configuration(for scope: Workspace.Scope) -> ServerConfiguration {
        let factory = ServerConfigurationFactory(context, redactor: log.redactor)
        switch scope {
        case .config:
            problems += context.server.problems
            return factory.embedded
        case .demo:
            return ServerConfiguration(store: factory.store, agents: Workspace.Scope.demoAgents)
        }
    }

    private mutating func open(_ account: Config.Account) {
        do {
            accounts.append(try factory.makeAccount(account))
        } catch {
            problems.append(Problem(file: context.configName, message: error.message))
        }
    }

    private mutating func open(_ account: DemoAccount, on server: LocalServer, at url: URL) async throws {
        let agents = try await server.agents().filter { account.agents?.contains($0.key) ?? true }
            .map { Agent(id: $0.id(for: account.kind), name: $0.name) }
        var serviceAccount = ServiceAccount(
            name: account.name, url: url.absoluteString + account.path, serviceName: "Parley's local server",
            user: account.user, agents: agents,
            keyDescription: "the local server"
        ) {
            guard let key = await server.processKey else {
                throw ServiceError(.unreachable, "The local server has stopped. Start parley again.")
            }
            return key
        }
        serviceAccount.delete = { try await server.delete(session: $0) }
        accounts.append(try factory.makeAccount(serviceAccount, as: account.kind))
    }
}
