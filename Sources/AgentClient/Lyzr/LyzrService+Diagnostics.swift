import AgentAPI
import Foundation
import SessionCore
import Wire

extension LyzrService: Probed {
    var keyQuestion: Probe {
        let user = connection.account.user
        let url =
            isStudio
            ? connection.url.appending(["v3", "agents"], trailingSlash: true)
            : connection.url.appending(["v1", "users", user, "sessions"])
        return Probe(url: url, purpose: .tasks(of: "the user “\(user)”")) { _, refusal in
            guard let refusal else { return .fine(keyIsTaken) }
            // Whoever has not said anything yet is unknown there.
            let isNewUser = refusal.status == 404 && !refusal.saysNoSuchPlace
            return isNewUser ? .fine(keyIsTaken) : .refused
        }
    }

    private var keyIsTaken: String {
        "\(connection.url.host) takes the key from \(connection.account.keyDescription)."
    }

    func question(about agent: Agent) -> Probe? {
        let url = connection.url.appending(
            isStudio ? ["v3", "agents", agent.id] : ["v2", "agent", agent.id])
        return Probe(url: url, purpose: .agent(agent)) { [unknownAgent] body, refusal in
            guard let refusal else { return .fine(Self.found(agent, body)) }
            return refusal.saysNoSuchPlace ? .unknown(unknownAgent) : .refused
        }
    }

    private static func found(_ agent: Agent, _ body: Data) -> String {
        let name = (try? WireJSON.decode(JSONValue.self, from: body))?["name"]?.string ?? ""
        return name.isEmpty ? "It is there." : "It is there, as “\(name)”."
    }

    var unknownAgent: String { "The service does not say which agents there are; a message will show." }
}
