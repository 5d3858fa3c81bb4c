import Agents
import Logging

extension Backend {
    /// Opens the store and makes the configured agents known. Nothing runs yet.
    /// - Throws: ``ServerError`` with words for a person.
    static func open(
        _ configuration: ServerConfiguration, manual: [ManualSection], logger: Logger
    ) async throws -> Backend {
        try check(configuration.agents)
        let store = try ServerStore(configuration.store)
        let lease = try configuration.store.lease()
        try await store.register(configuration.agents.map(AgentNames.init))
        let agents = try AgentDirectory(configuration.agents, manual: manual)
        let metrics = ServerMetrics()
        let runner = TurnRunner(
            store: store, agents: agents, lease: lease,
            backgroundLimit: configuration.limits.backgroundTurns, metrics: metrics, logger: logger)
        return Backend(
            store: store, runner: runner, agents: agents, keyring: Keyring(store: store),
            limits: configuration.limits, prefix: configuration.pathPrefix,
            turnstile: AdmissionControl(configuration.limits), metrics: metrics)
    }

    private static func check(_ agents: [AgentDefinition]) throws {
        guard !agents.isEmpty else { throw ServerError("The server has no agent.") }
        guard Set(agents.map(\.key)).count == agents.count else {
            throw ServerError("Two agents of the server have the same key.")
        }
        for agent in agents {
            if !agent.hasValidKey {
                throw ServerError(
                    "The key of the agent “\(agent.key)” may have 1–50 letters, digits, - and _.")
            }
            if let hex = agent.hex, !Identifier.isHex(hex) {
                throw ServerError("The id of the agent “\(agent.key)” must be 24 hexadecimal digits.")
            }
        }
    }
}

extension AgentDefinition {
    fileprivate var hasValidKey: Bool {
        (1...50).contains(key.count)
            && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}

extension AgentDirectory {
    convenience init(_ definitions: [AgentDefinition], manual: [ManualSection]) throws {
        self.init(configured: try definitions.map { ($0.key, try Profile($0, manual: manual)) })
    }
}

extension AgentDirectory.Profile {
    init(_ definition: AgentDefinition, manual: [ManualSection]) throws {
        agent =
            switch definition.kind {
            case .guide(let pace):
                try GuideAgent(manual: Manual(sections: Manual.readme + manual), pace: pace)
            case .other(let agent): agent
            }
        welcome = definition.welcome
        suggestions = definition.suggestions
    }
}

extension Backend {
    /// Offers agents beside those of the configuration, until the server stops.
    func offer(_ found: [AgentDefinition]) async throws {
        try await store.add(found.map(AgentNames.init))
        agents.add(try found.map { ($0.key, try AgentDirectory.Profile($0, manual: [])) })
    }
}

extension AgentNames {
    init(_ definition: AgentDefinition) {
        self.init(
            key: definition.key, name: definition.name, description: definition.description,
            hex: definition.hex?.lowercased(), id: definition.id)
    }
}
