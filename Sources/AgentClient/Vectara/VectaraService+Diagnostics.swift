import AgentAPI
import Foundation
import SessionCore
import Wire

extension VectaraService: Probed {
    var keyQuestion: Probe {
        let text = "\(connection.url.host) takes the key from \(connection.account.keyDescription)."
        let url = connection.url.appending(["v2", "agents"], query: [("limit", "1")])
        return Probe(url: url, purpose: .agents) { _, refusal in
            refusal == nil ? .fine(text) : .refused
        }
    }

    func question(about agent: Agent) -> Probe? {
        Probe(url: connection.url.appending(["v2", "agents", agent.id]), purpose: .agent(agent)) {
            body, refusal in
            guard refusal == nil else { return .refused }
            guard let found = try? WireJSON.decode(Vectara.Agent.self, from: body) else {
                return .unknown("The service's answer about it could not be understood.")
            }
            return found.isEnabled
                ? .fine("It is there, as “\(found.name)”.")
                : .wrong("“\(found.name)” is switched off. Switch it on in the console, or take another one.")
        }
    }

    var unknownAgent: String { "A message will show." }
}
