import Agents
import Foundation

/// The keys of a server, for who may open its store: made, listed and revoked, also while the server runs.
public struct ServerKeys: Sendable {
    /// What is known of a key. The key itself is not kept.
    public struct Description: Hashable, Sendable {
        /// The six letters that stand after the form of a key: its public name.
        public var prefix: String
        public var name: String
        /// The only agent that the key speaks with, by its key.
        public var agent: String?
        public var permissions: Set<KeyPermission>
        public var createdAt: Date
        /// To a minute; nil if it never was.
        public var lastUsedAt: Date?
        public var revokedAt: Date?
    }

    private let store: ServerStore

    /// - Throws: ``ServerError`` if the store cannot be opened.
    public init(_ location: StoreLocation) throws(ServerError) {
        store = try ServerStore(location)
    }

    /// Makes a key.
    /// - Parameters:
    ///   - agent: binds the key to this agent, by its key or its 24 hexadecimal digits; the key then has the form `xag_…`.
    ///   - configured: the agents of the server's configuration, which it may not have been started with yet.
    /// - Returns: the whole key, which cannot be shown again, and what will be known of it.
    public func create(
        name: String, agent: String? = nil, permissions: Set<KeyPermission> = [.chat],
        configured: [AgentDefinition] = []
    ) async throws -> (key: String, Description) {
        guard !permissions.isEmpty else { throw ServerError("A key that may do nothing is of no use.") }
        var bound: AgentIdentity?
        if let agent { bound = try await find(agent, configured: configured) }
        let key = APIKey.draw(bound != nil ? .agent : permissions == [.manage] ? .personal : .general)
        let stored = try await store.add(key, name: name, agent: bound?.id, permissions: permissions)
        return (key.text, Description(stored, agents: [bound].compactMap(\.self)))
    }

    private func find(_ name: String, configured: [AgentDefinition]) async throws -> AgentIdentity {
        if let definition = configured.first(where: { $0.key == name || $0.hex == name.lowercased() }) {
            try await store.add([AgentNames(definition)])
        }
        if let agent = try await store.agent(named: name), agent.isEnabled { return agent }
        let known = try await store.agents().filter(\.isEnabled).map(\.key) + configured.map(\.key)
        let names = Set(known).sorted().joined(separator: ", ")
        throw ServerError(
            "The server has no agent “\(name)”." + (names.isEmpty ? "" : " There are: \(names)."))
    }

    /// All keys, the oldest first.
    public func list() async throws -> [Description] {
        let agents = try await store.agents()
        return try await store.keys().map { Description($0, agents: agents) }
    }

    /// From now on the key is refused.
    /// - Parameter key: its prefix, or its name if no other valid key has the same.
    /// - Returns: what is known of it.
    /// - Throws: ``ServerError`` if there is no such valid key, or more than one.
    @discardableResult
    public func revoke(_ key: String) async throws -> Description {
        let valid = try await list().filter { $0.revokedAt == nil }
        let matching = valid.filter { $0.prefix == key }
        let found = matching.isEmpty ? valid.filter { $0.name == key } : matching
        guard let only = found.first else { throw ServerError("There is no valid key “\(key)”.") }
        guard found.count == 1 else {
            let prefixes = found.map(\.prefix).joined(separator: ", ")
            throw ServerError("Several keys are called “\(key)”. Name one by its prefix: \(prefixes).")
        }
        guard try await store.revokeKey(prefix: only.prefix),
            let revoked = try await list().first(where: { $0.prefix == only.prefix })
        else { throw ServerError("The key “\(key)” was revoked meanwhile.") }
        return revoked
    }

    /// Lets go of the store.
    public func close() {
        store.close()
    }
}

extension ServerKeys.Description {
    init(_ key: StoredKey, agents: [AgentIdentity]) {
        self.init(
            prefix: key.prefix, name: key.name, agent: agents.first { $0.id == key.agentId }?.key,
            permissions: key.principal.permissions, createdAt: key.createdAt, lastUsedAt: key.lastUsedAt,
            revokedAt: key.revokedAt)
    }
}
