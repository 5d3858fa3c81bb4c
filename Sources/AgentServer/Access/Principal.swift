/// What a key may do.
public enum KeyPermission: String, Codable, CaseIterable, Sendable {
    /// See agents, conversations and what was said in them.
    case read
    /// Hold conversations, which includes reading them.
    case chat
    /// Create, change and delete agents and their keys.
    case manage
    /// Read the figures of the server.
    case metrics
}

/// Who is calling: what is known of the key that came with a request.
struct Principal: Hashable, Sendable {
    /// The public part of the key: fit for logs.
    var prefix: String
    var form: APIKey.Form
    /// The only agent that the key may speak with; nil if it may speak with all.
    var agent: Int64?
    var permissions: Set<KeyPermission>

    func may(_ permission: KeyPermission) -> Bool {
        permissions.contains(permission) || (permission == .read && permissions.contains(.chat))
    }
}
