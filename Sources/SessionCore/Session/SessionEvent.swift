import Foundation

/// What the session manager tells the interface. By the time an event is told, what it says is in the store.
public enum SessionEvent: Sendable {
    /// Every task, the archived ones too, most recent first: told once at the start, and again when another program has
    /// written. A task whose `updatedAt` has moved on by then holds what another program wrote: its page is to be loaded again.
    case tasks([ChatTask])
    /// A task is new or has changed.
    case task(ChatTask)
    case taskRemoved(ChatTask.ID)
    /// A message is new (its text may still be empty and streaming), or has changed as a whole. Its place is by its id:
    /// a reply stands before messages that were queued while it was awaited.
    case message(Message)
    /// More text of a streaming message: only the new part, which begins `offset` UTF-8 bytes into the message. A page that
    /// was read meanwhile may hold some of it already.
    case chunk(task: ChatTask.ID, message: Message.ID, offset: Int, text: String)
    case messageRemoved(task: ChatTask.ID, message: Message.ID)
    case turn(Turn)
    case page(MessagePage)
    case found(SearchAnswer)
    /// How far the tasks of a service are listed. Those that were not here yet are told as ``task(_:)`` before.
    case listing(AccountName, FetchState)
    /// How far the history of a task is fetched from its service. After ``FetchState/more`` or ``FetchState/complete`` there may
    /// be messages before the first that was shown: a page tells them.
    case history(ChatTask.ID, FetchState)
    /// The interface's draft of this task is to be replaced (a message was taken back).
    case draft(ChatTask.ID, Draft)
    /// Something that no turn shows: a listing that failed, a store that cannot be written.
    case problem(String)
}
