import AsyncAlgorithms
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Wire

/// The connections to one endpoint, and one exchange over them: a request, and the answer as it is streamed.
final class CompletionEndpoint: Sendable {
    /// What arrives, each piece taken before the next one is read. It fails with a ``CompletionFault``.
    typealias Answer = AsyncThrowingChannel<[AgentEvent], any Error>

    private let client: HTTPClient
    private let url: String
    /// Host and port: what error texts name.
    let host: String

    /// The most bytes of an answer that is not streamed, and of an error that is looked at.
    private static let documentLimit = 16 << 20
    private static let refusalLimit = 64 << 10

    /// - Parameter connect: how long it may take until a connection stands.
    init(url: String, connect: Duration) {
        let base = Self.base(url)
        self.url = base + "/chat/completions"
        let parts = URLComponents(string: base)
        host = (parts?.host ?? base) + (parts?.port.map { ":\($0)" } ?? "")
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: TimeAmount(connect)))
        // With HTTP/1 a stopped answer is a closed connection, at which every server stops generating.
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        // A question must not cross with the server's closing a connection that was kept: nobody could tell whether it had arrived.
        configuration.maximumUsesPerConnection = 1
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // The client insists on being shut down.
        client.shutdown { _ in }
    }

    /// `http://host:port` alone means the usual path.
    private static func base(_ url: String) -> String {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        return URLComponents(string: base)?.path.isEmpty == true ? base + "/v1" : base
    }

    /// Sends a request.
    /// - Parameter patience: runs from now on; who takes the answer tells it of each piece.
    /// - Returns: the answer, and the work that brings it, to be cancelled when nobody wants it any more.
    func ask(_ body: JSONValue, key: String?, patience: IdleTimeout) -> (Answer, Task<Void, Never>) {
        let answer = Answer()
        let work = Task {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await self.exchange(body, key: key, into: answer) }
                    group.addTask {
                        try await patience.end()
                        throw patience.hasBeenRewarded ? CompletionFault.silent : .tooLate
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

    private func exchange(_ body: JSONValue, key: String?, into answer: Answer) async throws {
        let response = try await send(body, key: key)
        guard (200..<300).contains(response.status.code) else {
            throw CompletionFault.refused(
                status: Int(response.status.code), words: await Self.words(of: response.body),
                retryAfter: response.headers.first(name: "retry-after"))
        }
        let type = response.headers.first(name: "content-type")?.lowercased() ?? ""
        do {
            if type.contains("json") {
                try await Self.take(document: response.body, into: answer)
            } else {
                try await Self.take(stream: response.body, into: answer)
            }
        } catch is StreamTooLong {
            throw CompletionFault.tooLong
        } catch is NIOTooManyBytesError {
            throw CompletionFault.tooLong
        } catch let fault as CompletionFault {
            throw fault
        } catch {
            try Task.checkCancellation()
            throw CompletionFault.brokenOff
        }
    }

    private func send(_ body: JSONValue, key: String?) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = ["Content-Type": "application/json", "Accept": "text/event-stream"]
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        request.body = .bytes(ByteBuffer(bytes: try WireJSON.encode(body)))
        do {
            // Our own patience decides; a turn that takes a day has failed.
            return try await client.execute(request, timeout: .hours(24))
        } catch {
            try Task.checkCancellation()
            throw CompletionFault.unreachable(Self.reason(error))
        }
    }

    private static func take(stream body: HTTPClientResponse.Body, into answer: Answer) async throws {
        var lines = ServerSentEventDecoder()
        var decoder = CompletionDecoder()
        for try await buffer in body {
            var events: [AgentEvent] = []
            for event in try lines.decode(Array(buffer.readableBytesView)) {
                events += try decoder.take(event.data)
            }
            if !events.isEmpty { await answer.send(events) }
            if decoder.isDone { break }
        }
        if let last = lines.finish() { await answer.send(try decoder.take(last.data)) }
        try await finish(&decoder, into: answer)
    }

    private static func take(document body: HTTPClientResponse.Body, into answer: Answer) async throws {
        let bytes = try await body.collect(upTo: documentLimit)
        guard let document = JSONValue(text: String(buffer: bytes)) else { throw CompletionFault.unreadable }
        var decoder = CompletionDecoder()
        await answer.send(try decoder.take(document: document))
        try await finish(&decoder, into: answer)
    }

    private static func finish(_ decoder: inout CompletionDecoder, into answer: Answer) async throws {
        let rest = try decoder.finish()
        if !rest.isEmpty { await answer.send(rest) }
        if let tool = decoder.missingTool { throw CompletionFault.toolMissing(tool) }
    }

    /// What a refusal says, as far as it can be read.
    private static func words(of body: HTTPClientResponse.Body) async -> String {
        var bytes: [UInt8] = []
        do {
            for try await buffer in body {
                bytes += buffer.readableBytesView.prefix(refusalLimit - bytes.count)
                if bytes.count >= refusalLimit { break }
            }
        } catch {
            // What has come says enough.
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
        case let error as HTTPClientError: return words(for: error)
        case is HTTPParserError: return "what answers there does not speak HTTP"
        default: return "\(type(of: error))"
        }
    }

    private static func words(for error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout: "it does not answer in time"
        case .remoteConnectionClosed: "it closed the connection"
        default: error.shortDescription.lowercased()
        }
    }
}
