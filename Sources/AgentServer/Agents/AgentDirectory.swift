/// Which agent answers under which identity.
struct AgentDirectory: Sendable {
    private let configured: [String: any ReplyingAgent]

    /// - Parameter configured: the agents of the configuration by key.
    init(configured: [String: any ReplyingAgent]) {
        self.configured = configured
    }

    /// nil if nothing answers under this identity any more.
    func agent(for identity: AgentIdentity) -> (any ReplyingAgent)? {
        identity.isEnabled ? configured[identity.key] : nil
    }
}
