import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import Synchronization

extension HTTPClient {
    /// Sends a request and returns as soon as the head of the response is there.
    ///
    /// The client must be configured with ``AsyncHTTPClient/HTTPClient/Configuration/streaming(connect:idle:reusesConnections:)``.
    /// - Throws: what async-http-client throws, `CancellationError`.
    /// - Parameter inflatedLimit: That of the configuration, for the error.
    public func open(
        _ request: HTTPClientRequest, deadline: NIODeadline, inflatedLimit: Int = WholeBody.inflatedLimit
    ) async throws -> (
        head: HTTPClientResponse, body: WholeBody
    ) {
        let (number, end) = BodyEnds.shared.add()
        defer { _ = BodyEnds.shared.remove(number) }
        var request = request
        request.headers.replaceOrAdd(name: BodyEnds.header, value: String(number))
        request.headers.replaceOrAdd(name: "accept-encoding", value: "identity")
        let prepared = request
        let response = try await inflating(inflatedLimit) { try await execute(prepared, deadline: deadline) }
        let encodings = response.headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
        let isReadable =
            encodings.isEmpty
            || encodings.count == 1 && ["identity", "gzip", "deflate"].contains(encodings[0])
        let body = WholeBody(
            body: response.body, end: end, encoding: isReadable ? nil : encodings.joined(separator: ", "),
            limit: inflatedLimit)
        return (response, body)
    }
}

/// Runs what may inflate a body, with our own errors.
private func inflating<Value>(
    _ limit: Int, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
) async throws -> Value {
    do {
        return try await body()
    } catch NIOHTTPDecompression.DecompressionError.limit {
        throw StreamTooLong(limit: limit)
    } catch is NIOHTTPDecompression.DecompressionError {
        throw UnreadableEncoding(name: "gzip")
    }
}

/// A body is compressed, and not in a way that can be inflated.
public struct UnreadableEncoding: Error, Hashable, Sendable {
    /// Its name: `br`.
    public var name: String
}

/// The body of a response: every byte of it, also if the connection breaks off.
///
/// async-http-client drops the bytes that it holds when a connection ends in an error, up to a whole socket buffer. So
/// ``BodyEndHandler`` makes the end a regular one for it and keeps the error, which this sequence throws after the last byte.
public struct WholeBody: AsyncSequence, Sendable {
    fileprivate let body: HTTPClientResponse.Body
    fileprivate let end: BodyEnd
    /// The encoding of a body that cannot be read.
    fileprivate let encoding: String?
    /// Bytes of the inflated body.
    fileprivate let limit: Int

    /// Bytes of a compressed body, inflated.
    public static let inflatedLimit = 64 << 20

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: body.makeAsyncIterator(), end: end, encoding: encoding, limit: limit)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var body: HTTPClientResponse.Body.AsyncIterator
        fileprivate let end: BodyEnd
        fileprivate let encoding: String?
        fileprivate let limit: Int

        /// - Throws: what ended the connection in the middle of the body, ``StreamTooLong`` and ``UnreadableEncoding`` for a compressed
        ///   body, `CancellationError`.
        public mutating func next() async throws -> ByteBuffer? {
            if let encoding { throw UnreadableEncoding(name: encoding) }
            if let bytes = try await inflating(limit, { try await body.next() }) { return bytes }
            if let error = end.error { throw error }
            return nil
        }
    }
}

/// How a body ended.
private final class BodyEnd: Sendable {
    private let failure = Mutex<(any Error)?>(nil)

    /// nil after a regular end.
    var error: (any Error)? { failure.withLock { $0 } }

    func fail(_ error: any Error) { failure.withLock { $0 = error } }
}

/// The ends of the bodies whose requests are on their way to a connection. The sender of a request and the connection share nothing
/// but the request, so a header carries the number of the end from one to the other. It never leaves the program.
private final class BodyEnds: Sendable {
    static let shared = BodyEnds()
    static let header = "parley-body"

    private let state = Mutex((last: 0, ends: [Int: BodyEnd]()))

    func add() -> (number: Int, end: BodyEnd) {
        state.withLock { state in
            let end = BodyEnd()
            state.last += 1
            state.ends[state.last] = end
            return (state.last, end)
        }
    }

    func remove(_ number: Int) -> BodyEnd? { state.withLock { $0.ends.removeValue(forKey: number) } }
}

/// Ends a body that breaks off as if it were complete, and keeps the error for the reader: see ``WholeBody``.
final class BodyEndHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// The end of the response to the request sent last.
    private var end: BodyEnd?
    private var isReceivingBody = false

    /// Adds the handler to a connection, behind the decoder of responses.
    static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(BodyEndHandler(), position: .after(decoder))
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data) else {
            return context.write(data, promise: promise)
        }
        end = head.headers.first(name: BodyEnds.header).flatMap { Int($0) }.flatMap(BodyEnds.shared.remove)
        head.headers.remove(name: BodyEnds.header)
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): isReceivingBody = !(100..<200).contains(head.status.code)
        case .body: break
        case .end: isReceivingBody = false
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        breakOff(error, context)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        breakOff(HTTPClientError.remoteConnectionClosed, context)
        context.fireChannelInactive()
    }

    private func breakOff(_ error: any Error, _ context: ChannelHandlerContext) {
        guard isReceivingBody else { return }
        isReceivingBody = false
        end?.fail(error)
        context.fireChannelRead(wrapInboundOut(.end(nil)))
    }
}
