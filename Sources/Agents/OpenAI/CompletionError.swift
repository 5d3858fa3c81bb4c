import Wire

/// Why an endpoint gave no complete answer.
enum CompletionError: Error, Hashable, Sendable {
    /// No answer came back.
    case connection(TransportFailure)
    case refused(status: Int, message: String, retryAfter: String?)
    case firstByteTimeout
    case idleTimeout
    /// The stream ended before the model did.
    case truncated
    /// The beginning of what came instead of a completion; nil for nothing.
    case unexpected(String?)
    /// A web page came, with this title.
    case unexpectedPage(title: String)
    /// A part of the stream could not be read; the others have been emitted.
    case unreadableChunk(String)
    case tooLong
    case contentFiltered
    /// The model stopped because it had written as many tokens as it may.
    case lengthReached
    /// The endpoint reported this error in the middle of a stream.
    case reported(String)
    /// The model waits for the result of a tool that the agent does not have.
    case toolMissing(String)

    var isUnauthorized: Bool {
        if case .refused(401, _, _) = self { true } else { false }
    }
}
