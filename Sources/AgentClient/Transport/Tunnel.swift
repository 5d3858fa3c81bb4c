import Foundation
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOSOCKS
import Wire

extension HTTPTransport {
    /// Connects, through a proxy where the environment names one, and sets the channel up.
    /// - Parameter setUp: Runs on the channel's event loop, before it is active or when its tunnel is open.
    func connect<Output: Sendable>(
        to destination: Destination, setUp: @escaping @Sendable (any Channel) throws -> Output
    ) async throws -> Output {
        let timeout = TimeAmount(limits.connect)
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connectTimeout(timeout)
        switch try route(to: destination) {
        case .direct:
            return try await bootstrap.connect(host: destination.host, port: destination.port) { channel in
                channel.eventLoop.makeCompletedFuture { try setUp(channel) }
            }
        case .proxy(let proxy):
            let (channel, tunnel) = try await bootstrap.connect(host: proxy.host, port: proxy.port) {
                channel in
                channel.eventLoop.makeCompletedFuture {
                    (channel, try Self.openTunnel(to: destination, through: proxy, on: channel, timeout))
                }
            }
            do {
                try await withTaskCancellationHandler {
                    try await tunnel.get()
                } onCancel: {
                    channel.close(promise: nil)
                }
                return try await channel.eventLoop.submit { try setUp(channel) }.get()
            } catch {
                channel.close(promise: nil)
                throw error
            }
        }
    }

    private static func openTunnel(
        to destination: Destination, through proxy: Proxy, on channel: any Channel, _ timeout: TimeAmount
    ) throws -> EventLoopFuture<Void> {
        let pipeline = channel.pipeline.syncOperations
        let opened = channel.eventLoop.makePromise(of: Void.self)
        switch proxy.kind {
        case .http:
            var headers: HTTPHeaders = ["host": "\(destination.host):\(destination.port)"]
            if let credentials = proxy.credentials {
                headers.add(
                    name: "proxy-authorization",
                    value: "Basic " + Data(credentials.utf8).base64EncodedString())
            }
            let encoder = HTTPRequestEncoder()
            let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
            let host = destination.host.contains(":") ? "[\(destination.host)]" : destination.host
            try pipeline.addHandlers([
                encoder, decoder,
                NIOHTTP1ProxyConnectHandler(
                    targetHost: host, targetPort: destination.port, headers: headers,
                    deadline: .now() + timeout, promise: opened),
            ])
            return opened.futureResult.assumeIsolated().flatMap {
                pipeline.removeHandler(decoder).assumeIsolated().flatMap {
                    pipeline.removeHandler(encoder)
                }.nonisolated()
            }.nonisolated()
        case .socks:
            let target: SOCKSAddress =
                (try? SocketAddress(ipAddress: destination.host, port: destination.port)).map { .address($0) }
                ?? .domain(destination.host, port: destination.port)
            try pipeline.addHandlers([
                SOCKSClientHandler(targetAddress: target), TunnelHandler(opened: opened, timeout: timeout),
            ])
            return opened.futureResult
        }
    }
}

/// Reports when a SOCKS tunnel is open.
private final class TunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let opened: EventLoopPromise<Void>
    private let timeout: TimeAmount
    private var deadline: Scheduled<Void>?

    init(opened: EventLoopPromise<Void>, timeout: TimeAmount) {
        self.opened = opened
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.scheduleTask(in: timeout) { [opened, channel = context.channel] in
            opened.fail(TransportFailure.proxy("it does not answer in time"))
            channel.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is SOCKSProxyEstablishedEvent else { return context.fireUserInboundEventTriggered(event) }
        deadline?.cancel()
        opened.succeed(())
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        deadline?.cancel()
        opened.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        opened.fail(TransportFailure.closed)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        // Of a connection that was never made nobody waits for the outcome.
        opened.fail(TransportFailure.closed)
    }
}
