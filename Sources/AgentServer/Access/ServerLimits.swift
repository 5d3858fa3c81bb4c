/// How much the server accepts, and how long it waits.
public struct ServerLimits: Hashable, Sendable {
    /// The largest body of a request, in bytes.
    public var bodySize: Int
    /// The largest header of a request, its address included, in bytes.
    public var headerSize: Int
    /// How many background turns run at once; the others are queued.
    public var backgroundTurns: Int
    /// Requests per minute and key, which may come in one burst; nil for any number.
    public var requestsPerMinute: Int?
    /// Open replies per key, and as many WebSockets; nil for any number.
    public var streamsPerKey: Int?
    /// Wrong keys per minute from one address, which may come in one burst; nil for any number.
    public var wrongKeysPerMinute: Int?
    /// Open connections; others wait until one is closed.
    public var connections: Int
    /// How long a new connection may take to send the header of its first request.
    public var firstRequest: Duration
    /// How long a request may take to arrive, from its first byte to its last, and a message on a WebSocket.
    public var request: Duration
    /// How long a connection may be silent between two requests or in the middle of one.
    public var silence: Duration

    /// - Parameter silence: Longer than clients keep an idle connection, so that the client closes it: then no message is sent on a
    ///   connection that the server is closing.
    public init(
        bodySize: Int = 1 << 20, headerSize: Int = 32 << 10, backgroundTurns: Int = 4,
        requestsPerMinute: Int? = 6000, streamsPerKey: Int? = 256, wrongKeysPerMinute: Int? = 60,
        connections: Int = 2048, firstRequest: Duration = .seconds(10), request: Duration = .seconds(60),
        silence: Duration = .seconds(120)
    ) {
        self.bodySize = bodySize
        self.headerSize = headerSize
        self.backgroundTurns = backgroundTurns
        self.requestsPerMinute = requestsPerMinute
        self.streamsPerKey = streamsPerKey
        self.wrongKeysPerMinute = wrongKeysPerMinute
        self.connections = connections
        self.firstRequest = firstRequest
        self.request = request
        self.silence = silence
    }
}

extension ServerLimits {
    /// The connections for which the process has descriptors, of which its store, its programs and its models need some as well.
    /// - Parameter descriptors: How many the system allows the process.
    func connections(withDescriptors descriptors: Int) -> Int {
        min(connections, max(Self.minConnections, (descriptors - Self.ownDescriptors) / 2))
    }

    private static let minConnections = 8
    private static let ownDescriptors = 64
}
