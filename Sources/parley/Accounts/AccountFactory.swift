import AgentClient
import SessionCore
import Settings

/// Makes usable accounts: with their service, and the source of their key.
struct AccountFactory: Sendable {
    let services: ServiceFactory
    let redactor: Redactor
    /// Where keys are looked up; the environment of programs that print a key.
    let environment: [String: String]
    /// The variables that those programs do not get.
    let hiddenVariables: @Sendable () -> Set<String>

    /// Sends nothing and does not fetch the key.
    /// - Throws: ``ServiceError`` if the account cannot be used as it is.
    func makeAccount(_ account: Config.Account) throws(ServiceError) -> Workspace.Account {
        let (source, environment, hidden) = (account.key, environment, hiddenVariables)
        return try makeAccount(account, keyDescription: source.description) {
            try await source.key(environment: environment, hidden: hidden())
        }
    }

    /// - Parameter key: fetches the key, which the log then redacts.
    func makeAccount(
        _ account: Config.Account, keyDescription: String, key: @escaping @Sendable () async throws -> String
    ) throws(ServiceError) -> Workspace.Account {
        guard let kind = ServiceKind(rawValue: account.service.rawValue) else {
            throw ServiceError(.invalid, "The service “\(account.service.rawValue)” is not supported.")
        }
        let redactor = redactor
        let serviceAccount = ServiceAccount(
            name: account.name, url: account.url, user: account.user,
            agents: account.agents.map { Agent(id: $0.id, name: $0.name) },
            isInsecure: account.isInsecure, authorityFile: account.authorityFile,
            keyDescription: keyDescription
        ) {
            let key = try await key()
            redactor.learn(key)
            return key
        }
        return try makeAccount(serviceAccount, as: kind)
    }

    func makeAccount(
        _ account: ServiceAccount, as kind: ServiceKind
    ) throws(ServiceError) -> Workspace.Account {
        do {
            let service = try services.makeService(kind, account: account)
            // With AUI the key belongs to one agent. If the config does not name it, it is shown by the name of the account.
            let isUnnamed = kind == .aui && account.agents.isEmpty
            let agents = isUnnamed ? [Agent(id: account.name, name: account.name)] : account.agents
            return Workspace.Account(
                name: account.name, service: service, agents: agents,
                isInClear: Config.Account.isInClear(account.url))
        } catch {
            throw error as? ServiceError ?? ServiceError(.invalid, "\(error)")
        }
    }
}
