import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import Wire

/// The process's connections to all services: pools, TLS and time limits. One instance is enough.
///
/// It decides what may be sent twice: only what reads. It knows nothing of accounts and keys.
public final class HTTPTransport: Sendable {
    /// Time limits and sizes.
    struct Limits: Sendable {
        /// Until a connection is established, TLS included; also a WebSocket's handshake.
        var connect: Duration = .seconds(10)
        /// Until the head of the answer to a request that only reads.
        var head: Duration = .seconds(30)
        /// Until the head of the answer to a message: some services answer when the agent has finished.
        var reply: Duration = .seconds(300)
        /// Silence in the middle of a body. Agents that call tools are silent for minutes.
        var silence: Duration = .seconds(300)
        /// Bytes of a JSON document.
        var document = 16 << 20
        /// Bytes of a compressed body, inflated.
        var inflated = WholeBody.inflatedLimit
        /// Bytes that are read of an error response's body.
        var errorBody = 64 << 10
    }

    let limits: Limits
    let now: @Sendable () -> Date
    /// Returns when a time limit has passed.
    let expire: @Sendable (Duration) async throws -> Void
    /// Which way connections go.
    let network: NetworkEnvironment
    private let clients = Mutex(Clients())
    private let retries = RetryPolicy()
    private let pause: @Sendable (Duration) async throws -> Void
    private let random: @Sendable () -> Double
    let log: RequestLog
    /// The trust store with these authorities besides the system's, read when a connection first needs it.
    private let trust = Mutex<[[String]: NIOSSLContext]>([:])

    /// What the connections of a client have in common.
    private struct ClientKind: Hashable {
        var route: NetworkEnvironment.Route
        var authorities: [String]
        /// Requests that only read share connections; if a service closes one at that moment, the request is sent again. A message gets a
        /// connection of its own: on a kept one it could cross with the service closing it, and then there is no telling whether it
        /// arrived.
        var reusesConnections: Bool
    }

    private struct Clients {
        var all: [ClientKind: HTTPClient] = [:]
        var areShutDown = false
    }

    /// - Parameters:
    ///   - environment: names proxies and certificate authorities.
    ///   - logger: gets a line for each request; nil for no log.
    public convenience init(environment: [String: String] = [:], logger: Logger? = nil) {
        self.init(limits: Limits(), network: NetworkEnvironment(environment), logger: logger)
    }

    /// - Parameters:
    ///   - pause: Waits before a request is sent again.
    ///   - expire: Returns when the head of an answer or a WebSocket's handshake has taken this long.
    ///   - now: The wall clock, for `Retry-After`.
    ///   - random: From 0 up to 1, for jitter.
    ///   - logger: Gets a line for each request; nil for no log.
    init(
        limits: Limits, network: NetworkEnvironment = NetworkEnvironment(), logger: Logger? = nil,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        expire: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        now: @escaping @Sendable () -> Date = { Date() },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.limits = limits
        log = RequestLog(logger)
        self.pause = pause
        self.expire = expire
        self.now = now
        self.random = random
        self.network = network
    }

    /// The client for a request, which is made when the first of its kind is sent.
    private func client(for request: HTTPRequest) throws -> HTTPClient {
        guard let destination = Destination(request.url) else { throw TransportFailure.invalidAddress }
        let kind = ClientKind(
            route: try route(to: destination), authorities: network.authorities + request.authorities,
            reusesConnections: request.onlyReads)
        // Names what cannot be read, which a client does not.
        if destination.isSecure, !kind.authorities.isEmpty { _ = try tlsContext(request.authorities) }
        return try clients.withLock { clients in
            if clients.areShutDown { throw TransportFailure.shutDown }
            if let known = clients.all[kind] { return known }
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton,
                configuration: .streaming(
                    connect: limits.connect, idle: limits.silence, reusesConnections: kind.reusesConnections,
                    route: kind.route, authorities: kind.authorities, inflatedLimit: limits.inflated))
            clients.all[kind] = client
            return client
        }
    }

    /// - Throws: ``TransportFailure`` if the environment names no usable proxy.
    func route(to destination: Destination) throws(TransportFailure) -> NetworkEnvironment.Route {
        do {
            return try network.route(
                host: destination.host, port: destination.port, isSecure: destination.isSecure)
        } catch {
            throw .badProxy(error.message)
        }
    }

    deinit {
        // An `HTTPClient` must be shut down; after an explicit `shutdown` there is none.
        for client in takeClients() { client.shutdown { _ in } }
    }

    /// Closes all connections. Nothing can be sent afterwards.
    public func shutdown() async {
        for client in takeClients() { try? await client.shutdown() }
    }

    private func takeClients() -> [HTTPClient] {
        clients.withLock { clients in
            defer { clients = Clients(areShutDown: true) }
            return Array(clients.all.values)
        }
    }

    /// Sends a request and returns as soon as the answer's head is there. What only reads is sent again after transient failures.
    /// - Throws: ``TransportFailure``, `CancellationError`.
    func open(_ request: HTTPRequest) async throws -> HTTPAnswer {
        try await retrying(request, load: openOnce) { _ in nil }
    }

    /// Sends a request and reads the answer whole.
    /// - Parameter retrying: Whether to send it again after transient failures, if it only reads.
    /// - Throws: ``TransportFailure``, `CancellationError`.
    func document(_ request: HTTPRequest, retrying: Bool) async throws -> HTTPDocument {
        guard retrying else { return try await load(request) }
        return try await self.retrying(request, load: load) {
            .answered(status: $0.status, headers: $0.headers)
        }
    }

    /// - Parameter outcome: Whether to send the request again in spite of an answer; nil takes it as it is.
    private func retrying<Answer>(
        _ request: HTTPRequest, load: (HTTPRequest) async throws -> Answer,
        outcome: (Answer) -> RetryPolicy.Outcome?
    ) async throws -> Answer {
        var attempt = 0
        while true {
            attempt += 1
            do {
                let answer = try await load(request)
                guard let delay = delay(after: outcome(answer), of: request, attempt) else { return answer }
                try await pause(delay)
            } catch let failure as TransportFailure {
                guard let delay = delay(after: .failed(failure), of: request, attempt) else { throw failure }
                try await pause(delay)
            }
        }
    }

    private func delay(
        after outcome: RetryPolicy.Outcome?, of request: HTTPRequest, _ attempt: Int
    ) -> Duration? {
        guard let outcome, request.onlyReads else { return nil }
        return retries.delay(after: outcome, attempt: attempt, now: now(), random: random())
    }

    /// The client configuration for TLS that the HTTP clients do not handle: WebSockets and diagnoses.
    /// - Parameter authorities: Trusted besides those of the system and the environment.
    /// - Throws: ``TransportFailure`` if one cannot be read.
    func tlsContext(_ authorities: [String]) throws -> NIOSSLContext {
        let authorities = network.authorities + authorities
        return try trust.withLock { trust in
            if let known = trust[authorities] { return known }
            let made = try TransportFailure.tlsContext(authorities)
            trust[authorities] = made
            return made
        }
    }

    private func load(_ request: HTTPRequest) async throws -> HTTPDocument {
        let answer = try await openOnce(request)
        var reader = answer.reader()
        let body =
            answer.isSuccess
            ? try await reader.collect(limit: limits.document)
            : try await reader.prefix(limits.errorBody)
        return HTTPDocument(status: answer.status, headers: answer.headers, body: body)
    }

    /// Follows the redirects that ``Redirect`` allows.
    private func openOnce(_ request: HTTPRequest) async throws -> HTTPAnswer {
        var request = request
        for _ in 0...Redirect.limit {
            let answer = try await send(request)
            guard let target = Redirect.target(of: answer, to: request) else { return answer }
            request = target
        }
        throw TransportFailure.redirectLoop
    }

    private func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        var prepared = HTTPClientRequest(url: request.url)
        prepared.method = request.method
        prepared.headers = request.headers
        prepared.body = request.body.map { .bytes(ByteBuffer(bytes: $0)) }
        let entry = log.begin(request.method.rawValue, request.url)
        do {
            try Task.checkCancellation()
            let answer = try await open(
                prepared, by: try client(for: request), timeout: request.headTimeout)
            entry.end(status: answer.status)
            return answer
        } catch {
            entry.end(error)
            throw try TransportFailure.orCancellation(error)
        }
    }

    /// Waits for the head of an answer, at most as long as the timeout.
    private func open(
        _ request: HTTPClientRequest, by client: HTTPClient, timeout: Duration
    ) async throws -> HTTPAnswer {
        try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
            group.addTask { [limits] in
                let (head, body) = try await client.open(
                    request, deadline: .distantFuture, inflatedLimit: limits.inflated)
                return HTTPAnswer(head, body)
            }
            group.addTask { [expire] in
                try await expire(timeout)
                throw TransportFailure.silent
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
