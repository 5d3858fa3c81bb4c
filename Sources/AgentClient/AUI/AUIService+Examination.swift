import AgentAPI
import SessionCore

extension AUIService: QuestionedService {
    var keyQuestion: ServiceQuestion {
        let user = connection.account.user
        let url = connection.url.appending(
            ["api", "v1", "external", "tasks"], query: [("user_id", user), ("page", "1"), ("size", "1")])
        let text = "\(connection.url.host) takes the key from \(connection.account.keyDescription)."
        return ServiceQuestion(url: url, purpose: .tasks(of: "the user “\(user)”")) { _, refusal in
            refusal == nil ? .fine(text) : .refused
        }
    }

    func question(about agent: Agent) -> ServiceQuestion? { nil }

    var unknownAgent: String { "A key belongs to one agent there, which answers whatever its id is here." }
}
