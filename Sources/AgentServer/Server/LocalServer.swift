import Agents
import Foundation
import Logging
import NIOCore
import Storage

/// The local server: conversations with its agents over HTTP, in a process of its own or inside another program.
///
///     let server = LocalServer(ServerConfiguration(store: .file(path: path)))
///     let url = try await server.start()
///     …
///     await server.stop()
public actor LocalServer {
    private struct Running {
        var listener: Listener
        var backend: Backend
        /// The search for further agents, which the start does not wait for.
        var search: Task<Void, Never>?
    }

    private let configuration: ServerConfiguration
    private let logger: Logger
    private var running: Running?

    public init(
        _ configuration: ServerConfiguration,
        logger: Logger = Logger(label: "parley.server", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Opens the store, begins what is queued and listens. Does nothing if the server is running.
    /// - Returns: The address of the server, without a trailing slash.
    /// - Throws: ``ServerError``.
    @discardableResult
    public func start() async throws -> URL {
        if let running { return try url(port: running.listener.port) }
        let backend: Backend
        do {
            backend = try await BackendFactory.backend(configuration, logger: logger)
        } catch {
            throw described(error)
        }
        do {
            try await checkReach(backend)
            try await backend.runner.start(awaitingAgents: configuration.findAgents != nil)
            let listener = try await Listener(
                host: configuration.host, port: configuration.port,
                responder: ServerRouter.responder(for: backend), sockets: ServerRouter.sockets(for: backend),
                limits: configuration.limits, metrics: backend.metrics, logger: logger)
            running = Running(
                listener: listener, backend: backend,
                search: search(by: configuration.findAgents, for: backend))
            if let storeProblem { logger.warning("\(storeProblem)") }
            logger.info(
                "The server listens", metadata: ["host": "\(configuration.host)", "port": "\(listener.port)"])
            return try url(port: listener.port)
        } catch {
            await backend.runner.stop(grace: .zero)
            backend.store.close()
            throw described(error)
        }
    }

    /// Errors of the store in words for a person.
    private func described(_ error: any Error) -> any Error {
        (error as? StoreError).map { ServerError($0.message) } ?? error
    }

    /// For the person who runs the server: that its store can only be read, or was damaged; nil in the usual case.
    public var storeProblem: String? { running?.backend.storeProblem }

    /// A server that others can reach needs a key that was created on purpose.
    private func checkReach(_ backend: Backend) async throws {
        guard !Self.isLoopback(configuration.host) else { return }
        guard try await Self.hasKeys(backend) else {
            throw ServerError(
                """
                The server does not listen on \(configuration.host), where others can reach it, while it has no key. Create one \
                with: parley serve keys create NAME
                """)
        }
    }

    private static func hasKeys(_ backend: Backend) async throws -> Bool {
        try await backend.store.keys().contains { $0.revokedAt == nil }
    }

    /// Whether only this computer can reach an address.
    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || (try? SocketAddress(ipAddress: host, port: 0))?.isLoopback == true
    }

    /// Deletes a conversation with everything in it, in the files too.
    /// - Parameter session: the key by which clients name it.
    /// - Throws: ``ServerError``
    public func delete(session: String) async throws {
        guard let store = running?.backend.store else { return }
        do {
            guard let found = try await store.conversation(key: session) else { return }
            try await store.delete(conversation: found.id)
        } catch {
            throw described(error)
        }
    }

    /// Creates a conversation that holds what another one holds.
    /// - Parameter words: the last messages of what is copied, oldest first; nil copies everything.
    /// - Returns: nil if there is no such conversation, or the messages are not in it.
    /// - Throws: ``ServerError``
    public func fork(_ name: ConversationName, upTo words: [SaidWords]?) async throws -> ForkedConversation? {
        guard let store = running?.backend.store else { return nil }
        do {
            guard let source = try await store.conversation(name) else { return nil }
            var last: Int64?
            if let words {
                let messages = try await store.messages(in: source.id)
                guard let place = SaidWords.end(of: words, in: messages) else { return nil }
                last = messages[place].id
            }
            let new = NewConversation(
                agent: source.agentId, user: source.userId, name: source.name, metadata: source.metadata)
            return try await store.fork(source.id, into: new, upTo: last, summary: nil)
                .map(ForkedConversation.init)
        } catch {
            throw described(error)
        }
    }

    /// Takes in a conversation from elsewhere.
    /// - Parameter agent: the agent's 24 digits; one that is not offered here is left out.
    /// - Returns: false if there is a conversation with this key already, or the server is stopped.
    /// - Throws: ``ServerError``
    public func restore(
        _ key: String, agent: String, user: String, name: String, messages: [(words: SaidWords, at: Date)]
    ) async throws -> Bool {
        guard let store = running?.backend.store else { return false }
        do {
            let agent = try await store.agents().first { $0.hex == agent }?.id
            let new = NewConversation(key: key, agent: agent, user: user, name: name)
            return try await store.create(new, holding: messages) != nil
        } catch {
            throw described(error)
        }
    }

    /// Stops the server. Background turns go back to the queue.
    /// - Parameter grace: How long open replies may take to end before they are stopped.
    public func stop(grace: Duration = .seconds(2)) async {
        guard let running else { return }
        self.running = nil
        running.search?.cancel()
        await running.search?.value
        async let closed: Void = running.listener.stop()
        await running.backend.runner.stop(grace: grace)
        let deadline = Task { [listener = running.listener] in
            try await Task.sleep(for: Self.closeTimeout)
            listener.cancel()
        }
        await closed
        deadline.cancel()
        running.backend.store.close()
        logger.info("The server has stopped")
    }

    /// How long clients have to read the rest of finished responses.
    private static let closeTimeout = Duration.seconds(1)

    /// A key for the program that contains the server: valid until the server stops, and never stored. nil while the server is stopped.
    public var processKey: String? { running?.backend.keyring.processKey }

    /// Whether there are valid keys that were created for clients.
    public func hasKeys() async throws -> Bool {
        guard let running else { return false }
        return try await Self.hasKeys(running.backend)
    }

    /// The agents on offer, the default first; empty while the server is stopped.
    public func agents() async throws -> [OfferedAgent] {
        guard let running else { return [] }
        let known = try await running.backend.store.agents()
        return running.backend.agents.keys.compactMap { key in
            known.first { $0.key == key }.map(OfferedAgent.init)
        }
    }

    /// Offers other agents from now on: the turns that run end with those they began with.
    /// - Parameter findAgents: Looks for further agents, as ``ServerConfiguration/findAgents``.
    /// - Throws: ``ServerError``, if the agents cannot be used. Those from before stay then.
    public func use(
        _ agents: [AgentDefinition], findAgents: ServerConfiguration.Search? = nil
    ) async throws {
        guard let backend = running?.backend else { return }
        try BackendFactory.check(agents)
        running?.search?.cancel()
        await running?.search?.value
        try await backend.store.register(agents.map(AgentNames.init))
        backend.agents.replace(with: agents)
        running?.search = search(by: findAgents, for: backend)
    }

    /// Waits for ``ServerConfiguration/findAgents``.
    /// - Returns: The agents that it found, which are on offer now.
    public func foundAgents() async throws -> [OfferedAgent] {
        await running?.search?.value
        let found = running?.backend.agents.foundKeys ?? []
        return try await agents().filter { found.contains($0.key) }
    }

    private func search(
        by findAgents: ServerConfiguration.Search?, for backend: Backend
    ) -> Task<Void, Never>? {
        guard let findAgents else { return nil }
        return Task { [logger] in
            do {
                let found = await findAgents(Set(backend.agents.keys))
                if !Task.isCancelled { try await backend.offer(found) }
            } catch {
                logger.error("The found agents cannot be offered", metadata: ["error": "\(type(of: error))"])
            }
            await backend.runner.allAgentsKnown()
        }
    }
}

extension LocalServer {
    private func url(port: Int) throws -> URL {
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        guard let url = URL(string: "http://\(host):\(port)\(configuration.pathPrefix.text)") else {
            throw ServerError("“\(host)\(configuration.pathPrefix.text)” is not a valid address.")
        }
        return url
    }
}

extension SocketAddress {
    fileprivate var isLoopback: Bool {
        switch self {
        case .v4(let address): UInt32(bigEndian: address.address.sin_addr.s_addr) >> 24 == 127
        case .v6: ipAddress == "::1"
        case .unixDomainSocket: true
        }
    }
}
