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
    /// Whether key and messages may go to another machine without encryption.
    public var isInsecure: Bool
    /// A file with certificate authorities that are trusted besides the system's.
    public var authorityFile: String?
    /// Where the key comes from, for error texts: `the environment variable LYZR_API_KEY`. Never the key.
    public var keyDescription: String
    /// Fetches the key; called when one is needed, and again after the service has refused it.
    public var key: @Sendable () async throws -> String
    /// Deletes a conversation by its id at the service, where that can be done although the service's API does not offer it.
    public var delete: (@Sendable (String) async throws -> Void)?
    /// Forks a conversation by its id at the service, where that can be done although the service's API does not offer it, and gives
    /// the id of the fork.
    public var fork: (@Sendable (String, ForkPoint?) async throws -> String)?

    public init(
        name: AccountName, url: String, serviceName: String? = nil, user: String, agents: [Agent],
        isInsecure: Bool = false, authorityFile: String? = nil,
        keyDescription: String,
        key: @escaping @Sendable () async throws -> String
    ) {
        self.name = name
        self.url = url
        self.serviceName = serviceName
        self.user = user
        self.agents = agents
        self.isInsecure = isInsecure
        self.authorityFile = authorityFile
        self.keyDescription = keyDescription
        self.key = key
    }
}

extension ServiceAccount {
    /// What the service's API offers, and what can be done beside it.
    func capabilities(_ offered: Capabilities) -> Capabilities {
        fork == nil ? offered : offered.union(.forks)
    }

    /// Forks beside the service's API.
    func fork(_ conversation: Conversation, upTo point: ForkPoint?) async throws -> String {
        guard let fork, let id = conversation.serviceID else {
            throw ServiceError(
                .invalid, "This conversation has no messages yet, so there is nothing to fork.")
        }
        return try await fork(id, point)
    }
}
