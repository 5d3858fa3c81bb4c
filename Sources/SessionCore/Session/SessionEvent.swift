import Foundation

/// What the session manager emits to the interface. By then, what an event says is in the store; while the store cannot be written,
/// text that arrives is emitted all the same, and ``unstored(_:)`` says so.
public enum SessionEvent: Sendable {
    /// Every task, archived ones and those whose deletion can be taken back included, most recent first: emitted at the start, and again when another program has
    /// removed one. What was created after it was asked for is missing: it comes as ``task(_:)``.
    case tasks([ChatTask])
    /// Tasks that have changed since the last look, in another program or here. One with a higher ``ChatTask/revision`` than is
    /// known holds what another program wrote: load its page again.
    case changed([ChatTask])
    /// A task is new or has changed.
    case task(ChatTask)
    /// - Parameter successor: the task that it turned out to be one conversation with, and that has all it held.
    case taskRemoved(ChatTask.ID, successor: ChatTask.ID? = nil)
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
    case places(SearchPlaces)
    /// The last messages of a task, oldest first, each cut after some hundred characters.
    case preview(ChatTask.ID, [Message])
    /// How many tasks of a service are listed. Those that were not here yet are emitted as ``task(_:)`` before.
    case listing(AccountName, FetchState)
    /// How much of a task's history is fetched from its service. After ``FetchState/more`` or ``FetchState/complete`` there may
    /// be messages before the first one shown: load a page of them.
    case history(ChatTask.ID, FetchState)
    /// Messages that were not sent after all: their text goes in front of the draft, with a line end between them. In the store
    /// it is there already, unless the store could not be written.
    case returned(ChatTask.ID, text: String)
    /// What is shown and could not be stored yet; nil when everything is stored again. Emitted when it changes.
    case unstored(UnstoredWork?)
    /// A problem that no turn shows: a listing that failed, a store that cannot be written.
    case problem(String)
}
