/// What the session manager takes in, one after the other: what the person wants, and what comes back from the services
/// and the clock.
enum ManagerInput: Sendable {
    case intent(Intent)
    /// Something of a streamed reply waits in its buffer.
    case arrived(Poller.Key)
    case replied(Poller.Key, Result<ReplyEnd, ServiceError>)
    case begun(Poller.Key, Result<Ticket, ServiceError>)
    case polled(Poller.Key, Result<PollAnswer, ServiceError>)
    /// Whether another turn is under way in a task.
    case busyAsked(ChatTask.ID, Result<Bool, ServiceError>)
    /// The service's id of the new conversation.
    case forked(Fork, Result<String, ServiceError>)
    case opened(ChatTask.ID, Result<[ReplyEvent], ServiceError>)
    case listed(AccountName, Int, Result<Page<RemoteTask>, ServiceError>)
    /// The newest messages of a conversation in which something was said here before.
    case newest(HistoryPlace, Result<Page<RemoteMessage>, ServiceError>)
    case history(HistoryPlace, Result<Page<RemoteMessage>, ServiceError>)
    case found(SearchAnswer)
    /// Something went wrong that no turn shows.
    case problem(String)
    case accounts([AccountName: any AgentService])
    case pollOnce(patience: Duration, CheckedContinuation<Void, Never>)
    case patienceIsOver
    /// The timer has fired.
    case wake
    /// Everything submitted before has been carried out.
    case barrier(CheckedContinuation<Void, Never>)
    case shutdown(grace: Duration, CheckedContinuation<Void, Never>)
    case graceIsOver
    /// An detach has ended.
    case detachedEnded(Int)
}
