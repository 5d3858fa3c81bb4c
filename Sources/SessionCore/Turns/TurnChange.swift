/// What is new of a turn: a piece of its reply, an event, or both.
struct TurnChange: Sendable {
    var turn: Turn.ID
    /// The attempt that it belongs to; nil if it applies to any.
    var generation: Int?
    /// nil for a piece of a reply that goes on.
    var event: TurnMachine.Event?
    var delta: ReplyDelta?

    init(
        _ turn: Turn.ID, _ event: TurnMachine.Event?, generation: Int? = nil, delta: ReplyDelta? = nil
    ) {
        self.turn = turn
        self.event = event
        self.generation = generation
        self.delta = delta
    }

    /// Whether the turn is elsewhere afterwards: that is on the disk before anything follows from it.
    var isMilestone: Bool {
        switch event {
        case nil, .polled(.running), .pollFailed: false
        default: true
        }
    }

    /// A piece of a reply.
    init(_ attempt: TurnAttempt, _ delta: ReplyDelta) {
        self.init(attempt.turn, nil, generation: attempt.generation, delta: delta)
    }
}

extension StoreTransaction {
    /// - Returns: nil if the turn is gone or over, or the change belongs to an earlier attempt.
    func apply(_ change: TurnChange) throws -> Advance? {
        guard let event = change.event else {
            return try append(change.delta ?? ReplyDelta(), to: change.turn, of: change.generation)
        }
        return try advance(change.turn, by: event, of: change.generation, with: change.delta)
    }
}

extension ReplyDelta {
    /// Adds what is new since this.
    mutating func merge(_ later: ReplyDelta) {
        merge(later.text)
        for step in later.steps {
            if let known = steps.firstIndex(where: { $0.id == step.id }) {
                steps[known] = step
            } else {
                steps.append(step)
            }
        }
        cards = later.cards ?? cards
        suggestions = later.suggestions ?? suggestions
        messageID = later.messageID ?? messageID
        serviceID = later.serviceID ?? serviceID
        title = later.title ?? title
        ticket = later.ticket ?? ticket
    }

    private mutating func merge(_ later: Text) {
        switch (text, later) {
        case (_, .none): break
        case (.append(var before, let offset), .append(let more, _)):
            // The text grows in place.
            text = .none
            before += more
            text = .append(before, offset: offset)
        case (.replace(var before), .append(let more, _)):
            text = .none
            before += more
            text = .replace(before)
        case (_, .append), (_, .replace): text = later
        }
    }
}

extension Message {
    /// Adds what is new of a reply.
    mutating func add(_ delta: ReplyDelta) {
        switch delta.text {
        case .none: break
        case .append(let more, _): text += more
        case .replace(let whole): text = whole
        }
        for step in delta.steps {
            if let known = extras.steps.firstIndex(where: { $0.id == step.id }) {
                extras.steps[known] = step
            } else {
                extras.steps.append(step)
            }
        }
        extras.cards = delta.cards ?? extras.cards
        extras.suggestions = delta.suggestions ?? extras.suggestions
        serviceID = delta.messageID ?? serviceID
    }
}
