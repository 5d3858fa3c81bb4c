import AgentAPI
import Foundation
import SessionCore
import Wire

extension XagentService: Probed {
    /// Asks for a task that cannot exist: only with a good key does the service say so.
    var keyProbe: Probe {
        Probe(
            url: connection.url.appending(["v1", "chat", "tasks", "0"]), operation: .change("check the key")
        ) { [keyAccepted] _, response in
            guard let response else { return .fine(keyAccepted) }
            let isAccepted =
                response.body.code == Xagent.ErrorCode.taskNotFound.rawValue || response.status == 422
            return isAccepted ? .fine(keyAccepted) : .refused
        }
    }

    /// The key belongs to one agent, and some versions say to which.
    func probe(of agent: Agent) -> Probe? {
        let isNumber = Int(agent.id) != nil
        return Probe(url: connection.url.appending(["v1", "me"]), operation: .agent(agent)) {
            [unknownAgent] body, response in
            guard isNumber else {
                return .wrong(
                    "The id of an agent is a number there, and “\(agent.id)” is not one. Check it in the configuration."
                )
            }
            guard response == nil, let me = try? WireJSON.decode(JSONValue.self, from: body),
                let own = me["agent_id"]?.readable, !own.isEmpty
            else { return .unknown(unknownAgent) }
            let name = me["agent_name"]?.string.map { ", “\($0)”" } ?? ""
            return own == agent.id
                ? .fine("The key belongs to it\(name).")
                : .wrong(
                    "The key belongs to agent \(own)\(name), and not to \(agent.id). Check the agent's id, or use its key."
                )
        }
    }

    var unknownAgent: String {
        "The service does not say which agent the key belongs to; only a message can show."
    }
}
