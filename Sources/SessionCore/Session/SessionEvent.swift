import Foundation

/// What the session manager emits to the interface. By then, what an event says is in the store; while the store cannot be written,
/// text that arrives is emitted all the same, and ``unstored(_:)`` says so.
public enum SessionEvent: Sendable {
    /// Every task, archived ones included, most recent first: emitted at the start, and again when another program has
    /// written. A task whose `updatedAt` has moved on holds what another program wrote: load its page again.
    case tasks([ChatTask])
    /// A task is new or has changed.
    case task(ChatTask)
    case taskRemoved(ChatTask.ID)
    /// A message is new (its text may still be empty and streaming), or has changed as a whole. Messages are ordered by id:
    /// a reply comes before messages that were queued while it was awaited.
    case message(Message)
    /// More text of a streaming message: only the new part, which begins `offset` UTF-8 bytes into the message. A page that
    /// was loaded meanwhile may hold some of it already.
    case chunk(task: ChatTask.ID, message: Message.ID, offset: Int, text: String)
    /// Steps of a streaming message that are new or have changed.
    case steps(task: ChatTask.ID, message: Message.ID, [Step])
    case messageRemoved(task: ChatTask.ID, message: Message.ID)
    case turn(Turn)
    case page(MessagePage)
    case found(SearchAnswer)
    /// How many tasks of a service are listed. Those that were not here yet are emitted as ``task(_:)`` before.
    case listing(AccountName, FetchState)
    /// How much of a task's history is fetched from its service. After ``FetchState/more`` or ``FetchState/complete`` there may
    /// be messages before the first one shown: load a page of them.
    case history(ChatTask.ID, FetchState)
    /// The draft of this task has been replaced (a message was taken back).
    case draft(ChatTask.ID, Draft)
    /// What is shown and could not be stored yet; nil when everything is stored again. Emitted when it changes.
    case unstored(UnstoredWork?)
    /// A problem that no turn shows: a listing that failed, a store that cannot be written.
    case problem(String)
}
