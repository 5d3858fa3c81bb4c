import AsyncAlgorithms
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Wire

/// Sends requests to one endpoint and streams the answers.
final class CompletionEndpoint: Sendable {
    /// Each element is consumed before more is read. Fails with a ``CompletionError``.
    typealias Answer = AsyncThrowingChannel<[AgentEvent], any Error>

    private let client: HTTPClient
    private let url: String
    /// Why nothing can be sent; nil if it can.
    private let fault: NetworkEnvironment.Fault?
    /// Host and port, for error messages.
    let host: String

    /// The most bytes of an answer that is not streamed, and of an error body.
    private static let documentLimit = 16 << 20
    private static let errorLimit = 64 << 10

    init(url: String, connectTimeout: Duration, network: NetworkEnvironment, authorities: [String]) {
        let base = Self.base(url)
        self.url = base.hasSuffix(Self.path) ? base : base + Self.path
        let parts = URLComponents(string: base)
        host = (parts?.host ?? base) + (parts?.port.map { ":\($0)" } ?? "")
        let isSecure = parts?.scheme?.lowercased() == "https"
        var route = NetworkEnvironment.Route.direct
        var fault: NetworkEnvironment.Fault?
        do throws(NetworkEnvironment.Fault) {
            route = try network.route(
                host: parts?.host ?? "", port: parts?.port ?? (isSecure ? 443 : 80), isSecure: isSecure)
        } catch {
            fault = error
        }
        self.fault = fault
        client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .streaming(
                connect: connectTimeout, reusesConnections: false, route: route,
                authorities: network.authorities + authorities))
    }

    deinit {
        // HTTPClient traps if it is not shut down.
        client.shutdown { _ in }
    }

    private static let path = "/chat/completions"

    /// Adds the usual path to a bare `http://host:port`.
    private static func base(_ url: String) -> String {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
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
        if let fault { throw CompletionError.noRoute(fault.message) }
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = ["Content-Type": "application/json", "Accept": "text/event-stream"]
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        request.body = .bytes(ByteBuffer(bytes: try WireJSON.encode(body)))
        do {
            // The idle timeout decides; a turn that takes a day has failed.
            return try await client.open(request, deadline: .now() + .hours(24))
        } catch {
            try Task.checkCancellation()
            throw CompletionError.unreachable(reason: Self.reason(error))
        }
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

    /// Why nothing could be sent, as the rest of a sentence.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            let first = error.connectionErrors.first.map { Self.reason($0.error) }
            return first ?? "there is no such host"
        case let error as IOError: return String(cString: strerror(error.errnoCode)).lowercased()
        case ChannelError.connectTimeout: return "it does not answer in time"
        case let error as HTTPClientError: return reason(error)
        case is HTTPParserError: return "what answers there does not speak HTTP"
        default: return "\(type(of: error))"
        }
    }

    private static func reason(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout: "it does not answer in time"
        case .remoteConnectionClosed: "it closed the connection"
        default: error.shortDescription.lowercased()
        }
    }
}
