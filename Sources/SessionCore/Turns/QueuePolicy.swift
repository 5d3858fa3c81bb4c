/// Decides which message of a task leaves next. Pure: it is given what the store holds of the task. It does not know whether the
/// task waits for its service or for a welcome: see ``BusyTasks`` and ``Welcomes``.
struct QueuePolicy {
    struct Entry: Hashable {
        var turn: Turn
        var owner: Ownership
    }

    enum Decision: Hashable {
        /// Nothing of ours is queued, or it is queued behind a turn of ours.
        case wait
        /// The turn before it did not end well: it leaves on the person's word only.
        case hold(Turn)
        /// A turn or an earlier message of another process is before this one of ours.
        case waitForOther(Turn.ID)
        /// The turn before it runs at the service, and no process polls it.
        case adopt(Turn)
        /// The service has refused it because the conversation was busy, and is asked first.
        case askWhetherBusy
        case depart(Turn)
    }

    /// The queued turns, oldest first.
    var queue: [Entry]
    /// The turn that is under way.
    var active: Entry?
    /// How the turn before the queue ended; nil if there is none.
    var before: Turn.State?

    /// Each process sends its own messages and those of processes that have ended, in the order in which they were queued.
    ///
    /// - Parameter isReleased: whether the person has just sent or retried something, so that a queue behind a turn that did not
    ///   end well goes on.
    /// - Parameter isFree: whether the service has just said that the conversation is not busy.
    func next(isReleased: Bool, isFree: Bool) -> Decision {
        guard let ours = queue.first(where: { $0.owner != .elsewhere })?.turn else { return .wait }
        switch (active?.turn, active?.owner) {
        case (nil, _): break
        case (_, .ours): return .wait
        case (let turn?, .orphaned) where turn.state == .running: return .adopt(turn)
        default: return .waitForOther(ours.id)
        }
        guard queue.first?.turn.id == ours.id else { return .waitForOther(ours.id) }
        guard isReleased || before == nil || before == .done else { return .hold(ours) }
        guard isFree || ours.failure?.kind != .busy else { return .askWhetherBusy }
        return .depart(ours)
    }
}

/// Decides where the message of a turn goes that is sent once more.
enum RetryPlacement: Hashable {
    case inPlace
    /// Behind later turns that have been sent. A message without any reply moves there; one with a part of a reply stays, and is
    /// said again.
    case atEnd(removesOriginal: Bool)

    /// - Parameter wasFollowed: whether a later turn of the task has left the queue.
    init(_ turn: Turn, wasFollowed: Bool) {
        self = wasFollowed ? .atEnd(removesOriginal: turn.reply == nil) : .inPlace
    }
}
