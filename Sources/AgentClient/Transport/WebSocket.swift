import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Wire

/// An open WebSocket. Use it once, with ``run(_:)``; unused, it closes.
struct WebSocket: Sendable {
    fileprivate let channel: PendingChannel<WebSocketFrame, WebSocketFrame>

    /// Bytes of one message, at most.
    static let limit = 8 << 20

    /// Uses the socket and closes it.
    /// - Throws: What the body throws; a failure of the connection as ``TransportFailure``.
    func run<Outcome: Sendable>(
        _ body: (inout WebSocketSession) async throws -> Outcome
    ) async throws -> Outcome {
        guard let channel = channel.take() else { throw TransportFailure.closed }
        let outcome: Result<Outcome, any Error>
        do {
            outcome = try await channel.executeThenClose { inbound, outbound in
                var session = WebSocketSession(inbound: inbound.makeAsyncIterator(), outbound: outbound)
                do {
                    let outcome = try await body(&session)
                    await session.close()
                    return .success(outcome)
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw try TransportFailure.orCancellation(error)
        }
        return try outcome.get()
    }
}

/// Sends and receives over an open WebSocket.
struct WebSocketSession {
    enum Message: Hashable {
        case text(String)
        /// The service has closed the connection, with a code if it gave one.
        case closed(code: Int?, reason: String)
    }

    fileprivate var inbound: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator
    fileprivate let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

    /// - Throws: ``TransportFailure``, `CancellationError`.
    func send(_ text: String) async throws {
        try await write(.text, ByteBuffer(string: text))
    }

    /// The next message. Answers pings on the way.
    /// - Throws: ``TransportFailure`` if the connection was lost without a close frame, `CancellationError`.
    mutating func next() async throws -> Message {
        while let frame = try await nextFrame() {
            switch frame.opcode {
            case .text:
                return .text(String(decoding: frame.unmaskedData.readableBytesView, as: UTF8.self))
            case .ping:
                try await write(.pong, frame.unmaskedData)
            case .connectionClose:
                var data = frame.unmaskedData
                let code = data.readInteger(as: UInt16.self).map { Int($0) }
                return .closed(code: code, reason: String(decoding: data.readableBytesView, as: UTF8.self))
            default:
                continue
            }
        }
        return .closed(code: nil, reason: "")
    }

    private mutating func nextFrame() async throws -> WebSocketFrame? {
        do {
            let frame = try await inbound.next()
            try Task.checkCancellation()
            return frame
        } catch {
            throw try TransportFailure.orCancellation(error)
        }
    }

    fileprivate func close() async {
        // The service may have closed already, which is just as well.
        try? await write(.connectionClose, ByteBuffer(bytes: [0x03, 0xE8]))
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) async throws {
        do {
            try await outbound.write(
                WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data))
        } catch {
            throw try TransportFailure.orCancellation(error)
        }
    }
}

extension HTTPTransport {
    private typealias Upgrade = PendingChannel<WebSocketFrame, WebSocketFrame>?

    /// Opens a WebSocket. Only the handshake has been sent when it returns.
    /// - Parameters:
    ///   - url: An `http` or `https` URL.
    ///   - authorities: The certificate authorities that are trusted besides the system's.
    /// - Throws: ``TransportFailure``, `CancellationError`.
    func openWebSocket(
        _ url: String, headers: HTTPHeaders, authorities: [String] = []
    ) async throws -> WebSocket {
        guard let destination = Destination(url), let url = URL(string: url) else {
            throw TransportFailure.invalidAddress
        }
        let entry = log.begin("WebSocket", url.absoluteString)
        do {
            try Task.checkCancellation()
            let (channel, upgrade) = try await connect(
                url, at: destination, headers: headers, authorities: authorities)
            let deadline = Task { [expire, limits] in
                try await expire(limits.connect)
                channel.close(promise: nil)
            }
            defer { deadline.cancel() }
            let upgraded = try await withTaskCancellationHandler {
                try await upgrade.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            guard let upgraded else {
                channel.close(promise: nil)
                throw TransportFailure.noWebSocket
            }
            entry.end(status: 101)
            return WebSocket(channel: upgraded)
        } catch {
            entry.end(error)
            throw try TransportFailure.orCancellation(error)
        }
    }

    private func connect(
        _ url: URL, at destination: Destination, headers: HTTPHeaders, authorities: [String]
    ) async throws -> (any Channel, EventLoopFuture<Upgrade>) {
        let tls = destination.isSecure ? try tlsContext(authorities) : nil
        let head = Self.handshake(url, host: url.host() ?? destination.host, headers: headers)
        let silence = limits.silence
        return try await connect(to: destination) { channel in
            if let tls {
                let handler = try NIOSSLClientHandler(context: tls, serverHostname: destination.serverName)
                try channel.pipeline.syncOperations.addHandler(handler)
            }
            return (channel, try Self.prepare(channel, head, silence: silence))
        }
    }

    private static func handshake(_ url: URL, host: String, headers: HTTPHeaders) -> HTTPRequestHead {
        var headers = headers
        headers.replaceOrAdd(name: "host", value: url.port.map { "\(host):\($0)" } ?? host)
        headers.replaceOrAdd(name: "user-agent", value: "parley")
        headers.replaceOrAdd(name: "content-length", value: "0")
        let path = url.path(percentEncoded: true)
        let query = url.query(percentEncoded: true).map { "?\($0)" } ?? ""
        return HTTPRequestHead(
            version: .http1_1, method: .GET, uri: (path.isEmpty ? "/" : path) + query, headers: headers)
    }

    private static func prepare(
        _ channel: any Channel, _ head: HTTPRequestHead, silence: Duration
    ) throws -> EventLoopFuture<Upgrade> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgrade>(maxFrameSize: WebSocket.limit) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandlers([
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 10_000,
                        maxAccumulatedFrameSize: WebSocket.limit),
                    IdleStateHandler(readTimeout: TimeAmount(silence)),
                    SilenceHandler(),
                ])
                return PendingChannel(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
            }
        }
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(nil) }))
        configuration.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: configuration)
    }
}

/// Closes a connection that has been silent for too long.
private final class SilenceHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        context.fireErrorCaught(TransportFailure.silent)
        context.close(promise: nil)
    }
}
