import Agents
import Synchronization
import Wire

/// Which agent answers for a stored one, and how it presents itself.
final class AgentDirectory: Sendable {
    struct Profile: Sendable {
        var agent: any ReplyingAgent
        /// The greeting before the first message; empty for none.
        var welcome: String
        /// What a person might say first.
        var suggestions: [String]
    }

    /// In the order in which they are offered, the configured ones before the found ones; the first is the default.
    private let definitions: Mutex<(configured: [AgentDefinition], found: [AgentDefinition])>

    init(_ configured: [AgentDefinition]) {
        definitions = Mutex((configured, []))
    }

    private var offered: [AgentDefinition] { definitions.withLock { $0.configured + $0.found } }

    /// The keys of the agents, the default first.
    var keys: [String] { offered.map(\.key) }

    /// The key of the agent that answers if a client names none.
    var defaultKey: String? { offered.first?.key }

    /// The keys of the agents that are offered beside the configured ones.
    var foundKeys: Set<String> { definitions.withLock { Set($0.found.map(\.key)) } }

    /// Offers further agents, after the others.
    func add(_ found: [AgentDefinition]) {
        definitions.withLock { $0.found += found }
    }

    /// Offers these agents in place of all others.
    func replace(with configured: [AgentDefinition]) {
        definitions.withLock { $0 = (configured, []) }
    }

    /// - Returns: nil if nothing answers for the agent any more.
    func profile(for agent: StoredAgent) -> Profile? {
        guard agent.isEnabled else { return nil }
        switch agent.origin {
        case .configured: return offered.first { $0.key == agent.key }.map(Profile.init)
        case .created: return backing(of: agent)
        }
    }

    /// An agent that a client created is backed by the configured one that its model names, else by the first that follows instructions,
    /// else by the default.
    private func backing(of agent: StoredAgent) -> Profile? {
        let offered = offered
        let model = agent.definition["model"]?["name"]?.string
        let named = model.flatMap { model in offered.first { $0.key == model } }
        guard let backing = named ?? offered.first(where: { $0.agent.followsInstructions }) ?? offered.first
        else { return nil }
        let welcome = agent.definition["welcome_message"]?.string ?? "Hello! I am \(agent.name)."
        return Profile(agent: backing.agent, welcome: welcome, suggestions: [])
    }
}

extension AgentDirectory.Profile {
    fileprivate init(_ definition: AgentDefinition) {
        self.init(
            agent: definition.agent, welcome: definition.welcome, suggestions: definition.suggestions)
    }
}

extension StoredAgent {
    /// The instructions of the client that created the agent; nil if it gave none.
    var instructions: String? {
        let parts = definition["first_step"]?["instructions"]?.elements ?? []
        let texts = parts.compactMap { $0["template"]?.string ?? $0["content"]?.string ?? $0.string }
        let own = definition["instructions"]?.string ?? definition["system_prompt"]?.string
        let all = texts + [own].compactMap { $0 }
        return all.isEmpty ? nil : all.joined(separator: "\n\n")
    }
}
