import AgentAPI
import SessionCore

extension Vectara {
    /// What the code words of the documents mean for a person. No schema has a field for them; should they come, they are understood.
    static func explanations(_ account: ServiceAccount, host: String) -> [String: Explanation] {
        let name = "account “\(account.name)”"
        let limited = Explanation(.rateLimited, "\(host) wants fewer requests from \(name). Try again later.")
        return [
            "invalid_request": Explanation(.invalid, "\(host) does not accept the request as it is."),
            "invalid_metadata": Explanation(
                .invalid, "\(host) does not accept what is told about the session."),
            "invalid_message_content": Explanation(.invalid, "\(host) does not accept the message as it is."),
            "unauthorized": .refusedKey(account, host: host),
            "forbidden": Explanation(
                .forbidden,
                "The key of \(name) may not use this agent. It comes from \(account.keyDescription): "
                    + "check that it is the right one."),
            "agent_not_found": Explanation(
                .notFound,
                "\(host) does not know this agent. Check the agents of \(name) in the configuration."),
            "session_not_found": Explanation(
                .notFound, "\(host) does not know this conversation. It may have been deleted there."),
            "rate_limit_exceeded": limited,
            "agent_processing_failed": Explanation(.service, "The agent failed at \(host). Try again."),
        ]
    }
}
