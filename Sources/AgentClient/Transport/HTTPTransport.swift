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
        /// Bytes that are read of an error response's body.
        var errorBody = 64 << 10
    }

    let limits: Limits
    let now: @Sendable () -> Date
    /// Returns when a time limit has passed.
    let expire: @Sendable (Duration) async throws -> Void
    /// Requests that only read share connections; if a service closes one at that moment, the request is sent again.
    private let readers: HTTPClient
    /// A message gets a connection of its own: on a kept one it could cross with the service closing it, and then there is no telling
    /// whether it arrived.
    private let messages: HTTPClient
    private let retries = RetryPolicy()
    private let pause: @Sendable (Duration) async throws -> Void
    private let random: @Sendable () -> Double
    let log: RequestLog
    /// The system's trust store, read when the first WebSocket or diagnosis needs it.
    private let trust = Mutex<NIOSSLContext?>(nil)

    /// - Parameter logger: gets a line for each request; nil for no log.
    public convenience init(logger: Logger? = nil) { self.init(limits: Limits(), logger: logger) }

    /// - Parameters:
    ///   - pause: Waits before a request is sent again.
    ///   - expire: Returns when the head of an answer or a WebSocket's handshake has taken this long.
    ///   - now: The wall clock, for `Retry-After`.
    ///   - random: From 0 up to 1, for jitter.
    ///   - logger: Gets a line for each request; nil for no log.
    init(
        limits: Limits, logger: Logger? = nil,
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
        // An `HTTPClient` must be shut down; after an explicit `shutdown` this does nothing.
        readers.shutdown { _ in }
        messages.shutdown { _ in }
    }

    /// Closes all connections. Nothing can be sent afterwards.
    public func shutdown() async {
        try? await readers.shutdown()
        try? await messages.shutdown()
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
    func tlsContext() throws -> NIOSSLContext {
        try trust.withLock { trust in
            if let trust { return trust }
            let made = try NIOSSLContext(configuration: .makeClientConfiguration())
            trust = made
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
                prepared, by: request.onlyReads ? readers : messages, timeout: request.headTimeout)
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
            group.addTask {
                let (head, body) = try await client.open(request, deadline: .distantFuture)
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
