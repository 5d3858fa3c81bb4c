import RichText
import SessionCore

/// A line in the status bar.
struct Notice: Hashable, Sendable {
    /// What a notice is about, where that can pass: the notice goes with it.
    enum Subject: Hashable, Sendable {
        /// A task that wants the person, until they have seen it.
        case attention(ChatTask.ID)
        /// That the tasks of an account are being listed, of any account (nil), or that they cannot be.
        case listing(AccountName?)
        /// That the agents of an account, or of any (nil), are not known yet.
        case agents(AccountName?)
        /// A fork that is being made.
        case fork
    }

    var text: String
    var role: StyleRole
    /// nil: it stays until the next key.
    var subject: Subject?
}
