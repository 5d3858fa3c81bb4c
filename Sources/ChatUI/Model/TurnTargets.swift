import SessionCore

/// The turns that the keys for sending once more and for taking back act on: of those that can be, the newest.
struct TurnTargets: Hashable, Sendable {
    var retry: Turn.ID?
    var takeBack: Turn.ID?

    init() {}

    init(among turns: some Sequence<Turn>) {
        for turn in turns {
            if turn.canBeRetried { retry = max(retry ?? turn.id, turn.id) }
            if turn.canBeTakenBack { takeBack = max(takeBack ?? turn.id, turn.id) }
        }
    }
}

extension Turn {
    /// Whether its message can be sent once more.
    fileprivate var canBeRetried: Bool {
        switch state {
        case .failed, .stopped, .truncated, .unconfirmed: true
        case .queued, .sending, .streaming, .running, .waiting, .done: false
        }
    }

    /// Whether its message can go back into the input.
    fileprivate var canBeTakenBack: Bool {
        switch state {
        case .queued, .failed, .unconfirmed: true
        case .sending, .streaming, .running, .waiting, .done, .stopped, .truncated: false
        }
    }
}
