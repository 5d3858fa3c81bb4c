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
    /// Host and port, for error messages.
    let host: String

    /// The most bytes of an answer that is not streamed, and of an error body.
    private static let documentLimit = 16 << 20
    private static let errorLimit = 64 << 10

    init(url: String, connectTimeout: Duration) {
        let base = Self.base(url)
        self.url = base + "/chat/completions"
        let parts = URLComponents(string: base)
        host = (parts?.host ?? base) + (parts?.port.map { ":\($0)" } ?? "")
        client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .streaming(connect: connectTimeout, reusesConnections: false))
    }

    deinit {
        // HTTPClient traps if it is not shut down.
        client.shutdown { _ in }
    }

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
        let type = head.headers.first(name: "content-type")?.lowercased() ?? ""
        do {
            if type.contains("json") {
                try await Self.decode(document: body, into: answer)
            } else {
                try await Self.decode(stream: body, into: answer)
            }
        } catch is StreamTooLong {
            throw CompletionError.tooLong
        } catch is NIOTooManyBytesError {
            throw CompletionError.tooLong
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

    private static func decode(stream body: WholeBody, into answer: Answer) async throws {
        var lines = ServerSentEventDecoder()
        var decoder = CompletionDecoder()
        for try await buffer in body {
            var events: [AgentEvent] = []
            for event in try lines.decode(Array(buffer.readableBytesView)) {
                events += try decoder.decode(event.data)
            }
            if !events.isEmpty { await answer.send(events) }
            if decoder.isDone { break }
        }
        if let last = lines.finish() { await answer.send(try decoder.decode(last.data)) }
        try await finish(&decoder, into: answer)
    }

    private static func decode(document body: WholeBody, into answer: Answer) async throws {
        let bytes = try await body.collect(upTo: documentLimit)
        guard let document = JSONValue(text: String(buffer: bytes)) else { throw CompletionError.unreadable }
        var decoder = CompletionDecoder()
        await answer.send(try decoder.decode(document: document))
        try await finish(&decoder, into: answer)
    }

    private static func finish(_ decoder: inout CompletionDecoder, into answer: Answer) async throws {
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
