import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// One connection: HTTP, unless its first request asks for a WebSocket where there is one.
struct ServerChannel: HTTPChannelHandler {
    /// A connection whose first request has yet to come.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let speech: EventLoopFuture<Speech>
    }

    /// What a connection turned out to speak.
    enum Speech: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case socket(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, HTTPRequestHead)
    }

    let responder: HTTPChannelHandler.Responder
    let sockets: SocketRoute
    let limits: ServerLimits
    let metrics: ServerMetrics

    private static let maxHeaderFields = 200
    /// Up to here a header that is too large is read, so that its refusal is in the dialect of its path.
    private var hardHeaderSize: Int { 2 * limits.headerSize + (8 << 10) }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let upgrader = NIOTypedWebSocketServerUpgrader<Speech>(
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
            let speech = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration)
            try pipeline.addHandler(RequestFaultHandler())
            close(channel, unless: speech)
            return Value(channel: channel, speech: speech)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let speech = await withTaskCancellationHandler {
            try? await value.speech.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
        guard let speech else { return }
        switch speech {
        case .http(let channel):
            await handleHTTP(asyncChannel: channel, logger: logger)
        case .socket(let channel, let head):
            await sockets.serve(SocketConnection(channel: channel, head: head))
        }
    }

    /// Closes a connection whose first request does not come in time.
    private func close(_ channel: any Channel, unless speech: EventLoopFuture<Speech>) {
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(limits.firstRequest)) {
            channel.close(promise: nil)
        }
        speech.whenComplete { _ in deadline.cancel() }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
    }

    private func http(_ channel: any Channel, logger: Logger) throws -> Speech {
        try channel.pipeline.syncOperations.addHandlers([
            HTTP1ToHTTPServerCodec(secure: false), DisconnectHandler(),
            HTTPConnectionStateHandler(idleTimeout: limits.silence, logger: logger),
        ])
        return .http(
            try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)))
    }

    private func socket(_ channel: any Channel, _ head: HTTPRequestHead) throws -> Speech {
        let pipeline = channel.pipeline.syncOperations
        let faults = try pipeline.handler(type: RequestFaultHandler.self)
        pipeline.removeHandler(faults, promise: nil)
        try pipeline.addHandler(
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 64,
                maxAccumulatedFrameSize: sockets.messageSize))
        return .socket(try NIOAsyncChannel(wrappingChannelSynchronously: channel), head)
    }
}

/// Where there are WebSockets, and who speaks over them.
struct SocketRoute: Sendable {
    /// The paths, without a query.
    let paths: Set<String>
    /// The longest message that is taken, in bytes.
    let messageSize: Int
    let serve: @Sendable (SocketConnection) async -> Void

    func matches(_ uri: String) -> Bool {
        let path = uri.prefix { $0 != "?" }
        return paths.contains(String(path.hasSuffix("/") ? path.dropLast() : path))
    }
}
