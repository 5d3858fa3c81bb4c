import Agents
import Foundation
import Logging
import NIOCore

/// The local server: conversations with its agents over HTTP, in a process of its own or inside another program.
///
///     let server = LocalServer(ServerConfiguration(store: .file(path: path)), manual: sections)
///     let url = try await server.start()
///     …
///     await server.stop()
public actor LocalServer {
    private struct Running {
        var listener: Listener
        var backend: Backend
        /// Looks for models while the server runs already.
        var search: Task<Void, Never>?
    }

    private let configuration: ServerConfiguration
    private let manual: [ManualSection]
    private let logger: Logger
    private var running: Running?

    /// - Parameter manual: what the guide knows beside the README: tables of keys, commands and themes.
    public init(
        _ configuration: ServerConfiguration, manual: [ManualSection] = [],
        logger: Logger = Logger(label: "parley.server", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.configuration = configuration
        self.manual = manual
        self.logger = logger
    }

    /// Opens the store, takes up what is queued and listens.
    /// - Returns: the address of the server, without a slash at its end.
    /// - Throws: ``ServerError`` with words for a person.
    @discardableResult
    public func start() async throws -> URL {
        if let running { return try url(port: running.listener.port) }
        let backend = try await Backend.open(configuration, manual: manual, logger: logger)
        do {
            try await checkReach(backend)
            try await backend.runner.start(awaitingAgents: configuration.modelSearch != nil)
            let listener = try await Listener(
                host: configuration.host, port: configuration.port,
                responder: ServerRouter.responder(for: backend), sockets: ServerRouter.sockets(for: backend),
                limits: configuration.limits, metrics: backend.metrics, logger: logger)
            running = Running(listener: listener, backend: backend, search: search(for: backend))
            logger.info(
                "The server listens", metadata: ["host": "\(configuration.host)", "port": "\(listener.port)"])
            return try url(port: listener.port)
        } catch {
            await backend.runner.stop(grace: .zero)
            backend.store.close()
            throw error
        }
    }

    /// Whoever can reach the server tries keys; without one that was made on purpose nobody is meant to.
    private func checkReach(_ backend: Backend) async throws {
        guard !Self.isLoopback(configuration.host) else { return }
        guard try await Self.hasKeys(backend) else {
            throw ServerError(
                """
                The server does not listen on \(configuration.host), where others can reach it, as long as it has no key. Make one \
                with: parley serve keys create NAME
                """)
        }
    }

    private static func hasKeys(_ backend: Backend) async throws -> Bool {
        try await backend.store.keys().contains { $0.revokedAt == nil }
    }

    /// Whether an address can be reached from this computer alone.
    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || (try? SocketAddress(ipAddress: host, port: 0))?.isLoopback == true
    }

    /// Hands background turns back to the queue, gives replies that are being written some time to end, and closes.
    public func stop(grace: Duration = .seconds(2)) async {
        guard let running else { return }
        self.running = nil
        running.search?.cancel()
        await running.search?.value
        async let closed: Void = running.listener.stop()
        await running.backend.runner.stop(grace: grace)
        let cut = Task { [listener = running.listener] in
            try await Task.sleep(for: Self.lastBytes)
            listener.cancel()
        }
        await closed
        cut.cancel()
        running.backend.store.close()
        logger.info("The server has stopped")
    }

    /// How long a client has to read the rest of an answer that is finished.
    private static let lastBytes = Duration.seconds(1)

    /// A key for the program that runs the server in itself; valid until it stops, and never written anywhere.
    public var processKey: String? { running?.backend.keyring.processKey }

    /// Whether there are keys that were made for clients and are valid.
    public func hasKeys() async throws -> Bool {
        guard let running else { return false }
        return try await Self.hasKeys(running.backend)
    }

    /// The agents on offer, the default first; empty while the server is not running.
    public func agents() async throws -> [OfferedAgent] {
        guard let running else { return [] }
        let known = try await running.backend.store.agents()
        return running.backend.agents.keys.compactMap { key in
            known.first { $0.key == key }.map(OfferedAgent.init)
        }
    }

    /// The models that were found on this computer, once they have been looked for; their agents are on offer then.
    public func foundAgents() async throws -> [OfferedAgent] {
        await running?.search?.value
        let configured = Set(configuration.agents.map(\.key))
        return try await agents().filter { !configured.contains($0.key) }
    }

    private func search(for backend: Backend) -> Task<Void, Never>? {
        guard let search = configuration.modelSearch else { return nil }
        return Task { [logger] in
            do {
                try await backend.offer(await search.agents(besides: Set(backend.agents.keys)))
            } catch {
                logger.error("The models cannot be offered", metadata: ["error": "\(type(of: error))"])
            }
            await backend.runner.agentsAreKnown()
        }
    }
}

extension LocalServer {
    private func url(port: Int) throws -> URL {
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        guard let url = URL(string: "http://\(host):\(port)\(configuration.pathPrefix.text)") else {
            throw ServerError("“\(host)\(configuration.pathPrefix.text)” is not an address.")
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
