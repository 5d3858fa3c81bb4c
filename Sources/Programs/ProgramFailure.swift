/// Why a program did not do its work.
public struct ProgramFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case notFound
        /// The working folder does not exist or cannot be entered.
        case folderNotAccessible
        /// Starting failed otherwise; the system's words for it.
        case notStarted(String)
        case timedOut(Duration)
        /// More came on standard output than allowed.
        case outputLimitExceeded
        case exited(Int32)
        case signaled(Int32)
    }

    public var reason: Reason
    /// The last lines on standard error, safe to show; empty if there were none.
    public var lastLines: String

    public init(_ reason: Reason, lastLines: String = "") {
        self.reason = reason
        self.lastLines = lastLines
    }
}
