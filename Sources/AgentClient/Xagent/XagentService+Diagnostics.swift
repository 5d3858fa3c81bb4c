import AgentAPI
import Foundation
import SessionCore
import Wire

extension XagentService: Probed {
    /// A task that cannot exist: a good key learns that, a bad one does not get that far.
    var keyQuestion: Probe {
        let host = connection.url.host
        let source = connection.account.keyDescription
        return Probe(
            url: connection.url.appending(["v1", "chat", "tasks", "0"]), purpose: .change("check the key")
        ) { _, refusal in
            guard let refusal else { return .fine("\(host) takes the key from \(source).") }
            let isTaken =
                refusal.body.code == Xagent.ErrorCode.taskNotFound.rawValue || refusal.status == 422
            return isTaken ? .fine("\(host) takes the key from \(source).") : .refused
        }
    }

    /// The key belongs to one agent, and some versions say to which.
    func question(about agent: Agent) -> Probe? {
        guard Int(agent.id) != nil else {
            return Probe(url: connection.url.appending(["v1", "me"]), purpose: .agent(agent)) {
                _, _ in
                .wrong(
                    "The id of an agent is a number there, and “\(agent.id)” is none. Check it in the configuration."
                )
            }
        }
        return Probe(url: connection.url.appending(["v1", "me"]), purpose: .agent(agent)) {
            [unknownAgent] body, refusal in
            guard refusal == nil, let me = try? WireJSON.decode(JSONValue.self, from: body),
                let own = me["agent_id"]?.readable, !own.isEmpty
            else { return .unknown(unknownAgent) }
            let name = me["agent_name"]?.string.map { ", “\($0)”" } ?? ""
            return own == agent.id
                ? .fine("The key belongs to it\(name).")
                : .wrong(
                    "The key belongs to agent \(own)\(name), and not to \(agent.id). Check the agent's id, or take its key."
                )
        }
    }

    var unknownAgent: String {
        "The service does not say which agent the key belongs to; a message will show."
    }
}
