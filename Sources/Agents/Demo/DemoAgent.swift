/// The built-in agent that shows what agents do: steps, tools, cards, suggestions, a question, a failure and a long job, each by one
/// word, or most of it in one turn.
struct DemoAgent: ReplyingAgent {
    typealias Emit = @Sendable (AgentEvent) async throws -> Void

    let pace: Pace
    /// Lets time pass while a step or a job is under way.
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    /// How long a step takes, so that it is seen before the next.
    private static let stepTime = Duration.milliseconds(700)

    func reply(to request: AgentRequest, emit: Emit) async throws {
        switch DemoCommand(request.message) {
        case .everything: try await everything(emit)
        case .markdown: try await say(Showcase.text, emit)
        case .thinking:
            try await think(emit)
            try await say(
                "What I thought is above this answer. Select the step and press Enter to open it.", emit)
        case .tools:
            try await useTools(emit)
            try await say(
                "Two tools were called: one answered, one failed. I report both and carry on.", emit)
        case .cards:
            try await say(
                "Three pairs of shoes. A service with cards shows them as cards, others as a list.", emit)
            try await emit(.cards(Self.shoes))
        case .suggestions:
            try await say(
                "A service with suggestions offers three now, and you pick one instead of typing: `ask`, `cards`, `fail`.",
                emit)
            try await emit(.suggestions(["ask", "cards", "fail"]))
        case .ask:
            try await say("Now it is your turn: the task waits, and your next message is the answer.", emit)
            try await emit(.question(Self.colour))
        case .fail: try await fail(emit)
        case .job(let seconds): try await work(for: seconds, isInBackground: request.isInBackground, emit)
        case nil where Self.hasAsked(in: request.history):
            try await say(
                "“\(request.message)” it is. That answered my question, so the task no longer waits for you.",
                emit)
        case nil: try await greet(emit)
        }
    }

    private func say(_ text: String, _ emit: Emit) async throws { try await pace.emit(text, to: emit) }

    private func greet(_ emit: Emit) async throws {
        try await say(
            """
            I am the **demo**. I am not a language model, but I show everything that an agent can do here.

            \(DemoCommand.list)
            """, emit)
        try await emit(.suggestions(["show me everything", "ask", "job 10"]))
    }

    private func everything(_ emit: Emit) async throws {
        try await think(emit)
        try await useTools(emit)
        try await say(
            """
            ## Everything at once

            Above are **steps**, where the service has them: what I thought, a tool that answered, and one that failed. This text \
            streams as I write it. Here are \
            three things to choose from:
            """, emit)
        try await emit(.cards(Self.shoes))
        try await say(
            "\n\nWhat is left takes a turn of its own. I ask, the task waits for you, and your next message is the answer.",
            emit)
        try await emit(.question(Self.next))
    }

    // MARK: Steps

    private func think(_ emit: Emit) async throws {
        for thought in ["They want to see how I think. ", "So I think a little, ", "and then I answer."] {
            try await emit(.thinking(thought))
            try await sleep(Self.stepTime)
        }
    }

    private func useTools(_ emit: Emit) async throws {
        try await call(
            "search_catalogue", #"{"query": "running shoes", "limit": 3}"#,
            #"{"found": 3, "cheapest": "Pebble", "seconds": 0.4}"#, emit)
        try await call(
            "check_stock", #"{"shop": "Lisbon"}"#, "The shop in Lisbon does not answer.", isError: true, emit)
    }

    private func call(
        _ name: String, _ input: String, _ output: String, isError: Bool = false, _ emit: Emit
    ) async throws {
        try await emit(.toolCall(id: name, name: name, input: input))
        try await sleep(Self.stepTime)
        try await emit(.toolResult(id: name, output: output, isError: isError))
    }

    // MARK: Turns that end otherwise

    private func fail(_ emit: Emit) async throws {
        try await say("I begin, and then something breaks: what I have written is kept.", emit)
        throw AgentFailure("The demo was asked to fail. Nothing is wrong; sending it again fails again.")
    }

    private static let stages = ["reading", "sorting", "comparing", "writing", "checking"]

    private func work(for seconds: Int, isInBackground: Bool, _ emit: Emit) async throws {
        if !isInBackground {
            try await say(
                "This takes \(seconds) seconds. Go to another task meanwhile; `/bg job` leaves it to the service.\n\n",
                emit)
        }
        for (index, stage) in Self.stages.enumerated() {
            let id = "\(index + 1)"
            try await emit(
                .toolCall(id: id, name: stage, input: #"{"part": \#(id), "of": \#(Self.stages.count)}"#))
            try await sleep(.seconds(seconds) / Self.stages.count)
            try await emit(.toolResult(id: id, output: "done", isError: false))
        }
        try await say("The job is done: \(Self.stages.count) parts in \(seconds) seconds.", emit)
    }

    // MARK: What it shows

    private static let colour = AgentQuestion(
        "Which colour do you like best?", options: ["red", "green", "blue"])
    private static let next = AgentQuestion(
        "What do you want to see next?", options: ["fail", "job 20", "markdown", "nothing"])

    private static func hasAsked(in history: [AgentRequest.Message]) -> Bool {
        let last = history.last { $0.role == .agent }?.text ?? ""
        return [colour, next].contains { last.hasSuffix($0.text) }
    }

    private static let shoes = [
        AgentCard(
            title: "Ridge Runner", isRecommended: true,
            properties: [.init(title: "price", value: "129 €"), .init(title: "weight", value: "240 g")]),
        AgentCard(
            title: "Pebble",
            properties: [.init(title: "price", value: "59 €"), .init(title: "weight", value: "310 g")]),
        AgentCard(
            title: "Long Way Home",
            properties: [.init(title: "price", value: "99 €"), .init(title: "weight", value: "275 g")]),
    ]
}

extension AgentDefinition {
    /// The built-in agent that shows what agents can do.
    public static func demo() -> AgentDefinition {
        AgentDefinition(
            key: "demo", name: "Demo",
            description: "Shows what agents can do: steps, cards, questions, jobs.",
            welcome: "Hello! I show what agents can do here. Say `show me everything`, or ask for one thing.",
            suggestions: ["show me everything", "ask", "job 10"],
            agent: DemoAgent(pace: .reading))
    }
}
