import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

extension HTTPTransport {
    /// Connects and closes again. Nothing is sent.
    /// - Returns: The address that was reached.
    /// - Throws: ``TransportFailure``, `CancellationError`.
    func connect(to destination: Destination) async throws -> String {
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(TimeAmount(limits.connect))
                .connect(host: destination.host, port: destination.port).get()
            let address = channel.remoteAddress?.ipAddress ?? destination.host
            try? await channel.close().get()
            return address
        } catch {
            throw try TransportFailure.orCancellation(error)
        }
    }

    /// Shakes hands and closes again. Nothing is sent beyond that.
    /// - Parameter verifying: Whether the certificate has to be one to be trusted.
    /// - Throws: ``TransportFailure``, `CancellationError`.
    func shakeHands(with destination: Destination, verifying: Bool) async throws -> Certificate? {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            if !verifying { configuration.certificateVerification = .none }
            let context = try NIOSSLContext(configuration: configuration)
            let timeout = TimeAmount(limits.connect)
            let handshake = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(timeout)
                .connect(host: destination.host, port: destination.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let tls = try NIOSSLClientHandler(
                            context: context, serverHostname: destination.serverName)
                        let done = channel.eventLoop.makePromise(of: Certificate?.self)
                        try channel.pipeline.syncOperations.addHandlers(
                            tls, HandshakeHandler(tls, done: done, timeout: timeout))
                        return done.futureResult
                    }
                }
            return try await handshake.get()
        } catch {
            throw try TransportFailure.orCancellation(error)
        }
    }
}

/// Reports how a handshake went, and closes the connection.
private final class HandshakeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let tls: NIOSSLClientHandler
    private let done: EventLoopPromise<Certificate?>
    private let timeout: TimeAmount
    private var deadline: Scheduled<Void>?

    init(_ tls: NIOSSLClientHandler, done: EventLoopPromise<Certificate?>, timeout: TimeAmount) {
        self.tls = tls
        self.done = done
        self.timeout = timeout
    }

    func channelActive(context: ChannelHandlerContext) {
        deadline = context.eventLoop.scheduleTask(in: timeout) { [done, channel = context.channel] in
            done.fail(TransportFailure.connectTimeout)
            channel.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            done.succeed(tls.peerCertificate.map { Certificate($0) })
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        done.fail(TransportFailure.closed)
        context.fireChannelInactive()
    }
}
