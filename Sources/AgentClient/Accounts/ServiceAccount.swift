import SessionCore

/// An account as a service needs to know it.
public struct ServiceAccount: Sendable {
    /// What the configuration calls it.
    public var name: AccountName
    /// Where the service is; may have a path.
    public var url: String
    /// Who the service is told we are.
    public var user: String
    /// The agents of the configuration.
    public var agents: [Agent]
    /// Where the key comes from, for error texts: `the environment variable LYZR_API_KEY`. Never the key.
    public var keyDescription: String
    /// Gets the key; called when one is needed, and again after the service has refused it.
    public var key: @Sendable () async throws -> String

    public init(
        name: AccountName, url: String, user: String, agents: [Agent], keyDescription: String,
        key: @escaping @Sendable () async throws -> String
    ) {
        self.name = name
        self.url = url
        self.user = user
        self.agents = agents
        self.keyDescription = keyDescription
        self.key = key
    }
}
