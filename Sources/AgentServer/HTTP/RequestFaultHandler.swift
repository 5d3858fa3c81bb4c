import NIOCore
import NIOHTTP1

/// Answers what is no HTTP, or has so large a header that it is not read to its end, and closes. There is no path to tell a dialect by,
/// so this speaks in the form that most of them share.
final class RequestFaultHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Whether a request is in and its answer not yet out.
    private var isAnswering = false
    private var fault: HTTPParserError?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { isAnswering = true }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        guard case .end = unwrapOutboundIn(data) else { return }
        isAnswering = false
        if let fault { answer(fault, context: context) }
    }

    /// A server that stops waits for no request, not even for the first of a connection.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !isAnswering { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let fault = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        if isAnswering {
            self.fault = fault
        } else {
            answer(fault, context: context)
        }
    }

    private func answer(_ error: HTTPParserError, context: ChannelHandlerContext) {
        let isTooLarge = error == .headerOverflow
        let status: HTTPResponseStatus = isTooLarge ? .requestHeaderFieldsTooLarge : .badRequest
        let body = ByteBuffer(
            string: #"{"detail":"\#(isTooLarge ? "The header is too large" : "The request is no HTTP")"}"#)
        let headers: HTTPHeaders = [
            "connection": "close", "content-type": "application/json",
            "content-length": "\(body.readableBytes)",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }
}
