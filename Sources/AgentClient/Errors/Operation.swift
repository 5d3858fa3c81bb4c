import SessionCore

/// What a request is for, in the words of its errors.
struct Operation: Sendable {
    /// Completes “could not …”: `send the message`.
    var action: String
    /// What a 404 says is missing, and what to do about it.
    var subject: String
    var advice: String

    init(_ action: String, subject: String, advice: String) {
        self.action = action
        self.subject = subject
        self.advice = advice
    }
}

extension Operation {
    static func message(to agent: Agent) -> Operation {
        Operation(
            "send the message", subject: "the agent “\(agent.id)” or this conversation",
            advice: "Check the agent's id and the url of the account in the configuration.")
    }

    static func agent(_ agent: Agent) -> Operation {
        Operation(
            "look at the agent", subject: "the agent “\(agent.id)”",
            advice: "Check the agents of the account in the configuration.")
    }

    static func create(with agent: Agent) -> Operation {
        Operation(
            "begin the conversation", subject: "the agent “\(agent.id)”",
            advice: "Check the agent's id and the url of the account in the configuration.")
    }

    static let poll = Operation(
        "ask for the answer", subject: "this background turn any more",
        advice: "What became of it may be in the task's history; otherwise send the message again.")

    static let agents = Operation(
        "list the agents", subject: "any agents", advice: "Check the url of the account in the configuration."
    )

    static func tasks(of who: String) -> Operation {
        Operation(
            "list the tasks", subject: who,
            advice: "Check the user, the agents and the url of the account in the configuration.")
    }

    static let history = Operation(
        "read the history", subject: "this conversation", advice: "It may have been deleted there.")

    static func change(_ action: String) -> Operation {
        Operation(action, subject: "this conversation", advice: "It may have been deleted there.")
    }
}
