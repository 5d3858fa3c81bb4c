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
    private static let demoAgent = AgentDefinition.demo()
    /// The same agents by other keys, for the service that lists sessions by agent because it has no users.
    private static let (showcase, handbook) = (
        demoAgent.renamed(key: "showcase"), guide.renamed(key: "handbook")
    )

    /// The first one is the default: a key of AUI has no other.
    static let demoAgents = [demoAgent, guide, showcase, handbook]

    private static func demoAgents(of kind: ServiceKind) -> [AgentDefinition] {
        switch kind {
        case .lyzr, .xagent: [demoAgent, guide]
        case .aui: [demoAgent]
        case .vectara: [showcase, handbook]
        }
    }

    /// It has the thinking and the tools of an agent, and the words of one that fails.
    private static let version = "/v3"

    func demoAccounts(user: String) -> [DemoAccount] {
        switch self {
        case .config:
            [DemoAccount(name: ProgramContext.localAccount, kind: .lyzr, user: user, path: Self.version)]
        case .demo:
            // Every service sees all conversations of the server, so each account has a user or an agent of its own.
            ServiceKind.allCases.map { kind in
                DemoAccount(
                    name: kind.rawValue, kind: kind, user: "\(user)-\(kind.rawValue)",
                    path: kind == .lyzr ? Self.version : "",
                    agents: Set(Self.demoAgents(of: kind).map(\.key)))
            }
        }
    }
}

extension AgentDefinition {
    fileprivate func renamed(key: String) -> AgentDefinition {
        var agent = self
        agent.key = key
        return agent
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
