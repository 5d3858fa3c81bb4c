import Agents

/// The configuration of a server.
public struct ServerConfiguration: Sendable {
    /// The address to listen on. Any but a loopback address makes the server reachable from outside.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    /// The prefix of every path, for a proxy that does not remove it: `/parley`.
    public var pathPrefix: PathPrefix
    public var store: StoreLocation
    /// In the order in which they are offered; the first is the default.
    public var agents: [AgentDefinition]
    public var limits: ServerLimits
    /// Finds further agents once the server runs, which are offered after the others: models on this computer. nil for no search.
    public var findAgents: Search?

    /// Finds agents whose keys are not taken.
    public typealias Search = @Sendable (_ taken: Set<String>) async -> [AgentDefinition]

    public init(
        host: String = "127.0.0.1", port: Int = 0, pathPrefix: PathPrefix = "", store: StoreLocation,
        agents: [AgentDefinition] = [.guide()],
        limits: ServerLimits = ServerLimits(),
        findAgents: Search? = nil
    ) {
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
        self.store = store
        self.agents = agents
        self.limits = limits
        self.findAgents = findAgents
    }
}

/// An agent on offer, with every name that clients use for it.
public struct OfferedAgent: Hashable, Sendable {
    public var id: Int64
    public var hex: String
    public var key: String
    public var name: String
    /// What it does, in a sentence.
    public var summary: String?

    init(_ identity: StoredAgent) {
        id = identity.id
        hex = identity.hex
        key = identity.key
        name = identity.name
        summary = identity.description
    }
}
