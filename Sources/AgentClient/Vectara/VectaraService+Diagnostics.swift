import AgentAPI
import Foundation
import SessionCore
import Wire

extension VectaraService: Probed {
    var keyProbe: Probe {
        let url = connection.url.appending(["v2", "agents"], query: [("limit", "1")])
        return Probe(url: url, operation: .agents) { [keyAccepted] _, response in
            response == nil ? .fine(keyAccepted) : .refused
        }
    }

    func probe(of agent: Agent) -> Probe? {
        Probe(url: connection.url.appending(["v2", "agents", agent.id]), operation: .agent(agent)) {
            body, response in
            guard response == nil else { return .refused }
            guard let found = try? WireJSON.decode(Vectara.Agent.self, from: body) else {
                return .unknown("The service's answer about it could not be understood.")
            }
            return found.isEnabled
                ? .fine("The agent exists, as “\(found.name)”.")
                : .wrong("“\(found.name)” is disabled. Enable it in the console, or use another one.")
        }
    }

    var unknownAgent: String { "Only a message can show whether it exists." }
}
