import SessionCore

/// The turns that the next key or message acts on: retrying and taking back the newest possible one, answering the last
/// question.
struct TurnTargets: Hashable, Sendable {
    var retry: Turn.ID?
    var takeBack: Turn.ID?
    /// The turn whose question the next message answers.
    var answer: Turn.ID?

    var all: Set<Turn.ID> { Set([retry, takeBack, answer].compactMap(\.self)) }

    init() {}

    init(among turns: some Collection<Turn>) {
        // A queued turn is sent by itself, unless nothing is under way before it.
        let isIdle = !turns.contains { $0.state != .queued && !$0.state.isOver }
        for turn in turns {
            if turn.canBeRetried || isIdle && turn.state == .queued { retry = max(retry ?? turn.id, turn.id) }
            if turn.canBeTakenBack { takeBack = max(takeBack ?? turn.id, turn.id) }
        }
        if let newest = turns.max(by: { $0.id < $1.id }), newest.state == .waiting { answer = newest.id }
    }
}
