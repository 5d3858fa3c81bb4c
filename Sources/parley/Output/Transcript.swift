import SessionCore

/// A task with its messages, as commands print it.
struct Transcript {
    let task: ChatTask
    /// Oldest first.
    let messages: [Message]
    private let turns: [Turn.ID: Turn]
    private let lastTurn: Turn.ID?

    /// - Parameter last: how many of the last messages; nil for all.
    init(of task: ChatTask, in store: SessionStore, last: Int? = nil) async throws {
        self.init(
            task: try await store.task(task.id) ?? task,
            messages: try await store.messages(of: task.id).suffix(last ?? .max),
            turns: try await store.turns(of: task.id))
    }

    /// - Parameter turns: those of the task, oldest first.
    init(task: ChatTask, messages: some Collection<Message>, turns: [Turn]) {
        self.task = task
        self.messages = Array(messages)
        self.turns = Dictionary(turns.map { ($0.id, $0) }) { $1 }
        lastTurn = turns.last?.id
    }

    func author(of message: Message) -> String { message.role == .user ? "You" : task.agent.name }

    func turn(of message: Message) -> Turn? { message.turn.flatMap { turns[$0] } }

    /// What has become of the message's turn, if it is said below this message: below the reply, or below the person's message
    /// while there is none.
    func outcome(below message: Message) -> TurnOutcome? {
        guard let turn = turn(of: message), (turn.reply ?? turn.message) == message.id,
            // What was asked has been answered by the turn that followed.
            turn.state != .waiting || turn.id == lastTurn
        else { return nil }
        return turn.outcome(isWithoutText: message.isWithoutText)
    }

    /// The outcome as lines.
    func notes(below message: Message) -> [String] {
        guard let outcome = outcome(below: message) else { return [] }
        let state = turn(of: message)?.state
        let poll = state == .running ? turn(of: message)?.failure?.message : nil
        let retry = outcome.retryAt.map {
            (state == .running ? "next check at " : "possible again at ") + LocalTime.withSeconds($0)
        }
        return [outcome.text, poll, outcome.detail.map { "service: " + $0 }, retry].compactMap(\.self)
    }
}
