import SessionCore

/// What a service needs to know of an account.
public struct ServiceAccount: Sendable {
    /// The name in the configuration.
    public var name: AccountName
    /// The service's address; may have a path.
    public var url: String
    /// What error texts call the service; nil for the host of its address.
    public var serviceName: String?
    /// The user id that the service gets.
    public var user: String
    /// The agents in the configuration.
    public var agents: [Agent]
    /// Where the key comes from, for error texts: `the environment variable LYZR_API_KEY`. Never the key.
    public var keyDescription: String
    /// Fetches the key; called when one is needed, and again after the service has refused it.
    public var key: @Sendable () async throws -> String
    /// Deletes a conversation by its id at the service, where that can be done although the service's API does not offer it.
    public var delete: (@Sendable (String) async throws -> Void)?

    public init(
        name: AccountName, url: String, serviceName: String? = nil, user: String, agents: [Agent],
        keyDescription: String,
        key: @escaping @Sendable () async throws -> String
    ) {
        self.name = name
        self.url = url
        self.serviceName = serviceName
        self.user = user
        self.agents = agents
        self.keyDescription = keyDescription
        self.key = key
    }
}
