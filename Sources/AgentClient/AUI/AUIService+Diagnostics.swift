import AgentAPI
import SessionCore

extension AUIService: Probed {
    var keyProbe: Probe {
        let user = connection.account.user
        let url = connection.url.appending(
            ["api", "v1", "external", "tasks"], query: [("user_id", user), ("page", "1"), ("size", "1")])
        return Probe(url: url, operation: .tasks(of: "the user “\(user)”")) { [keyAccepted] _, response in
            response == nil ? .fine(keyAccepted) : .refused
        }
    }

    func probe(of agent: Agent) -> Probe? { nil }

    var unknownAgent: String { "A key belongs to one agent there, which answers regardless of its id here." }
}
