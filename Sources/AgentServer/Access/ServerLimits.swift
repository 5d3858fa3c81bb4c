/// What the server takes on at most, and how long it waits.
public struct ServerLimits: Hashable, Sendable {
    /// The body of a request, in bytes.
    public var bodySize: Int
    /// The address and all header fields of a request together, in bytes.
    public var headerSize: Int
    /// Background turns that run at once; the others wait.
    public var backgroundTurns: Int
    /// Requests in a minute with one key; nil for any number. A minute's worth may come at once.
    public var requestsPerMinute: Int?
    /// Replies that are being written at once for one key; nil for any number.
    public var streamsPerKey: Int?
    /// How long a new connection may take until its first request is there, its header at least.
    public var firstRequest: Duration
    /// How long a connection may be silent between two requests, or in the middle of one.
    public var silence: Duration

    /// - Parameter silence: longer than clients keep an idle connection, so that they are the ones who close it: who has closed
    ///   a connection sends no message into it.
    public init(
        bodySize: Int = 1 << 20, headerSize: Int = 32 << 10, backgroundTurns: Int = 4,
        requestsPerMinute: Int? = 6000, streamsPerKey: Int? = 256, firstRequest: Duration = .seconds(10),
        silence: Duration = .seconds(120)
    ) {
        self.bodySize = bodySize
        self.headerSize = headerSize
        self.backgroundTurns = backgroundTurns
        self.requestsPerMinute = requestsPerMinute
        self.streamsPerKey = streamsPerKey
        self.firstRequest = firstRequest
        self.silence = silence
    }
}
