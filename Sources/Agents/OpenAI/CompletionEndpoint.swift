import AsyncAlgorithms
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Wire

/// Sends requests to one endpoint and streams the answers.
final class CompletionEndpoint: Sendable {
    /// Each element is consumed before more is read. Fails with a ``CompletionError``.
    typealias Answer = AsyncThrowingChannel<[AgentEvent], any Error>

    private let client: HTTPClient
    /// What precedes the paths of the interface.
    private let base: String
    private let isSecure: Bool
    /// Which way connections go.
    let route: Result<NetworkEnvironment.Route, NetworkEnvironment.Fault>
    /// Host and port, for error messages.
    let host: String
    private let inflatedLimit: Int
    /// Certificate authorities that are trusted besides the system's, until they were read once.
    private let unreadAuthorities: Mutex<[String]>

    /// The most bytes of an answer that is not streamed, and of an error body.
    private static let documentLimit = 16 << 20
    private static let errorLimit = 64 << 10

    init(
        url: String, connectTimeout: Duration, network: NetworkEnvironment, authorities: [String],
        inflatedLimit: Int
    ) {
        self.inflatedLimit = inflatedLimit
        base = Self.base(url)
        let parts = URLComponents(string: base)
        host = (parts?.host ?? base) + (parts?.port.map { ":\($0)" } ?? "")
        let isSecure = parts?.scheme?.lowercased() == "https"
        self.isSecure = isSecure
        route = Result { () throws(NetworkEnvironment.Fault) in
            try network.route(
                host: parts?.host ?? "", port: parts?.port ?? (isSecure ? 443 : 80), isSecure: isSecure)
        }
        let authorities = network.authorities + authorities
        unreadAuthorities = Mutex(authorities)
        client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .streaming(
                connect: connectTimeout, reusesConnections: false, route: (try? route.get()) ?? .direct,
                authorities: authorities, inflatedLimit: inflatedLimit))
    }

    /// The proxy that connections go through.
    var proxy: Proxy? { if case .success(.proxy(let proxy)) = route { proxy } else { nil } }

    deinit {
        // HTTPClient traps if it is not shut down.
        client.shutdown { _ in }
    }

    private static let path = "/chat/completions"

    /// Adds the usual path to a bare `http://host:port`.
    private static func base(_ url: String) -> String {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        if base.hasSuffix(path) { return String(base.dropLast(path.count)) }
        return URLComponents(string: base)?.path.isEmpty == true ? base + "/v1" : base
    }

    /// Sends a request.
    /// - Parameter timeout: The consumer of the answer reports to it.
    /// - Returns: The answer, and the task to cancel when it is not needed any more.
    func ask(_ body: JSONValue, key: String?, timeout: IdleTimeout<ContinuousClock>) -> (
        Answer, Task<Void, Never>
    ) {
        let answer = Answer()
        let work = Task {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await self.exchange(body, key: key, into: answer) }
                    group.addTask {
                        try await timeout.expired()
                        throw timeout.hasReceived ? CompletionError.idleTimeout : .firstByteTimeout
                    }
                    defer { group.cancelAll() }
                    try await group.next()
                }
                answer.finish()
            } catch {
                answer.fail(error)
            }
        }
        return (answer, work)
    }

    private func exchange(_ request: JSONValue, key: String?, into answer: Answer) async throws {
        let (head, body) = try await send(request, key: key)
        guard (200..<300).contains(head.status.code) else {
            throw CompletionError.refused(
                status: Int(head.status.code), message: await Self.message(of: body),
                retryAfter: head.headers.first(name: "retry-after"))
        }
        do {
            try await Self.decode(body, into: answer)
        } catch is StreamTooLong {
            throw CompletionError.tooLong
        } catch let error as UnreadableEncoding {
            throw CompletionError.unexpected("(in the encoding \(error.name))")
        } catch let error as CompletionError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw CompletionError.truncated
        }
    }

    private func send(_ body: JSONValue, key: String?) async throws -> (
        head: HTTPClientResponse, body: WholeBody
    ) {
        var request = HTTPClientRequest(url: base + Self.path)
        request.method = .POST
        request.headers = ["Content-Type": "application/json", "Accept": "text/event-stream"]
        request.body = .bytes(ByteBuffer(bytes: try WireJSON.encode(body)))
        // The idle timeout decides; a turn that takes a day has failed.
        return try await open(request, key: key, timeout: .hours(24))
    }

    private func open(
        _ request: HTTPClientRequest, key: String?, timeout: TimeAmount
    ) async throws -> (head: HTTPClientResponse, body: WholeBody) {
        var request = request
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        do {
            _ = try route.get()
            if isSecure { try readAuthorities() }
            return try await client.open(request, deadline: .now() + timeout, inflatedLimit: inflatedLimit)
        } catch {
            throw CompletionError.connection(try TransportFailure.orCancellation(error))
        }
    }

    /// Names what cannot be read, which a client does not.
    private func readAuthorities() throws(TransportFailure) {
        let unread = unreadAuthorities.withLock { $0 }
        guard !unread.isEmpty else { return }
        _ = try TransportFailure.tlsContext(unread)
        unreadAuthorities.withLock { $0 = [] }
    }

    /// Asks which models there are.
    /// - Returns: Their names; nil if the endpoint does not say.
    /// - Throws: ``CompletionError``, `CancellationError`.
    func models(key: String?, timeout: Duration) async throws -> [String]? {
        let request = HTTPClientRequest(url: base + "/models")
        let (head, body) = try await open(request, key: key, timeout: TimeAmount(timeout))
        let status = Int(head.status.code)
        guard head.status != .notFound, head.status != .methodNotAllowed else { return nil }
        guard (200..<300).contains(status) else {
            throw CompletionError.refused(
                status: status, message: await Self.message(of: body),
                retryAfter: head.headers.first(name: "retry-after"))
        }
        var bytes: [UInt8] = []
        var iterator = body.makeAsyncIterator()
        while bytes.count < Self.documentLimit, let buffer = try? await iterator.next() {
            bytes += buffer.readableBytesView
        }
        try Task.checkCancellation()
        let list = JSONValue(text: String(decoding: bytes, as: UTF8.self))
        return list?["data"]?.elements?.compactMap { $0["id"]?.string }
    }

    /// Streamed or not, by the first bytes: labels are wrong too often.
    private static func decode(_ body: WholeBody, into answer: Answer) async throws {
        var body = body.makeAsyncIterator()
        var beginning: [UInt8] = []
        var form: BodyForm?
        while form == nil, beginning.count < errorLimit, let buffer = try await body.next() {
            beginning += buffer.readableBytesView
            form = BodyForm.guess(beginning)
        }
        switch form {
        case .events, nil: try await decode(stream: beginning, &body, into: answer)
        case .json: try await decode(document: beginning, &body, into: answer)
        case .page, .text:
            while beginning.count < errorLimit, let buffer = try? await body.next() {
                beginning += buffer.readableBytesView
            }
            if let title = ErrorBody.title(ofPage: beginning) {
                throw CompletionError.unexpectedPage(title: title)
            }
            throw CompletionError.unexpected(ErrorBody(beginning).text)
        }
    }

    private static func decode(
        stream beginning: [UInt8], _ body: inout WholeBody.AsyncIterator, into answer: Answer
    ) async throws {
        var lines = ServerSentEventDecoder()
        var decoder = CompletionDecoder()
        var bytes = beginning
        var failure: (any Error)?
        while !decoder.isDone {
            try await send(try lines.decode(bytes), &decoder, to: answer)
            guard !decoder.isDone else { break }
            do {
                guard let buffer = try await body.next() else { break }
                bytes = Array(buffer.readableBytesView)
            } catch {
                // What has come is decoded first.
                failure = error
                break
            }
        }
        if !decoder.isDone { try await send(lines.finish(), &decoder, to: answer) }
        if let failure, !decoder.isDone { throw failure }
        try await finish(&decoder, into: answer)
    }

    /// Sends what the events mean, also of those before one that reports an error.
    private static func send(
        _ events: [ServerSentEvent], _ decoder: inout CompletionDecoder, to answer: Answer
    ) async throws {
        var decoded: [AgentEvent] = []
        var failure: CompletionError?
        for event in events {
            do {
                decoded += try decoder.decode(event)
            } catch {
                failure = error
                break
            }
        }
        if !decoded.isEmpty { await answer.send(decoded) }
        if let failure { throw failure }
    }

    private static func decode(
        document beginning: [UInt8], _ body: inout WholeBody.AsyncIterator, into answer: Answer
    ) async throws {
        var bytes = beginning
        while let buffer = try await body.next() {
            bytes += buffer.readableBytesView
            guard bytes.count <= documentLimit else { throw CompletionError.tooLong }
        }
        guard let document = JSONValue(text: String(decoding: bytes, as: UTF8.self)) else {
            throw CompletionError.unexpected(ErrorBody(bytes).text)
        }
        var decoder = CompletionDecoder()
        await answer.send(try decoder.decode(document: document))
        try await finish(&decoder, into: answer)
    }

    private static func finish(_ decoder: inout CompletionDecoder, into answer: Answer) async throws {
        let held = decoder.flush()
        if !held.isEmpty { await answer.send(held) }
        let rest = try decoder.finish()
        if !rest.isEmpty { await answer.send(rest) }
        if let tool = decoder.missingTool { throw CompletionError.toolMissing(tool) }
    }

    /// The message of an error body, as far as it can be read.
    private static func message(of body: WholeBody) async -> String {
        var bytes: [UInt8] = []
        do {
            for try await buffer in body {
                bytes += buffer.readableBytesView.prefix(errorLimit - bytes.count)
                if bytes.count >= errorLimit { break }
            }
        } catch {
            // What has come is enough.
        }
        return ErrorBody(bytes).text
    }
}
