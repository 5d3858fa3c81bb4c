import Foundation

/// What the interface asks of the session manager. Intents are carried out in the order they were submitted; what comes of
/// them is told as ``SessionEvent``.
public enum Intent: Sendable {
    /// A new task; the interface draws the id so that it can go on with it at once.
    case create(ChatTask.ID, account: AccountName, agent: Agent)
    /// Removes the task if nothing was ever said in it and its draft is empty.
    case discardIfEmpty(ChatTask.ID)
    /// Stores the message and sends it, or queues it behind the running turn. Clears the draft in the same transaction.
    case send(ChatTask.ID, text: String, mode: Turn.Mode)
    /// Stops the running turn of the task; its queued messages go back into the draft.
    case stop(ChatTask.ID)
    /// Sends the message of a turn that failed, was stopped, truncated or is unconfirmed once more, but not before the
    /// time that its service named (``ServiceError/retryAt``). Of a queued turn: sends what is held behind a turn that did
    /// not end well, or looks at once whether the conversation is still busy.
    case retry(Turn.ID)
    /// Takes a queued, failed or unconfirmed message back into the draft.
    case takeBack(Turn.ID)
    case setDraft(ChatTask.ID, Draft)
    case setMode(ChatTask.ID, Turn.Mode)
    /// Everything up to and with this message has been read. The mark moves forward only, and not over a reply that is
    /// still to come: when that is whole, mark it again.
    case markRead(ChatTask.ID, upTo: Message.ID)
    case rename(ChatTask.ID, title: String)
    case setPinned(ChatTask.ID, Bool)
    case setArchived(ChatTask.ID, Bool)
    case delete(ChatTask.ID)
    /// Begins a conversation at the service that holds this one up to and with a message, or all of it: a new task with
    /// this id, drawn by the interface. It is told as ``SessionEvent/task(_:)`` when it is there.
    case fork(ChatTask.ID, upTo: Message.ID?, as: ChatTask.ID)
    /// Answered by ``SessionEvent/page(_:)``.
    case load(PageRequest)
    /// Answered by ``SessionEvent/found(_:)``.
    case search(SearchRequest)
    /// Looks for what other programs wrote into the store; cheap when there is nothing.
    case sync
    /// Lists the newest tasks of the services: the first page of each, and what was said elsewhere in the task
    /// that was loaded last. Answered by ``SessionEvent/listing(_:_:)``.
    case refresh
    /// Lists more tasks of a service, further back than before: pages on until one holds a task that is not here yet.
    /// Answered by ``SessionEvent/listing(_:_:)``.
    case moreTasks(AccountName)
    /// Fetches what the service remembers from before the first message that is here, after that has failed or in
    /// advance (``load(_:)`` does it by itself). Answered by ``SessionEvent/history(_:_:)``.
    case loadEarlier(ChatTask.ID)
}
