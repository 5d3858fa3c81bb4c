import Foundation

/// What the interface asks of the session manager. Intents are carried out in the order in which they are submitted; what comes of
/// them is emitted as ``SessionEvent``s.
public enum Intent: Sendable {
    /// Creates a task. The interface draws the id, so that it can use the task at once.
    case create(ChatTask.ID, account: AccountName, agent: Agent)
    /// Deletes the task if nothing was ever said in it and its draft is empty.
    case discardIfEmpty(ChatTask.ID)
    /// Stores the message and sends it, or leaves it queued behind the running turn. Clears the draft in the same transaction,
    /// unless the message comes from elsewhere.
    case send(ChatTask.ID, text: String, mode: Turn.Mode, keepsDraft: Bool = false)
    /// Stops the running turn of the task; its queued messages go back into the draft.
    case stop(ChatTask.ID)
    /// Sends the message of a turn again (see ``Turn/canBeRetried``), but not before the time that its service gave
    /// (``ServiceError/retryAt``). Of a queued turn: sends what is held behind a turn that did not end well, or checks at once
    /// whether the conversation is still busy.
    case retry(Turn.ID)
    /// Takes the message of a turn back into the draft (see ``Turn/canBeTakenBack``).
    case takeBack(Turn.ID)
    case setDraft(ChatTask.ID, Draft)
    case setMode(ChatTask.ID, Turn.Mode)
    /// Everything up to and including this message has been read. The mark moves forward only, and not over a reply that is
    /// still to come: mark that again when it is whole.
    case markRead(ChatTask.ID, upTo: Message.ID)
    /// - Parameter isProvisional: whether the service may give it a better title; true to take a rename back.
    case rename(ChatTask.ID, title: String, isProvisional: Bool = false)
    case setPinned(ChatTask.ID, Bool)
    case setArchived(ChatTask.ID, Bool)
    /// Stops what runs in the task and hides it, or takes that back. Ten minutes later it is deleted, here and at its service.
    case setDeleted(ChatTask.ID, Bool)
    /// Deletes the task at once, here and at its service.
    case delete(ChatTask.ID)
    /// Forks the conversation at the service, up to and including a message or all of it, into a new task with this id, which the
    /// interface draws. It is emitted as ``SessionEvent/task(_:)`` when the service has forked it.
    case fork(ChatTask.ID, upTo: Message.ID?, as: ChatTask.ID)
    /// The person looks at this task: its running turn is polled beside all others, and it is the one that ``refresh`` concerns.
    case look(ChatTask.ID)
    /// Answered by ``SessionEvent/page(_:)``.
    case load(PageRequest)
    /// Answered by ``SessionEvent/found(_:)``.
    case search(SearchRequest)
    /// Answered by ``SessionEvent/places(_:)``.
    case locate(SearchRequest)
    /// Answered by ``SessionEvent/preview(_:_:)``.
    case preview(ChatTask.ID)
    /// Checks for what other programs wrote into the store and what they left; cheap when there is nothing.
    case sync
    /// Fetches the newest tasks of the services, the first page of each, and what was said elsewhere in the task
    /// that the person looks at. Answered by ``SessionEvent/listing(_:_:)``.
    case refresh
    /// Fetches more tasks of a service, further back than before: pages on until one holds a task that is not here yet.
    /// Answered by ``SessionEvent/listing(_:_:)``.
    case moreTasks(AccountName)
    /// Fetches what the service remembers from before the first message that is here, in advance or after a failure
    /// (otherwise ``load(_:)`` does it). Answered by ``SessionEvent/history(_:_:)``.
    case loadEarlier(ChatTask.ID)
    /// Gives a task without a title one from what the service remembers of it. Answered by ``SessionEvent/history(_:_:)``.
    case name(ChatTask.ID)

    /// Whether it is carried out after the writes before it. Stopping a turn does not wait.
    var isOrderedWrite: Bool {
        switch self {
        case .create, .discardIfEmpty, .send, .retry, .takeBack, .setDraft, .setMode, .markRead, .rename,
            .setPinned, .setArchived, .setDeleted, .delete:
            true
        case .stop, .fork, .look, .load, .search, .locate, .preview, .sync, .refresh, .moreTasks,
            .loadEarlier, .name:
            false
        }
    }
}
