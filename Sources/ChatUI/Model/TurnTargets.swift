import SessionCore

/// The turns that the keys for sending once more and for taking back act on: of those that can be, the newest.
struct TurnTargets: Hashable, Sendable {
    var retry: Turn.ID?
    var takeBack: Turn.ID?

    init() {}

    init(among turns: some Collection<Turn>) {
        // What is queued goes out by itself, unless nothing is under way that it would follow.
        let isIdle = !turns.contains { $0.state != .queued && !$0.state.isOver }
        for turn in turns {
            if turn.canBeRetried || isIdle && turn.state == .queued { retry = max(retry ?? turn.id, turn.id) }
            if turn.canBeTakenBack { takeBack = max(takeBack ?? turn.id, turn.id) }
        }
    }
}

extension Turn {
    /// Whether its message can be sent once more.
    var canBeRetried: Bool {
        switch state {
        case .failed, .stopped, .truncated, .unconfirmed: true
        case .queued, .sending, .streaming, .running, .waiting, .done: false
        }
    }

    /// Whether its message can go back into the input.
    var canBeTakenBack: Bool {
        switch state {
        case .queued, .failed, .unconfirmed: true
        case .sending, .streaming, .running, .waiting, .done, .stopped, .truncated: false
        }
    }
}
