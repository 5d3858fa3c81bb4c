import Agents
import Logging
import Storage

/// Assembles the parts of a server from its configuration.
enum BackendFactory {
    /// Opens the store and stores the configured agents. Runs no turn yet.
    /// - Parameter now: the time that limits go by.
    /// - Throws: ``ServerError``.
    static func backend(
        _ configuration: ServerConfiguration, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) async throws -> Backend {
        try check(configuration.agents)
        let (store, storeProblem) = try await openStore(configuration)
        // A server that stores nothing owns nothing.
        let lease =
            store.isWritable
            ? try configuration.store.lease() : FileLease(inMemory: Identifier.letters(12))
        let agents = AgentDirectory(configuration.agents)
        let metrics = ServerMetrics()
        let execution = TurnExecution(store: store, agents: agents, metrics: metrics, logger: logger)
        let runner = TurnRunner(
            execution: execution, lease: lease,
            backgroundLimit: configuration.limits.backgroundTurns, logger: logger)
        return Backend(
            store: store, runner: runner, agents: agents,
            keyring: Keyring(
                store: store, wrongKeysPerMinute: configuration.limits.wrongKeysPerMinute, now: now),
            limits: configuration.limits, prefix: configuration.pathPrefix,
            admission: AdmissionControl(configuration.limits, now: now), metrics: metrics,
            storeProblem: storeProblem)
    }

    /// - Returns: the store with the configured agents, and what there is to say of it.
    private static func openStore(
        _ configuration: ServerConfiguration
    ) async throws -> (ServerStore, problem: String?) {
        let store = try ServerStore(configuration.store)
        do {
            return (store, try await register(configuration.agents, in: store))
        } catch let error as StoreError where error.kind == .damaged {
            // That is noted now: it is mended when it is opened again.
            store.close()
            let mended = try ServerStore(configuration.store)
            return (mended, try await register(configuration.agents, in: mended))
        }
    }

    /// Where nothing can be stored, the server offers what is known already: what is stored can be read.
    /// - Returns: what there is to say of the store; nil in the usual case.
    private static func register(_ agents: [AgentDefinition], in store: ServerStore) async throws -> String? {
        if case .readOnly(let error) = store.condition { return readOnly(error) }
        do {
            try await store.register(agents.map(AgentNames.init))
        } catch let error as StoreError where [.full, .disk, .notWritable].contains(error.kind) {
            guard try await !store.agents().isEmpty else { throw ServerError(error.message) }
            return readOnly(error)
        }
        guard case .salvaged(let salvage) = store.condition else { return nil }
        return
            "The server's store was damaged, and is kept as \(salvage.setAside). What could be read of it was saved."
    }

    private static func readOnly(_ error: StoreError) -> String {
        "The server shows what it has stored, and accepts nothing new. \(error.message)"
    }

    /// - Throws: ``ServerError`` if there is no agent, or their names are malformed or not unique.
    static func check(_ agents: [AgentDefinition]) throws {
        guard !agents.isEmpty else { throw ServerError("The server has no agent.") }
        guard Set(agents.map(\.key)).count == agents.count else {
            throw ServerError("Two agents of the server have the same key.")
        }
        for agent in agents {
            if !agent.hasValidKey {
                throw ServerError(
                    "The key of the agent “\(agent.key)” must have 1–50 letters, digits, - and _.")
            }
            if let hex = agent.hex, !Identifier.isHex(hex) {
                throw ServerError("The id of the agent “\(agent.key)” must have 24 hexadecimal digits.")
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

extension AgentNames {
    init(_ definition: AgentDefinition) {
        self.init(
            key: definition.key, name: definition.name, description: definition.description,
            hex: definition.hex?.lowercased(), id: definition.id)
    }
}
