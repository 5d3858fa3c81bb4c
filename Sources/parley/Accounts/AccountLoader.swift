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
    ) async throws -> LocalAccount? {
        for account in context.config.accounts { open(account) }
        guard startsServer else { return nil }
        let configuration = ServerConfigurationFactory(context, redactor: log.redactor)
        let server = LocalServer(
            self.configuration(for: scope, by: configuration), logger: log.logger("server"))
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
        let local = LocalAccount(server: server, url: url, factory: factory, configuration: configuration)
        for account in scope.demoAccounts(user: context.user) {
            accounts.append(try await local.open(account))
        }
        return local
    }

    private mutating func configuration(
        for scope: Workspace.Scope, by factory: ServerConfigurationFactory
    ) -> ServerConfiguration {
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
}
