import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import Wire

/// One connection: HTTP, or a WebSocket if its first request asks for one.
struct ServerChannel: HTTPChannelHandler {
    /// A connection that waits for its first request.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let negotiated: EventLoopFuture<Negotiated>
    }

    /// The protocol that the first request asked for.
    enum Negotiated: Sendable {
        case http(PendingChannel<HTTPRequestPart, HTTPResponsePart>)
        case socket(PendingChannel<WebSocketFrame, WebSocketFrame>, HTTPRequestHead)
    }

    let responder: HTTPChannelHandler.Responder
    let sockets: SocketRoute
    let limits: ServerLimits
    let metrics: ServerMetrics

    private static let maxHeaderFields = 200
    /// A header up to this size is read although it is too large, so that the error is in the dialect of its path.
    private var hardHeaderSize: Int { 2 * limits.headerSize + (8 << 10) }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let upgrader = NIOTypedWebSocketServerUpgrader<Negotiated>(
                maxFrameSize: sockets.messageSize,
                shouldUpgrade: { channel, head in
                    channel.eventLoop.makeSucceededFuture(sockets.matches(head.uri) ? HTTPHeaders() : nil)
                },
                upgradePipelineHandler: { channel, head in
                    channel.eventLoop.makeCompletedFuture { try socket(channel, head) }
                })
            var configuration = NIOUpgradableHTTPServerPipelineConfiguration(
                upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                    upgraders: [upgrader],
                    notUpgradingCompletionHandler: { channel in
                        channel.eventLoop.makeCompletedFuture { try http(channel, logger: logger) }
                    }))
            configuration.enablePipelining = false
            configuration.enableErrorHandling = false
            configuration.enableResponseHeaderValidation = false
            configuration.decoderConfiguration.maxHeaderFieldSize = hardHeaderSize
            configuration.decoderConfiguration.maxHeaderListSize = hardHeaderSize
            configuration.decoderConfiguration.maxHeaderFieldCount = Self.maxHeaderFields
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ByteCounter(metrics))
            try pipeline.addHandler(RequestDeadline(limits.request))
            let negotiated = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration)
            try pipeline.addHandler(MalformedRequestHandler())
            close(channel, unless: negotiated)
            return Value(channel: channel, negotiated: negotiated)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let negotiated = await withTaskCancellationHandler {
            try? await value.negotiated.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
        guard let negotiated else { return }
        switch negotiated {
        case .http(let pending):
            guard let channel = pending.take() else { return }
            await handleHTTP(asyncChannel: channel, logger: logger)
        case .socket(let channel, let head):
            await sockets.serve(
                SocketConnection(
                    channel: channel, head: head, clientAddress: ClientAddress(value.channel.remoteAddress)))
        }
    }

    /// Closes a connection without a first request in time.
    private func close(_ channel: any Channel, unless negotiated: EventLoopFuture<Negotiated>) {
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(limits.firstRequest)) {
            channel.close(promise: nil)
        }
        negotiated.whenComplete { _ in deadline.cancel() }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
    }

    private func http(_ channel: any Channel, logger: Logger) throws -> Negotiated {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([
            HTTP1ToHTTPServerCodec(secure: false),
            RequestProgress(try pipeline.handler(type: RequestDeadline.self)), DisconnectHandler(),
            HTTPConnectionStateHandler(idleTimeout: limits.silence, logger: logger),
        ])
        let wrapped = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        return .http(PendingChannel(wrapped))
    }

    private func socket(_ channel: any Channel, _ head: HTTPRequestHead) throws -> Negotiated {
        let pipeline = channel.pipeline.syncOperations
        pipeline.removeHandler(try pipeline.handler(type: MalformedRequestHandler.self), promise: nil)
        try pipeline.addHandler(
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 64,
                maxAccumulatedFrameSize: sockets.messageSize))
        let deadline = try pipeline.handler(type: RequestDeadline.self)
        deadline.messageEnded()
        try pipeline.addHandler(MessageProgress(deadline))
        return .socket(PendingChannel(try NIOAsyncChannel(wrappingChannelSynchronously: channel)), head)
    }
}

/// The paths of the WebSockets, and what serves them.
struct SocketRoute: Sendable {
    /// Without a query.
    let paths: Set<String>
    /// The longest message that is accepted, in bytes.
    let messageSize: Int
    let serve: @Sendable (SocketConnection) async -> Void

    func matches(_ uri: String) -> Bool {
        let path = uri.prefix { $0 != "?" }
        return paths.contains(String(path.hasSuffix("/") ? path.dropLast() : path))
    }
}
