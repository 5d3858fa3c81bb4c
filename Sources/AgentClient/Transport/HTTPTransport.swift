import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import Wire

/// The connections of the process to all services: pool, TLS and time limits. One is enough; it is shut down at the end.
///
/// It decides what may be sent twice: only what reads. It knows nothing of accounts and keys.
public final class HTTPTransport: Sendable {
    /// Time limits and sizes.
    public struct Limits: Sendable {
        /// Until a connection stands, TLS included.
        public var connect: Duration = .seconds(10)
        /// Until the head of the answer to a reading request.
        public var head: Duration = .seconds(30)
        /// Until the head of the answer to a message: some services answer when the agent has finished.
        public var reply: Duration = .seconds(300)
        /// Silence in the middle of a body. Agents that call tools are silent for minutes.
        public var silence: Duration = .seconds(300)
        /// Bytes of a JSON document.
        public var document = 16 << 20
        /// Bytes of an error's body that are looked at.
        public var refusal = 64 << 10

        public init() {}
    }

    public let limits: Limits
    let now: @Sendable () -> Date
    let pause: @Sendable (Duration) async throws -> Void
    let expire: @Sendable (Duration) async throws -> Void
    /// What reads shares connections; a service that closes one at that moment is asked again.
    private let readers: HTTPClient
    /// A message gets a connection of its own: on a used one it could cross with the service's closing it, and nobody could tell whether
    /// it had arrived.
    private let messages: HTTPClient
    private let retries: RetryPolicy
    private let jitter: @Sendable () -> Double
    /// The trust store, read when the first WebSocket needs it.
    private let trust = Mutex<NIOSSLContext?>(nil)

    /// - Parameters:
    ///   - pause: Waits before something is read again.
    ///   - expire: Returns when the time that the head of an answer or a WebSocket's handshake has is over.
    ///   - now: The wall clock, for `Retry-After`.
    ///   - jitter: Random numbers from 0 to 1.
    public init(
        limits: Limits = Limits(),
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        expire: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        now: @escaping @Sendable () -> Date = { Date() },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.limits = limits
        self.pause = pause
        self.expire = expire
        self.now = now
        self.jitter = jitter
        retries = RetryPolicy()
        readers = Self.client(limits, reusesConnections: true)
        messages = Self.client(limits, reusesConnections: false)
    }

    private static func client(_ limits: Limits, reusesConnections: Bool) -> HTTPClient {
        HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .streaming(
                connect: limits.connect, idle: limits.silence, reusesConnections: reusesConnections))
    }

    deinit {
        // The clients insist on being shut down; after an explicit `shutdown` this does nothing.
        readers.shutdown { _ in }
        messages.shutdown { _ in }
    }

    /// Closes all connections. Nothing can be sent after that.
    public func shutdown() async {
        try? await readers.shutdown()
        try? await messages.shutdown()
    }

    /// Sends a request once and hands over the answer as soon as its head is there. Redirects within the service are followed where nothing
    /// can have been processed.
    /// - Throws: ``TransportFailure``, `CancellationError`.
    func open(_ request: HTTPRequest) async throws -> HTTPAnswer {
        var request = request
        for _ in 0...Redirect.limit {
            let answer = try await send(request)
            guard let target = Redirect.target(of: answer, to: request) else { return answer }
            request = target
        }
        throw TransportFailure.redirectLoop
    }

    /// The same for what only reads, tried again after failures that pass.
    func reopen(_ request: HTTPRequest) async throws -> HTTPAnswer {
        var attempt = 0
        while true {
            attempt += 1
            do {
                return try await open(request)
            } catch let failure as TransportFailure {
                let delay = retries.delay(
                    after: .failure(failure), attempt: attempt, now: now(), jitter: jitter())
                guard request.onlyReads, let delay else { throw failure }
                try await pause(delay)
            }
        }
    }

    /// Sends a request and reads the answer whole. What only reads is tried again after failures that pass.
    /// - Throws: ``TransportFailure``, `CancellationError`.
    func document(_ request: HTTPRequest, retrying: Bool) async throws -> HTTPDocument {
        var attempt = 0
        while true {
            attempt += 1
            let outcome: Result<HTTPDocument, TransportFailure>
            do {
                outcome = .success(try await load(request))
            } catch let failure as TransportFailure {
                outcome = .failure(failure)
            }
            guard retrying, request.onlyReads,
                let delay = retries.delay(after: outcome, attempt: attempt, now: now(), jitter: jitter())
            else { return try outcome.get() }
            try await pause(delay)
        }
    }

    /// What secures a WebSocket.
    func tlsContext() throws -> NIOSSLContext {
        try trust.withLock { trust in
            if let trust { return trust }
            let made = try NIOSSLContext(configuration: .makeClientConfiguration())
            trust = made
            return made
        }
    }

    private func load(_ request: HTTPRequest) async throws -> HTTPDocument {
        let answer = try await open(request)
        var reader = answer.reader()
        let body =
            answer.isSuccess
            ? try await reader.collect(limit: limits.document)
            : try await reader.beginning(limit: limits.refusal)
        return HTTPDocument(status: answer.status, headers: answer.headers, body: body)
    }

    private func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        var prepared = HTTPClientRequest(url: request.url)
        prepared.method = request.method
        prepared.headers = request.headers
        prepared.body = request.body.map { .bytes(ByteBuffer(bytes: $0)) }
        do {
            try Task.checkCancellation()
            return HTTPAnswer(
                try await head(prepared, from: request.onlyReads ? readers : messages, in: request.patience))
        } catch {
            throw try TransportFailure.orCancellation(error)
        }
    }

    /// Waits for the head of an answer, but not for ever.
    private func head(
        _ request: HTTPClientRequest, from client: HTTPClient, in patience: Duration
    ) async throws -> HTTPClientResponse {
        try await withThrowingTaskGroup(of: HTTPClientResponse.self) { group in
            group.addTask { try await client.execute(request, deadline: .distantFuture) }
            group.addTask { [expire] in
                try await expire(patience)
                throw TransportFailure.silent
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
