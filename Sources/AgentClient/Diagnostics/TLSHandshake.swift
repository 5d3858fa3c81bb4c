import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Wire

/// A finished TLS handshake. The certificate comes from the same handshake that failed: a second connection, which could fail for
/// reasons of its own, is not needed to describe it.
struct TLSHandshake: Sendable {
    /// What the service presented; nil if the handshake failed before that.
    var certificate: Certificate?
    /// nil if the certificate is trusted and the connection secure.
    var failure: TransportFailure?
}

extension HTTPTransport {
    /// Connects and closes again. Nothing is sent.
    /// - Returns: The address that was reached.
    /// - Throws: ``TransportFailure``, `CancellationError`.
    func connect(to destination: Destination) async throws -> String {
        do {
            let channel = try await connect(to: destination) { $0 }
            let isDirect = try route(to: destination) == .direct
            let address = isDirect ? channel.remoteAddress?.ipAddress ?? destination.host : destination.host
            try? await channel.close().get()
            return address
        } catch {
            throw try TransportFailure.orCancellation(error)
        }
    }

    /// Performs a verifying TLS handshake and closes again. Nothing is sent beyond that.
    /// - Throws: ``TransportFailure`` if there is no connection, `CancellationError`.
    func handshake(with destination: Destination, authorities: [String]) async throws -> TLSHandshake {
        do {
            let context = try tlsContext(authorities)
            let timeout = TimeAmount(limits.connect)
            let handshake = try await connect(to: destination) { channel in
                let tls = try NIOSSLClientHandler(context: context, serverHostname: destination.serverName)
                let done = channel.eventLoop.makePromise(of: TLSHandshake.self)
                try channel.pipeline.syncOperations.addHandlers(
                    tls, HandshakeHandler(tls, done: done, timeout: timeout))
                return done.futureResult
            }
            let outcome = try await handshake.get()
            try Task.checkCancellation()
            return outcome
        } catch {
            throw try TransportFailure.orCancellation(error)
        }
    }
}

/// Completes a promise with the outcome of a handshake and closes the connection.
private final class HandshakeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let tls: NIOSSLClientHandler
    private let done: EventLoopPromise<TLSHandshake>
    private let timeout: TimeAmount
    private var deadline: Scheduled<Void>?

    init(_ tls: NIOSSLClientHandler, done: EventLoopPromise<TLSHandshake>, timeout: TimeAmount) {
        self.tls = tls
        self.done = done
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.scheduleTask(in: timeout) { [done, channel = context.channel] in
            done.succeed(TLSHandshake(failure: .connectTimeout))
            channel.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent {
            done.succeed(TLSHandshake(certificate: certificate))
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A certificate that fails verification has arrived all the same.
        done.succeed(TLSHandshake(certificate: certificate, failure: TransportFailure(error)))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        done.succeed(TLSHandshake(failure: .closed))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        // Of a connection that was never made nobody waits for the outcome.
        done.succeed(TLSHandshake(failure: .closed))
    }

    private var certificate: Certificate? { tls.peerCertificate.map { Certificate($0) } }
}
