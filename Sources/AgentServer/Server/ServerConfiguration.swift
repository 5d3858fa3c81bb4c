import Agents

/// What a server is to do and where.
public struct ServerConfiguration: Sendable {
    /// The address that is listened on. Anything but a loopback address makes the server reachable from outside.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    /// What stands before every path of the server, behind a proxy that passes it on: `/parley`. Empty for nothing.
    public var pathPrefix: PathPrefix
    public var store: StoreLocation
    /// In the order in which they are offered; the first is the default.
    public var agents: [AgentDefinition]
    public var limits: ServerLimits
    /// What is looked for while the server starts; the models that are found are offered after the agents. nil for nothing.
    public var modelSearch: ModelSearch?

    public init(
        host: String = "127.0.0.1", port: Int = 0, pathPrefix: PathPrefix = "", store: StoreLocation,
        agents: [AgentDefinition] = [.guide()],
        limits: ServerLimits = ServerLimits(), modelSearch: ModelSearch? = nil
    ) {
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
        self.store = store
        self.agents = agents
        self.limits = limits
        self.modelSearch = modelSearch
    }
}

/// An agent as it is offered, with every name a client may use.
public struct OfferedAgent: Hashable, Sendable {
    public var id: Int64
    public var hex: String
    public var key: String
    public var name: String

    init(_ identity: AgentIdentity) {
        id = identity.id
        hex = identity.hex
        key = identity.key
        name = identity.name
    }
}
