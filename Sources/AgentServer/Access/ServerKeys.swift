import Agents
import Foundation

/// Creates, lists and revokes the keys of a server in its store, also while the server runs.
public struct ServerKeys: Sendable {
    /// What is known about a key. The key itself is not stored.
    public struct Description: Hashable, Sendable {
        /// The six letters after the form of the key: its public name.
        public var prefix: String
        public var name: String
        /// The key of the only agent that it gives access to; nil for all.
        public var agent: String?
        public var permissions: Set<KeyPermission>
        public var createdAt: Date
        /// To the minute; nil if it was never used.
        public var lastUsedAt: Date?
        public var revokedAt: Date?
    }

    private let store: ServerStore

    /// - Throws: ``ServerError`` if the store cannot be opened.
    public init(_ location: StoreLocation) throws(ServerError) {
        store = try ServerStore(location)
    }

    /// Creates a key.
    /// - Parameters:
    ///   - agent: Binds the key to the agent with this key or these 24 hexadecimal digits; the new key then has the form `xag_…`.
    ///   - configured: The agents of the server's configuration, which may not be in the store yet.
    /// - Returns: The whole key, which cannot be shown again, and its description.
    /// - Throws: ``ServerError`` if there is no such agent.
    public func create(
        name: String, agent: String? = nil, permissions: Set<KeyPermission> = [.chat],
        configured: [AgentDefinition] = []
    ) async throws -> (key: String, Description) {
        guard !permissions.isEmpty else { throw ServerError("A key needs at least one permission.") }
        var bound: StoredAgent?
        if let agent { bound = try await find(agent, configured: configured) }
        let key = APIKey.generate(bound != nil ? .agent : permissions == [.manage] ? .personal : .general)
        let stored = try await store.add(key, name: name, agent: bound?.id, permissions: permissions)
        return (key.text, Description(stored, agents: [bound].compactMap(\.self)))
    }

    private func find(_ name: String, configured: [AgentDefinition]) async throws -> StoredAgent {
        if let definition = configured.first(where: { $0.key == name || $0.hex == name.lowercased() }) {
            try await store.add([AgentNames(definition)])
        }
        if let agent = try await store.agent(named: name), agent.isEnabled { return agent }
        let known = try await store.agents().filter(\.isEnabled).map(\.key) + configured.map(\.key)
        let names = Set(known).sorted().joined(separator: ", ")
        throw ServerError(
            "The server has no agent “\(name)”." + (names.isEmpty ? "" : " There are: \(names)."))
    }

    /// All keys, oldest first.
    public func list() async throws -> [Description] {
        let agents = try await store.agents()
        return try await store.keys().map { Description($0, agents: agents) }
    }

    /// Revokes a key: the server refuses it from now on.
    /// - Parameter key: Its prefix, or its name if no other valid key has the same.
    /// - Throws: ``ServerError`` if there is no such valid key, or more than one.
    @discardableResult
    public func revoke(_ key: String) async throws -> Description {
        let valid = try await list().filter { $0.revokedAt == nil }
        let matching = valid.filter { $0.prefix == key }
        let found = matching.isEmpty ? valid.filter { $0.name == key } : matching
        guard let only = found.first else { throw ServerError("There is no valid key “\(key)”.") }
        guard found.count == 1 else {
            let prefixes = found.map(\.prefix).joined(separator: ", ")
            throw ServerError("Several keys are named “\(key)”. Give the prefix of one: \(prefixes).")
        }
        guard try await store.revokeKey(prefix: only.prefix),
            let revoked = try await list().first(where: { $0.prefix == only.prefix })
        else { throw ServerError("The key “\(key)” has been revoked in the meantime.") }
        return revoked
    }

    /// Closes the store.
    public func close() {
        store.close()
    }
}

extension ServerKeys.Description {
    init(_ key: StoredKey, agents: [StoredAgent]) {
        self.init(
            prefix: key.prefix, name: key.name, agent: agents.first { $0.id == key.agentId }?.key,
            permissions: key.principal.permissions, createdAt: key.createdAt, lastUsedAt: key.lastUsedAt,
            revokedAt: key.revokedAt)
    }
}
