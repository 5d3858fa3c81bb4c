import Storage

/// What the session manager's loop takes in, one after the other: intents, answers of services, timers.
///
/// An intent is wrapped here once: it takes its place in the same queue as the answers, which is what makes the order of everything
/// that happens to a turn one order.
enum ManagerInput: Sendable {
    case intent(Intent)
    /// Part of a streamed reply waits in its buffer. The buffer, not this queue, holds it: so what gathers while the store
    /// writes becomes one piece, and a fast connection is held back.
    case arrived(TurnAttempt)
    case replied(TurnAttempt, Result<ReplyEnd, ServiceError>)
    case begun(TurnAttempt, Result<Ticket, ServiceError>)
    case polled(TurnAttempt, Result<PollAnswer, ServiceError>)
    /// The next message of a task leaves, if its time has come: see ``TurnEngine``.
    case depart(ChatTask.ID, isReleased: Bool, isFree: Bool)
    /// Whether another turn is under way in a task.
    case busyAsked(ChatTask.ID, Result<Bool, ServiceError>)
    /// The service's id of the new conversation.
    case forked(Fork, Result<String, ServiceError>)
    case opened(ChatTask.ID, Result<[ReplyEvent], ServiceError>)
    /// - Parameter number: the listing that the page belongs to.
    case listed(AccountName, number: Int, Result<Page<RemoteTask>, ServiceError>)
    /// The newest messages of a conversation in which something was said here before.
    case newest(Conversation, Result<Page<RemoteMessage>, ServiceError>)
    case history(HistoryPlace, Result<Page<RemoteMessage>, ServiceError>)
    /// What was read beside the loop.
    case read(SessionEvent)
    /// A service has deleted a conversation, or will not, and why.
    case deletionSettled(OwedDeletion, problem: String?)
    /// Something went wrong that no turn shows.
    case problem(String)
    case accounts([AccountName: any AgentService])
    case pollOnce(timeout: Duration, CheckedContinuation<Void, Never>)
    case pollOnceTimedOut
    /// The file of the store has changed, or a program that had it open may have ended.
    case storeChanged(DatabaseWatch.Change)
    /// The timer has fired.
    case wake
    /// Everything submitted before has been carried out.
    case barrier(CheckedContinuation<Void, Never>)
    case shutdown(grace: Duration, CheckedContinuation<Void, Never>)
    case graceIsOver
    /// A detached request has ended.
    case detachedEnded(Int)
}
