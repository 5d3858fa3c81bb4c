import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOWebSocket

/// Closes a connection on which a request, or a message of a WebSocket, takes too long to arrive, from its first byte to its last: a client
/// that sends a byte now and then is never silent. Sees the bytes as they come; what they amount to is reported to it.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let limit: TimeAmount
    private var deadline: Scheduled<Void>?
    /// A request has arrived and is being answered: the next one may wait as long as that takes.
    private var isAnswering = false
    /// Bytes of the next one have come.
    private var hasNext = false

    init(_ limit: Duration) {
        self.limit = TimeAmount(limit)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isAnswering {
            hasNext = true
        } else if deadline == nil {
            start(context.channel)
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
    }

    /// The last byte has come.
    func messageEnded() {
        stop()
    }

    /// The last byte has come of a request that is answered now.
    func requestEnded() {
        stop()
        isAnswering = true
        hasNext = false
    }

    func responseEnded(on channel: any Channel) {
        isAnswering = false
        if hasNext, deadline == nil { start(channel) }
    }

    private func start(_ channel: any Channel) {
        deadline = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }

    private func stop() {
        deadline?.cancel()
        deadline = nil
    }
}

/// Follows the requests and responses of a connection for its ``RequestDeadline``. A request that is answered before its body has arrived,
/// because it is refused, is the last one: its body is not read to its end, as long as that may be.
final class RequestProgress: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let deadline: RequestDeadline
    private var isReading = false
    /// Whether the connection closes after the response.
    private var isLast = false
    private var isRefused = false
    /// Of the refused body, in bytes.
    private var discarded = 0
    /// Closing at once could cost the client the response: the system discards what is on its way when it is sent more. A client that
    /// sends everything before it reads is helped as far as this.
    private static let lingerTime = TimeAmount.seconds(2)
    private static let maxDiscarded = 256 << 10

    init(_ deadline: RequestDeadline) {
        self.deadline = deadline
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isReading = true
        case .body(let bytes):
            guard !isRefused else {
                discarded += bytes.readableBytes
                return
            }
        case .end:
            isReading = false
            if isRefused { return context.close(promise: nil) }
            deadline.requestEnded()
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if discarded < Self.maxDiscarded { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isLast = isReading
            if isLast { head.headerFields[.connection] = "close" }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            if isLast { refuse(context) } else { deadline.responseEnded(on: context.channel) }
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        context.flush()
        guard isReading else { return context.close(promise: nil) }
        isRefused = true
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
    }
}

/// Follows the messages of a WebSocket for its ``RequestDeadline``.
final class MessageProgress: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    private let deadline: RequestDeadline

    init(_ deadline: RequestDeadline) {
        self.deadline = deadline
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        deadline.messageEnded()
        context.fireChannelRead(data)
    }
}
