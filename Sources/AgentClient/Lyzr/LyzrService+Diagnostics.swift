import AgentAPI
import Foundation
import SessionCore
import Wire

extension LyzrService: Probed {
    var keyProbe: Probe {
        let user = connection.account.user
        let url =
            isStudio
            ? connection.url.appending(["v3", "agents"], trailingSlash: true)
            : connection.url.appending(["v1", "users", user, "sessions"])
        return Probe(url: url, operation: .tasks(of: "the user “\(user)”")) { [keyAccepted] _, response in
            guard let response else { return .fine(keyAccepted) }
            // The service knows a user only after the first message.
            let isNewUser = response.status == 404 && !response.isNoSuchRoute
            return isNewUser ? .fine(keyAccepted) : .refused
        }
    }

    func probe(of agent: Agent) -> Probe? {
        let url = connection.url.appending(
            isStudio ? ["v3", "agents", agent.id] : ["v2", "agent", agent.id])
        return Probe(url: url, operation: .agent(agent)) { [unknownAgent] body, response in
            guard let response else { return .fine(Self.found(body)) }
            return response.isNoSuchRoute ? .unknown(unknownAgent) : .refused
        }
    }

    private static func found(_ body: Data) -> String {
        let name = (try? WireJSON.decode(JSONValue.self, from: body))?["name"]?.string ?? ""
        return name.isEmpty ? "The agent exists." : "The agent exists, as “\(name)”."
    }

    var unknownAgent: String {
        "The service does not list its agents; only a message can show whether this one exists."
    }
}
