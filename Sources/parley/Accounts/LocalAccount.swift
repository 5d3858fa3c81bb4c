import AgentClient
import AgentServer
import Foundation
import SessionCore
import Settings

/// The server inside Parley, and the accounts on it.
struct LocalAccount: Sendable {
    let server: LocalServer
    let url: URL
    let factory: AccountFactory
    /// Maps `server.toml` to its agents.
    let configuration: ServerConfigurationFactory

    /// - Throws: ``ServiceError``, and what the server throws.
    func open(_ account: DemoAccount) async throws -> Workspace.Account {
        let offered = try await server.agents().filter { account.agents?.contains($0.key) ?? true }
        let agents = offered.map { Agent(id: $0.id(for: account.kind), name: $0.name) }
        var serviceAccount = ServiceAccount(
            name: account.name, url: url.absoluteString + account.path, serviceName: "Parley's local server",
            user: account.user, agents: agents,
            keyDescription: "the local server"
        ) { [server] in
            guard let key = await server.processKey else {
                throw ServiceError(.unreachable, "The local server has stopped. Start parley again.")
            }
            return key
        }
        serviceAccount.delete = { [server] in try await server.delete(session: $0) }
        if account.kind != .vectara {
            serviceAccount.fork = { [server] in
                try await Self.fork($0, of: account.kind, upTo: $1, on: server)
            }
        }
        var opened = try factory.makeAccount(serviceAccount, as: account.kind)
        for agent in offered { opened.summaries[agent.id(for: account.kind)] = agent.summary }
        return opened
    }

    /// Forks a conversation in the server's store: only one of the APIs can.
    /// - Parameter id: as the service names the conversation.
    /// - Returns: the service's name of the fork.
    private static func fork(
        _ id: String, of kind: ServiceKind, upTo point: ForkPoint?, on server: LocalServer
    ) async throws -> String {
        let name: ConversationName =
            switch kind {
            case .lyzr, .vectara: .key(id)
            case .xagent: .number(Int64(id) ?? 0)
            case .aui: .hex(id)
            }
        let words = point?.words.map { SaidWords(isUser: $0.role == .user, text: $0.text) }
        guard let fork = try await server.fork(name, upTo: words) else {
            throw ServiceError(
                .notFound,
                words == nil
                    ? "The local server does not have this conversation."
                    : "The local server does not have this message in the conversation.")
        }
        return switch kind {
        case .lyzr, .vectara: fork.key
        case .xagent: String(fork.number)
        case .aui: fork.hex
        }
    }

    /// Offers the agents of changed settings.
    /// - Throws: ``ServerError`` if they cannot be used.
    func use(_ settings: ServerSettings) async throws {
        try await server.use(
            configuration.agents(of: settings), findAgents: configuration.search(for: settings))
    }
}
