import Foundation

/// The keys of a server, for who may open its store: made, listed and revoked, also while the server runs.
public struct ServerKeys: Sendable {
    /// What is known of a key. The key itself is not kept.
    public struct Description: Hashable, Sendable {
        /// The six letters that stand after the form of a key: its public name.
        public var prefix: String
        public var name: String
        /// The only agent that the key speaks with.
        public var agent: String?
        public var permissions: Set<KeyPermission>
        public var createdAt: Date
        public var revokedAt: Date?
    }

    private let store: ServerStore

    /// - Throws: ``ServerFailure`` if the store cannot be opened.
    public init(_ location: StoreLocation) throws {
        store = try ServerStore.opening(location)
    }

    /// Makes a key.
    /// - Parameter agent: binds the key to this agent, by its key; the key then has the form `xag_…`.
    /// - Returns: the whole key, which cannot be shown again.
    public func create(
        name: String, agent: String? = nil, permissions: Set<KeyPermission> = [.chat]
    ) async throws -> String {
        var bound: AgentIdentity?
        if let agent {
            bound = try await store.agent(named: agent)
            guard bound != nil else {
                throw ServerFailure(
                    "The server has no agent “\(agent)”; it must have been started with it once.")
            }
        }
        let key = APIKey.draw(bound != nil ? .agent : permissions == [.manage] ? .personal : .general)
        try await store.add(key, name: name, agent: bound?.id, permissions: permissions)
        return key.text
    }

    /// All keys, the oldest first.
    public func list() async throws -> [Description] {
        let agents = try await store.agents()
        return try await store.keys().map { key in
            Description(
                prefix: key.prefix, name: key.name, agent: agents.first { $0.id == key.agentId }?.key,
                permissions: key.principal.permissions, createdAt: key.createdAt, revokedAt: key.revokedAt)
        }
    }

    /// - Returns: false if there is no such key or it was revoked before.
    public func revoke(prefix: String) async throws -> Bool {
        try await store.revokeKey(prefix: prefix)
    }
}
