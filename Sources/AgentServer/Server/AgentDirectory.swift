import AgentAPI
import Agents
import Synchronization

/// Which agent answers under which identity, and how it presents itself.
final class AgentDirectory: Sendable {
    struct Profile: Sendable {
        var agent: any ReplyingAgent
        /// How it greets, before anything was said.
        var welcome: String
        /// What a person might say first.
        var suggestions: [String]
    }

    /// In the order in which they are offered.
    private let entries: Mutex<[(key: String, profile: Profile)]>

    init(configured: [(key: String, profile: Profile)]) {
        entries = Mutex(configured)
    }

    private var configured: [(key: String, profile: Profile)] { entries.withLock { $0 } }

    /// The keys of the agents, the default first.
    var keys: [String] { configured.map(\.key) }

    /// Offers further agents, after those that there are.
    func add(_ found: [(key: String, profile: Profile)]) {
        entries.withLock { $0 += found }
    }

    /// The key of the agent that answers where a client names none.
    var defaultKey: String? { configured.first?.key }

    /// nil if nothing answers under this identity any more.
    func profile(for identity: AgentIdentity) -> Profile? {
        guard identity.isEnabled else { return nil }
        switch identity.origin {
        case .configured: return profile(key: identity.key)
        case .created: return backing(of: identity)
        }
    }

    private func profile(key: String) -> Profile? {
        configured.first { $0.key == key }?.profile
    }

    /// An agent that a client made is answered for by the configured one that its model names, or else by the first that follows
    /// instructions, or else by the default.
    private func backing(of identity: AgentIdentity) -> Profile? {
        let named = identity.definition["model"]?["name"]?.string.flatMap(profile(key:))
        let capable = configured.first { $0.profile.agent.followsInstructions }?.profile
        guard var profile = named ?? capable ?? configured.first?.profile else { return nil }
        profile.welcome = identity.definition["welcome_message"]?.string ?? "Hello! I am \(identity.name)."
        profile.suggestions = []
        return profile
    }
}

extension AgentIdentity {
    /// What a client that made the agent told it to do; nil if nothing.
    var instructions: String? {
        let parts = definition["first_step"]?["instructions"]?.elements ?? []
        let texts = parts.compactMap { $0["template"]?.string ?? $0["content"]?.string ?? $0.string }
        let own = definition["instructions"]?.string ?? definition["system_prompt"]?.string
        let all = texts + [own].compactMap { $0 }
        return all.isEmpty ? nil : all.joined(separator: "\n\n")
    }
}
