/// What a key may do.
public enum KeyPermission: String, Codable, CaseIterable, Sendable {
    /// See agents, conversations and their messages.
    case read
    /// Hold conversations; includes ``read``.
    case chat
    /// Create, change and delete agents and their keys.
    case manage
    /// Read the server's metrics.
    case metrics
}

/// The caller, as far as the key of a request identifies it.
struct Principal: Hashable, Sendable {
    /// The public part of the key, safe to log.
    var prefix: String
    var form: APIKey.Form
    /// The only agent that the key gives access to; nil for all.
    var agent: Int64?
    var permissions: Set<KeyPermission>

    func may(_ permission: KeyPermission) -> Bool {
        permissions.contains(permission) || (permission == .read && permissions.contains(.chat))
    }
}

extension Principal? {
    /// Whether the key gives access to an agent and to its conversations. Without a key there is no restriction.
    func canAccess(agent: Int64?) -> Bool {
        guard let bound = self?.agent else { return true }
        return bound == agent
    }
}
