import AgentAPI
import SessionCore

extension AUIService: Probed {
    var keyQuestion: Probe {
        let user = connection.account.user
        let url = connection.url.appending(
            ["api", "v1", "external", "tasks"], query: [("user_id", user), ("page", "1"), ("size", "1")])
        let text = "\(connection.url.host) takes the key from \(connection.account.keyDescription)."
        return Probe(url: url, purpose: .tasks(of: "the user “\(user)”")) { _, refusal in
            refusal == nil ? .fine(text) : .refused
        }
    }

    func question(about agent: Agent) -> Probe? { nil }

    var unknownAgent: String { "A key belongs to one agent there, which answers whatever its id is here." }
}
