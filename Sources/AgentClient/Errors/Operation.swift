import SessionCore

/// What a request is for, in the words of its errors.
struct Operation: Sendable {
    /// Completes “could not …”: `send the message`.
    var action: String
    /// Completes “does not know …” in the message of a 404.
    var subject: String
    /// What to do about a 404: a sentence.
    var advice: String
    /// Whether it asks for the state of a turn, which other answers than the service's own say nothing about.
    var isPoll = false

    init(_ action: String, subject: String, advice: String) {
        self.action = action
        self.subject = subject
        self.advice = advice
    }
}

extension Operation {
    private static let checkAgent =
        "Check the agent's id and the url of the account in the configuration."

    static func message(to agent: Agent) -> Operation {
        Operation(
            "send the message", subject: "the agent “\(agent.id)” or this conversation", advice: checkAgent)
    }

    static func agent(_ agent: Agent) -> Operation {
        Operation(
            "look up the agent", subject: "the agent “\(agent.id)”",
            advice: "Check the agents of the account in the configuration.")
    }

    static func create(with agent: Agent) -> Operation {
        Operation("begin the conversation", subject: "the agent “\(agent.id)”", advice: checkAgent)
    }

    static let reply = Operation("read the reply", subject: "this conversation", advice: checkAgent)

    static let poll: Operation = {
        var poll = Operation(
            "poll the background turn", subject: "this background turn any more",
            advice: "Its answer may be in the task's history; otherwise send the message again.")
        poll.isPoll = true
        return poll
    }()

    static let agents = Operation(
        "list the agents", subject: "any agents", advice: "Check the url of the account in the configuration."
    )

    static func tasks(of owner: String) -> Operation {
        Operation(
            "list the tasks", subject: owner,
            advice: "Check the user, the agents and the url of the account in the configuration.")
    }

    static let history = Operation(
        "read the history", subject: "this conversation", advice: "It may have been deleted there.")

    /// - Parameter action: Completes “could not …”.
    static func change(_ action: String) -> Operation {
        Operation(action, subject: "this conversation", advice: "It may have been deleted there.")
    }
}
