import AgentClient
import AgentServer
import Agents
import SessionCore

/// An account on the local server.
struct DemoAccount {
    var name: AccountName
    var kind: ServiceKind
    var user: String
    /// What the address ends with.
    var path = ""
    /// The keys of its agents; nil for all.
    var agents: Set<String>?
}

extension Workspace.Scope {
    private static let guide = AgentDefinition.guide(manual: ProgramManual.sections)
    /// The guide under another name, for the service that lists sessions by agent because it has no users.
    private static let handbook: AgentDefinition = {
        var agent = guide
        (agent.key, agent.name) = ("handbook", "Handbook")
        return agent
    }()

    static let demoAgents = [guide, handbook]

    func demoAccounts(user: String) -> [DemoAccount] {
        switch self {
        // Version 3 has the thinking and the tools of an agent, and the words of one that fails.
        case .config: [DemoAccount(name: Workspace.localAccount, kind: .lyzr, user: user, path: "/v3")]
        case .demo:
            // Every service sees all conversations of the server, so each account has a user or an agent of its own.
            ServiceKind.allCases.map { kind in
                DemoAccount(
                    name: kind.rawValue, kind: kind, user: "\(user)-\(kind.rawValue)",
                    agents: [kind == .vectara ? Self.handbook.key : Self.guide.key])
            }
        }
    }
}

extension OfferedAgent {
    /// The id by which clients of a service name the agent.
    func id(for kind: ServiceKind) -> String {
        switch kind {
        case .lyzr: hex
        case .xagent: String(id)
        case .aui, .vectara: key
        }
    }
}
